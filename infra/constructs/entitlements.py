"""What a workspace lets its users do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_databricks.data_databricks_group import DataDatabricksGroup
from cdktf_cdktf_provider_databricks.entitlements import Entitlements
from constructs import Construct

from infra.config.access import Rights
from infra.constructs.principals import Principal


class WorkspaceEntitlements(Construct):
    """Entitlements of everybody that the access matrix lets in; what it doesn't name is taken away.

    A new workspace gives all its users access to SQL. It is taken from its group `users`, or
    nobody could be let in without compute.
    """

    def __init__(
        self, scope: Construct, id_: str, *, rights: Rights, principals: Mapping[str, Principal]
    ) -> None:
        super().__init__(scope, id_)
        users = DataDatabricksGroup(self, "Users", display_name="users", recursive=False)
        self._entitle("Everybody", (), group_id=users.id)
        for who, names in rights.items():
            principal = principals[who]
            self._entitle(
                who,
                names,
                group_id=principal.id if principal.is_group else None,
                service_principal_id=None if principal.is_group else principal.id,
            )

    def _entitle(
        self,
        who: str,
        names: Sequence[str],
        *,
        group_id: str | None,
        service_principal_id: str | None = None,
    ) -> None:
        Entitlements(
            self,
            who,
            group_id=group_id,
            service_principal_id=service_principal_id,
            workspace_access="workspace_access" in names,
            databricks_sql_access="databricks_sql_access" in names,
            allow_cluster_create="allow_cluster_create" in names,
        )
