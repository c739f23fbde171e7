"""A small account as its stacks would declare it, for what is asked of rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.config.access import ROLES, EnvironmentAccess, Rights
from infra.config.project import Project
from infra.declared.declared import Declared

Json = dict[str, Any]


@dataclass
class AccountBuilder:
    """Two environments, dev and prod, with a project `flights` each; everything else is added by tests."""

    stacks: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stacks["account"] = {
            "resource": {},
            "output": {
                **{f"{name}_workspace_id": {"value": number} for name, number in _WORKSPACES.items()},
                **{f"{name}_budget_policy_id": {"value": f"usage-{name}"} for name in _WORKSPACES},
            },
        }
        for name in _WORKSPACES:
            self.stacks[name] = {"resource": {}, "output": {"catalog": {"value": name}}}
            self.add(name, "catalog", "Catalog/Catalog", name=name, isolation_mode="ISOLATED")
            self.add(name, "schema", "flights/Schema/Schema", catalog_name=name, name="flights")
            metrics = "flights/Monitoring/Metrics/Schema"
            self.add(name, "schema", metrics, catalog_name=name, name="flights_metrics")
            model = {"catalog_name": name, "schema_name": "flights", "name": "delay"}
            self.add(name, "registered_model", "flights/Model/Model", owner="nobody", **model)
            for role in ROLES:
                self.add("account", "service_principal", f"{role}-{name}", display_name=f"{role}-{name}")

    def add(self, stack: str, kind: str, role: str, **values: Any) -> None:
        """Declare a resource; its role is its path within the stack."""
        named = self.stacks[stack]["resource"].setdefault(f"databricks_{kind}", {})
        named[role.replace("/", "_")] = {"//": {"path": f"{stack}/{role}"}, **values}

    def groups(self, *names: str) -> None:
        """Declare groups."""
        for name in names:
            self.add("account", "group", f"group-{name}", display_name=name)

    def grant(self, who: str, *privileges: str, stack: str = "prod", **securable: str) -> None:
        """Declare a grant, e.g. on `schema="prod.flights"`."""
        role = f"{who} on {securable}"
        self.add(stack, "grant", role, principal=who, privileges=list(privileges), **securable)

    def assign(self, who: str, environment: str, role: str = "USER") -> None:
        """Let somebody into a workspace."""
        values = {"principal_id": who, "workspace_id": _WORKSPACES[environment], "permissions": [role]}
        self.add("account", "mws_permission_assignment", f"{who} in {environment}", **values)

    def declared(self) -> Declared:
        """What is declared."""
        return Declared(self.stacks)


PROJECT = "flights"
_WORKSPACES = {"dev": "101", "prod": "102"}
_OBJECTS = {
    "alerts": "alert_v2_id",
    "dashboards": "dashboard_id",
    "endpoints": "serving_endpoint_id",
    "experiments": "experiment_id",
    "git_folders": "repo_id",
    "jobs": "job_id",
}


def compile_access(
    account: AccountBuilder, access: EnvironmentAccess, environment: str, settings: Project
) -> None:
    """Declare what an access matrix compiles to, in the shape that the stacks give it."""
    names = _Names(environment)
    _grant(account, access, names, settings)
    for who, role in access.assignments().items():
        account.assign(names.of(who), environment, role)
    for who, entitled in access.entitlements().items():
        values: Json = {"group_id": names.of(who), **dict.fromkeys(entitled, True)}
        account.add(environment, "entitlements", f"Entitlements/{who}", **values)
    _permit(account, access, names)
    run, policy = f"servicePrincipals/run-{environment}", f"budgetPolicies/usage-{environment}"
    for place, on, roles in (("RunAs", run, access.roles()), ("Usage", policy, access.budget_roles())):
        rules = names.rules(on, roles)
        account.add("account", "access_control_rule_set", f"{place}-{environment}", **rules)


def _grant(account: AccountBuilder, access: EnvironmentAccess, names: _Names, settings: Project) -> None:
    catalog = names.environment
    schema = f"{catalog}.{PROJECT}"
    on: list[tuple[str, str, Rights]] = [
        ("catalog", catalog, access.catalog_grants()),
        ("schema", schema, access.schema_grants(PROJECT)),
        ("schema", f"{schema}_metrics", access.metrics_grants(PROJECT)),
        ("model", f"{schema}.delay", access.model_grants(PROJECT)),
        ("metastore", "m", access.metastore_grants()),
        ("schema", "system.serving", access.system_grants("serving")),
        ("schema", "system.access", access.system_grants("access")),
        ("catalog", "system", access.system_catalog_grants(("serving", "access"))),
    ]
    on += [
        ("table", f"{schema}.{table}", access.table_grants(PROJECT, settings.assets_of(table)))
        for table in settings.tables
    ]
    for kind, securable, rights in on:
        for who, privileges in rights.items():
            account.grant(names.of(who), *privileges, stack=names.environment, **{kind: securable})


def _permit(account: AccountBuilder, access: EnvironmentAccess, names: _Names) -> None:
    on = [(f"{PROJECT}/{asset}", key, access.permissions(asset, PROJECT)) for asset, key in _OBJECTS.items()]
    on.append(("Warehouse", "sql_endpoint_id", access.permissions("warehouses")))
    on.append(("Compute", "cluster_policy_id", access.permissions("compute")))
    for place, attribute, levels in on:
        if levels:
            values: Json = {attribute: "1", "access_control": names.permissions(levels)}
            account.add(names.environment, "permissions", f"{place}/Permissions", **values)
    account.add(names.environment, "secret_scope", f"{PROJECT}/Secrets/Scope", name=PROJECT)
    for who, level in access.permissions("secrets", PROJECT).items():
        values = {"scope": PROJECT, "principal": names.of(who), "permission": level}
        account.add(names.environment, "secret_acl", f"{PROJECT}/Secrets/{who}", **values)


@dataclass(frozen=True)
class _Names:
    """Principals by the matrix's words."""

    environment: str

    def of(self, who: str) -> str:
        return f"{who}-{self.environment}" if who in ROLES else who

    def permissions(self, levels: Mapping[str, str]) -> list[Json]:
        return [{"group_name": self.of(who), "permission_level": level} for who, level in levels.items()]

    def rules(self, on: str, roles: Mapping[str, Sequence[str]]) -> Json:
        rules = [
            {"role": role, "principals": [f"x/{self.of(who)}"]}
            for who, held in roles.items()
            for role in held
        ]
        return {"name": f"accounts/a/{on}/ruleSets/default", "grant_rules": rules}
