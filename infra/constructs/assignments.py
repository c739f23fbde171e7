"""Who may enter a workspace, and who may use the principal its jobs run as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable, Token
from cdktf_cdktf_provider_databricks.access_control_rule_set import (
    AccessControlRuleSet,
    AccessControlRuleSetGrantRules,
)
from cdktf_cdktf_provider_databricks.mws_permission_assignment import MwsPermissionAssignment
from constructs import Construct

from infra.config.access import RUN, EnvironmentAccess, Rights
from infra.constructs.principals import Principal


class WorkspaceAssignments(Construct):
    """USER or ADMIN of a workspace, for those that the access matrix lets in."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        access: EnvironmentAccess,
        principals: Mapping[str, Principal],
        workspace_id: float,
        after: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id_)
        for who, role in access.assignments().items():
            MwsPermissionAssignment(
                self,
                who,
                workspace_id=workspace_id,
                principal_id=Token.as_number(principals[who].id),
                permissions=[role],
                depends_on=after,
            )


class RunAsRoles(Construct):
    """Roles on the principal that jobs run as: who makes a job with it must be allowed to use it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        access: EnvironmentAccess,
        principals: Mapping[str, Principal],
        account_id: str,
    ) -> None:
        super().__init__(scope, id_)
        run = principals[RUN]
        declare_rules(
            self,
            name=f"accounts/{account_id}/servicePrincipals/{run.name}/ruleSets/default",
            rights=access.roles(),
            principals=principals,
        )


def declare_rules(
    scope: Construct, *, name: str, rights: Rights, principals: Mapping[str, Principal]
) -> None:
    """Declare all roles on one thing of the account: whoever is not among them has none."""
    holders: dict[str, list[str]] = {}
    for who, roles in rights.items():
        for role in roles:
            holders.setdefault(role, []).append(principals[who].rule_set_name)
    AccessControlRuleSet(
        scope,
        "Roles",
        name=name,
        grant_rules=[
            AccessControlRuleSetGrantRules(role=role, principals=names) for role, names in holders.items()
        ],
    )
