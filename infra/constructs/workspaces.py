"""The environments' workspaces: made in the account, or taken as they are."""

from __future__ import annotations

from cdktf import Token
from cdktf_cdktf_provider_databricks.mws_workspaces import MwsWorkspaces
from constructs import Construct

from infra.config.environment import Workspace


class EnvironmentWorkspace(Construct):
    """One environment's workspace; serverless, so that no cloud network or role is asked for."""

    def __init__(
        self, scope: Construct, id_: str, *, account_id: str, region: str, workspace: Workspace
    ) -> None:
        super().__init__(scope, id_)
        if workspace.name is None:
            self.number, self.host = float(workspace.id or 0), str(workspace.host)
            return
        made = MwsWorkspaces(
            self,
            "Workspace",
            account_id=account_id,
            workspace_name=workspace.name,
            aws_region=region,
            compute_mode="SERVERLESS",
        )
        self.number, self.host = made.workspace_id, made.workspace_url

    @property
    def id(self) -> str:
        """The workspace's number, as text."""
        return Token.as_string(self.number)
