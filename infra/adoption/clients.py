"""Who asks the running account: the same credentials that the account's stack is deployed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.core import Config

from infra.config.destination import ACCOUNT_STACK, Destination


@dataclass(frozen=True)
class RunningWorkspace:
    """A workspace of the account."""

    id: int
    name: str
    host: str
    cloud: str
    region: str


class Clients:
    """Clients of the account and of its workspaces."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self._workspaces: dict[str, WorkspaceClient] = {}

    @cached_property
    def account(self) -> AccountClient:
        """The account's client."""
        return AccountClient(config=self._config(self._destination.account.host, account=True))

    def workspace(self, host: str) -> WorkspaceClient:
        """A workspace's client."""
        if host not in self._workspaces:
            self._workspaces[host] = WorkspaceClient(config=self._config(host, account=False))
        return self._workspaces[host]

    @cached_property
    def workspaces(self) -> list[RunningWorkspace]:
        """The account's workspaces."""
        path = f"/api/2.0/accounts/{self._destination.account.id}/workspaces"
        answer: list[Mapping[str, str]] = self.account.api_client.do("GET", path)
        return [self._workspace(item) for item in answer]

    def _workspace(self, item: Mapping[str, str]) -> RunningWorkspace:
        environment = self.account.config.environment
        return RunningWorkspace(
            id=int(item["workspace_id"]),
            name=item["workspace_name"],
            # Only an account that is not at a cloud's own address tells where its workspaces are.
            host=item.get("workspace_url") or environment.deployment_url(item["deployment_name"]),
            cloud=item.get("cloud", self.account.config.environment.cloud.value.lower()),
            region=item.get("aws_region") or item.get("location") or "",
        )

    def _config(self, host: str, *, account: bool) -> Config:
        file = self._destination.credentials_file
        account_id = self._destination.account.id if account else None
        if file is None:
            return Config(host=host, account_id=account_id)
        # A profile's host would win over the one that is asked for.
        profile = Config(profile=ACCOUNT_STACK, config_file=str(file))
        client = {"client_id": profile.client_id, "client_secret": profile.client_secret}
        return Config(host=host, account_id=account_id, **client)  # type: ignore[arg-type] # texts
