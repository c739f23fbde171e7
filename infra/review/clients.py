"""Who asks the running account in a review: each stack's own deployer, as Terraform does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.core import Config

from infra.config.destination import ACCOUNT_STACK, Destination


class StackClients:
    """Clients of the account and of the environments' workspaces, whose hosts the account's stack tells."""

    def __init__(self, destination: Destination, hosts: Mapping[str, str]) -> None:
        self._destination, self._hosts = destination, hosts
        self._workspaces: dict[str, WorkspaceClient] = {}

    @cached_property
    def account(self) -> AccountClient:
        """The account's client."""
        return AccountClient(config=self._config(ACCOUNT_STACK, self._destination.account.host))

    @cached_property
    def metastore(self) -> WorkspaceClient:
        """The account's client of the metastore, in a workspace that has it; ValueError where none does."""
        host = next(iter(self._hosts.values()), None)
        if host is None:
            raise ValueError("the account's stack tells no host of a workspace")
        return WorkspaceClient(config=self._config(ACCOUNT_STACK, host))

    def workspace(self, stack: str) -> WorkspaceClient:
        """The client of an environment's workspace; ValueError where it isn't known or nobody may ask it."""
        if stack not in self._workspaces:
            if stack not in self._hosts:
                raise ValueError(f"the account's stack tells no host of {stack}'s workspace")
            self._workspaces[stack] = WorkspaceClient(config=self._config(stack, self._hosts[stack]))
        return self._workspaces[stack]

    def _config(self, stack: str, host: str) -> Config:
        account_id = self._destination.account.id if stack == ACCOUNT_STACK else None
        profile = self._destination.profile(stack)
        if profile is None:
            return Config(host=host, account_id=account_id, http_timeout_seconds=30)
        file = str(self._destination.credentials_file)
        return Config(
            profile=profile, config_file=file, host=host, account_id=account_id, http_timeout_seconds=30
        )
