"""Which events of Databricks' audit log are about which object that Terraform deployed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SEPARATOR = "|"
_IN_SCHEMA = "{catalog_name}.{schema_name}.{name}"


@dataclass(frozen=True)
class Trace:
    """A service's actions, and the parameters that tell that it was this object.

    `told` are parameters and what they say, written with the object's attributes; `within` are those that
    only need to hold it.
    """

    service: str
    actions: tuple[str, ...]
    told: Mapping[str, str]
    within: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sought:
    """A trace of one object: what its events' parameters are, as texts in lower case."""

    actions: frozenset[str]  # with the service's name before them
    told: Mapping[str, str]
    within: Mapping[str, str]

    @property
    def key(self) -> str:
        """What tells which object it is, as one text."""
        return SEPARATOR.join(self.told.values())

    def fits(self, action: str, parameters: Mapping[str, str | None]) -> bool:
        """Whether an event is one of these."""
        return (
            action in self.actions
            and all((parameters.get(name) or "").lower() == text for name, text in self.told.items())
            and all(text in (parameters.get(name) or "").lower() for name, text in self.within.items())
        )


def _securable(kind: str, meant: str, full_name: str, made: tuple[str, ...] = ()) -> tuple[Trace, ...]:
    """A securable's own changes; one that is made anew is told by the parts of its name."""
    parts = {name: f"{{{name}}}" for name in ("name", *made)}
    return (
        Trace("unityCatalog", (f"update{kind}", f"delete{kind}"), {meant: full_name}),
        Trace("unityCatalog", (f"create{kind}",), parts),
    )


def _simple(service: str, actions: str, **told: str) -> tuple[Trace, ...]:
    return (Trace(service, tuple(actions.split()), told),)


_ACLS = (
    ("jobs", "changeJobAcl resetJobAcl"),
    ("databrickssql", "changeWarehouseAcls changeEndpointAcls"),
    ("serverlessRealTimeInference", "changeInferenceEndpointAcl"),
    ("clusterPolicies", "changeClusterPolicyAcl"),
)
_GRANTED = (
    *_simple(
        "unityCatalog",
        "updatePermissions",
        securable_type="{securable_type}",
        securable_full_name="{securable}",
    ),
)
_ON_TREE = {"dashboards": "dashboardsv3"}  # as the audit log calls what Terraform's ids call otherwise

