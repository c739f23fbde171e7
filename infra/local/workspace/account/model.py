"""The account service: what only the account's admins manage."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.workspace.account.budget_policies import BudgetPolicies
from infra.local.workspace.account.budgets import Budgets
from infra.local.workspace.account.client_secrets import ClientSecrets
from infra.local.workspace.account.federation_policies import FederationPolicies
from infra.local.workspace.account.metastores import Metastores
from infra.local.workspace.account.rule_sets import RuleSets
from infra.local.workspace.account.workspaces import Workspaces
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.store import Document, Store


class Account:
    """The account's parts: `workspaces`, `metastores`, `rule_sets`, credentials and budgets."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        tokens: Tokens,
        *,
        account_id: str,
        open_workspace: Callable[[int], str],
        close_workspace: Callable[[int], None],
    ) -> None:
        self.metastores = Metastores(store, directory)
        self.workspaces = Workspaces(
            store,
            directory,
            account_id=account_id,
            open_workspace=open_workspace,
            close_workspace=close_workspace,
            on_deleted=self.metastores.unassign_all,
        )
        self.rule_sets = RuleSets(store, directory, account_id=account_id)
        self.budget_policies = BudgetPolicies(store, self.rule_sets)
        self.budgets = Budgets(store, account_id=account_id)
        self.client_secrets = ClientSecrets(directory, tokens, self.rule_sets)
        self.federation_policies = FederationPolicies(store, directory)

    def metastore_of(self, workspace_id: int) -> Document | None:
        """The metastore that a workspace is assigned to, or None."""
        return self.metastores.of_workspace(workspace_id)
