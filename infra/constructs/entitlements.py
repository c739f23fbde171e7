"""What a workspace lets its users do."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.entitlements import Entitlements
from constructs import Construct

from infra.config.access import Rights
from infra.constructs.principals import Principal


class WorkspaceEntitlements(Construct):
    """Entitlements of everybody that the access matrix lets in; what it doesn't name is taken away."""

    def __init__(
        self, scope: Construct, id_: str, *, rights: Rights, principals: Mapping[str, Principal]
    ) -> None:
        super().__init__(scope, id_)
        for who, names in rights.items():
            principal = principals[who]
            Entitlements(
                self,
                who,
                group_id=principal.id if principal.is_group else None,
                service_principal_id=None if principal.is_group else principal.id,
                workspace_access="workspace_access" in names,
                databricks_sql_access="databricks_sql_access" in names,
                allow_cluster_create="allow_cluster_create" in names,
            )