TRACES: Mapping[str, tuple[Trace, ...]] = {
    "databricks_access_control_rule_set": _simple("accountsAccessControl", "updateRuleSet", name="{name}"),
    "databricks_alert_v2": _simple(
        "alerts", "apiUpdateAlert apiTrashAlert updateAlert trashAlert", alert_id="{id}"
    ),
    "databricks_catalog": _securable("Catalog", "name_arg", "{name}"),
    "databricks_cluster_policy": _simple("clusterPolicies", "edit delete", policy_id="{id}"),
    "databricks_dashboard": _simple(
        "dashboards",
        "updateDashboard trashDashboard publishDashboard unpublishDashboard",
        dashboard_id="{id}",
    ),
    "databricks_entity_tag_assignment": _simple(
        "unityCatalog",
        "createEntityTagAssignment updateEntityTagAssignment deleteEntityTagAssignment",
        entity_type="{entity_type}",
        entity_name="{entity_name}",
        tag_key="{tag_key}",
    ),
    "databricks_external_location": _securable("ExternalLocation", "name_arg", "{name}"),
    "databricks_grant": tuple(
        Trace(each.service, each.actions, each.told, {"changes": "{principal}"}) for each in _GRANTED
    ),
    "databricks_grants": _GRANTED,
    "databricks_group": _simple("accounts", "updateGroup removeGroup", targetGroupId="{id}"),
    "databricks_group_member": _simple(
        "accounts",
        "addPrincipalToGroup addPrincipalsToGroup removePrincipalFromGroup removePrincipalsFromGroup",
        targetGroupId="{group_id}",
        targetUserId="{member_id}",
    ),
    "databricks_job": _simple("jobs", "update reset delete", job_id="{id}"),
    "databricks_mlflow_experiment": _simple(
        "mlflowExperiment",
        "deleteMlflowExperiment renameMlflowExperiment restoreMlflowExperiment",
        experimentId="{id}",
    ),
    # Its configuration is what jobs decide: updateServingEndpoint would name them.
    "databricks_model_serving": _simple(
        "serverlessRealTimeInference",
        "createServingEndpoint deleteServingEndpoint updateServingEndpointTags putInferenceEndpointAiGateway",
        name="{name}",
    ),
    "databricks_notification_destination": _simple(
        "databrickssql",
        "updateNotificationDestination deleteNotificationDestination",
        notificationDestinationId="{id}",
    ),
    "databricks_permissions": (
        *(_simple(service, actions, resourceId="{object}")[0] for service, actions in _ACLS),
        *_simple("workspace", "changeWorkspaceAcl", aclChangeResourceName="{on_tree}"),
    ),
    "databricks_quality_monitor": _simple(
        "dataMonitoring",
        "createMonitor updateMonitor deleteMonitor CreateMonitor UpdateMonitor DeleteMonitor",
        full_table_name_arg="{table_name}",
    ),
    "databricks_registered_model": _securable(
        "RegisteredModel", "full_name_arg", _IN_SCHEMA, ("catalog_name", "schema_name")
    ),
    "databricks_repo": _simple("repos", "updateRepo deleteRepo", id="{id}"),
    "databricks_schema": _securable("Schema", "full_name_arg", "{catalog_name}.{name}", ("catalog_name",)),
    "databricks_secret": _simple("secrets", "putSecret deleteSecret", scope="{scope}", key="{key}"),
    "databricks_secret_acl": _simple("secrets", "putAcl deleteAcl", scope="{scope}", principal="{principal}"),
    "databricks_secret_scope": _simple("secrets", "createScope deleteScope", scope="{name}"),
    "databricks_service_principal": _simple(
        "accounts", "updateServicePrincipal deleteServicePrincipal", targetServicePrincipalId="{id}"
    ),
    "databricks_sql_endpoint": _simple(
        "databrickssql", "editWarehouse deleteWarehouse editEndpoint deleteEndpoint", id="{id}"
    ),
    "databricks_sql_table": (
        *_simple("unityCatalog", "updateTables updateTable deleteTable", full_name_arg=_IN_SCHEMA),
        *_securable("Table", "full_name_arg", _IN_SCHEMA, ("catalog_name", "schema_name"))[1:],
    ),
    "databricks_storage_credential": _securable("StorageCredential", "name_arg", "{name}"),
    "databricks_volume": _securable(
        "Volume", "volume_full_name", _IN_SCHEMA, ("catalog_name", "schema_name")
    ),
    "databricks_workspace_binding": _simple(
        "unityCatalog",
        "updateWorkspaceBindings",
        securable_type="{securable_type}",
        securable_full_name="{securable_name}",
    ),
}
"""By Terraform's type; of one that is missing the audit log does not tell."""

KEYS: tuple[tuple[str, ...], ...] = tuple(
    sorted({tuple(trace.told) for traces in TRACES.values() for trace in traces})
)
"""The parameters that together tell which object it was, for each kind of trace."""

PARAMETERS: tuple[str, ...] = tuple(
    sorted({name for traces in TRACES.values() for trace in traces for name in (*trace.told, *trace.within)})
)
"""Every parameter by which objects are known."""


def sought(type_: str, values: Mapping[str, Any]) -> list[Sought]:
    """What to look for of an object with these attributes; nothing where they don't tell which one it is."""
    attributes = {name: str(value) for name, value in values.items() if value not in (None, "")}
    attributes |= dict(_derived(type_, values))
    return list(_written(TRACES.get(type_, ()), attributes))


def _written(traces: Iterable[Trace], attributes: Mapping[str, str]) -> Iterator[Sought]:
    for trace in traces:
        try:
            told = {name: text.format_map(attributes).lower() for name, text in trace.told.items()}
            within = {name: _quoted(text.format_map(attributes)) for name, text in trace.within.items()}
        except KeyError:
            continue
        yield Sought(frozenset(f"{trace.service} {action}" for action in trace.actions), told, within)


def _quoted(text: str) -> str:
    return json.dumps(text).lower()


def _derived(type_: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the audit log calls otherwise than Terraform's state."""
    if type_ in {"databricks_grant", "databricks_grants"}:
        for kind in _SECURABLES:
            if values.get(kind):
                yield "securable_type", "function" if kind == "model" else kind
                yield "securable", str(values[kind])
    elif type_ == "databricks_permissions":
        kind, _, object_ = str(values.get("id") or "").strip("/").rpartition("/")
        if object_:
            yield "object", object_
            yield "on_tree", f"{_ON_TREE.get(kind, kind)}/{object_}"
    elif type_ == "databricks_workspace_binding" and not values.get("securable_type"):
        yield "securable_type", "catalog"


_SECURABLES = (
    *("catalog", "credential", "external_location", "foreign_connection", "function", "metastore", "model"),
    *("pipeline", "recipient", "schema", "share", "storage_credential", "table", "volume"),
)
