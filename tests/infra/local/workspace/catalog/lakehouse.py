"""An account with a metastore, two workspaces and a few principals, for tests of data and files."""

from __future__ import annotations

from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.service.catalog import CreateAccountsMetastore, CreateMetastoreAssignment

from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.store import Document

PEOPLE = ("alice@example.com", "bob@example.com")
GROUPS = ("platform-admins", "data-scientists", "everyone-in-science")


class Lakehouse:
    """Workspaces dev and prod on one metastore, administered by the group `platform-admins`.

    The service principal `deployer` is workspace admin in both; alice is in `data-scientists`,
    which is in `everyone-in-science`; bob is in no group.
    """

    def __init__(self, account: LocalAccount) -> None:
        self.account = account
        credentials = account.first_principal()
        self.admin = AccountClient(
            host=account.host,
            account_id=account.account_id,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
        )
        self.dev, self.prod = self._workspace("dev"), self._workspace("prod")
        self.ids: dict[str, str] = {}
        self._create_principals()
        self.metastore_id = self._create_metastore()

    def client(self, name: str, workspace_id: int | None = None) -> WorkspaceClient:
        """A client of the dev workspace, or another one, as somebody."""
        site = workspace_id or self.dev
        token = self.account.tokens.issue(self.ids[name], site, lifetime_seconds=None)
        return WorkspaceClient(host=self._urls[site], token=token)

    def caller(self, name: str, workspace_id: int | None = None) -> Caller:
        """Somebody as services see them."""
        found = self.account.directory.caller(self.ids[name], workspace_id or self.dev)
        assert found is not None
        return found

    def name(self, principal: str) -> str:
        """What grants call a principal."""
        return self.account.directory.principal(self.account.directory.get(self.ids[principal])).name

    def _workspace(self, name: str) -> int:
        path = f"/api/2.0/accounts/{self.account.account_id}/workspaces"
        answer = self.admin.api_client.do("POST", path, body={"workspace_name": name})
        assert isinstance(answer, dict)
        self._urls = {**getattr(self, "_urls", {}), answer["workspace_id"]: answer["workspace_url"]}
        return int(answer["workspace_id"])

    def _create_principals(self) -> None:
        directory = self.account.directory
        for name in PEOPLE:
            self._add(name, directory.create("user", {"userName": name}))
        self._add("deployer", directory.create("service_principal", {"displayName": "deployer"}), "ADMIN")
        members = {"data-scientists": ["alice@example.com"], "everyone-in-science": ["data-scientists"]}
        for name in GROUPS:
            inside = [self.ids[member] for member in members.get(name, [])]
            self._add(name, directory.create("group", {"displayName": name, "members": inside}))

    def _add(self, name: str, document: Document, permission: str = "USER") -> None:
        self.ids[name] = document["id"]
        for workspace_id in (self.dev, self.prod):
            self.account.directory.assign(workspace_id, document["id"], [permission])

    def _create_metastore(self) -> str:
        info = CreateAccountsMetastore(name="main", region="eu-west-1")
        metastore = self.admin.metastores.create(metastore_info=info).metastore_info
        assert metastore is not None
        assert metastore.metastore_id is not None
        metastore_id = metastore.metastore_id
        for workspace_id in (self.dev, self.prod):
            assignment = CreateMetastoreAssignment(workspace_id, metastore_id, "main")
            self.admin.metastore_assignments.create(
                workspace_id, metastore_id, metastore_assignment=assignment
            )
        path = f"/api/2.0/accounts/{self.account.account_id}/metastores/{metastore_id}"
        self.admin.api_client.do("PUT", path, body={"metastore_info": {"owner": "platform-admins"}})
        return metastore_id
