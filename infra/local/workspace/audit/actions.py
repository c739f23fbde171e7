"""Which requests are events, under the names that Databricks' audit log has for them.

Reads, runs of jobs and queries are none here, and neither is what no stack declares; Databricks logs more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_UNITY = "/api/2.1/unity-catalog"
_MLFLOW = "/api/2.0/mlflow"
_SCIM = ("/api/2.0/accounts/{account_id}/scim/v2", "/api/2.0/preview/scim/v2")
_PERMISSIONS = ("/api/2.0/permissions/sql/{sql_type}/{object_id}", "/api/2.0/permissions/{type}/{object_id}")


@dataclass(frozen=True)
class Action:
    """A service's action, and the parameters that are kept of the request, by name.

    `kept` are fields of the request or else of its answer; `told=field` tells one by another name. `result`
    are those fields of the answer that the response tells. What is not named is not kept, as no secret is.
    """

    service: str
    name: str
    kept: tuple[str, ...] = ()
    result: tuple[str, ...] = ()


def _jobs() -> Iterator[tuple[str, str, Action]]:
    for version in ("2.1", "2.2"):
        root = f"/api/{version}/jobs"
        yield "POST", f"{root}/create", Action("jobs", "create", ("name",), ("job_id",))
        yield "POST", f"{root}/reset", Action("jobs", "reset", ("job_id", "new_settings"))
        kept = ("job_id", "new_settings", "fields_to_remove")
        yield "POST", f"{root}/update", Action("jobs", "update", kept)
        yield "POST", f"{root}/delete", Action("jobs", "delete", ("job_id",))


# Each kind of securable: its path, its name in actions, what is told of a new one, what names an old one.
_IN_SCHEMA = ("name", "catalog_name", "schema_name", "comment", "owner")
_SECURABLES = (
    ("catalogs", "Catalog", ("name", "comment", "isolation_mode"), "name_arg"),
    ("schemas", "Schema", ("name", "catalog_name", "comment"), "full_name_arg"),
    ("tables", "Tables", (), "full_name_arg"),
    ("volumes", "Volume", _IN_SCHEMA, "volume_full_name"),
    ("models", "RegisteredModel", _IN_SCHEMA, "full_name_arg"),
    ("storage-credentials", "StorageCredential", ("name", "comment"), "name_arg"),
    ("external-locations", "ExternalLocation", ("name", "url", "credential_name", "comment"), "name_arg"),
)
_CHANGED = ("new_name", "owner", "comment", "isolation_mode", "properties")


def _securables() -> Iterator[tuple[str, str, Action]]:
    for plural, kind, made, meant in _SECURABLES:
        one, names = f"{_UNITY}/{plural}/{{name}}", f"{meant}=name"
        if made:
            yield "POST", f"{_UNITY}/{plural}", Action("unityCatalog", f"create{kind}", made)
        yield "PATCH", one, Action("unityCatalog", f"update{kind}", (names, *_CHANGED))
        yield "DELETE", one, Action("unityCatalog", f"delete{kind.removesuffix('s')}", (names, "force"))


def _grants() -> Iterator[tuple[str, str, Action]]:
    named = ("securable_type=type", "securable_full_name=name")
    kept = (*named, "changes")
    yield (
        "PATCH",
        f"{_UNITY}/permissions/{{type}}/{{name}}",
        Action("unityCatalog", "updatePermissions", kept),
    )
    bound = Action("unityCatalog", "updateWorkspaceBindings", (*named, "add", "remove"))
    for prefix in ("bindings", "workspace-bindings"):
        yield "PATCH", f"{_UNITY}/{prefix}/{{type}}/{{name}}", bound
    system = f"{_UNITY}/metastores/{{id}}/systemschemas/{{schema}}"
    switched = ("metastore_id=id", "schema_name=schema")
    yield "PUT", system, Action("unityCatalog", "enableSystemSchema", switched)
    yield "DELETE", system, Action("unityCatalog", "disableSystemSchema", switched)


def _models() -> Iterator[tuple[str, str, Action]]:
    """Of a model's versions its jobs decide; of its aliases people do, too."""
    alias, name = f"{_UNITY}/models/{{full_name}}/aliases/{{alias}}", ("full_name_arg=full_name", "alias")
    yield "PUT", alias, Action("unityCatalog", "setRegisteredModelAlias", (*name, "version_num"))
    yield "DELETE", alias, Action("unityCatalog", "deleteRegisteredModelAlias", name)
    registry = f"{_MLFLOW}/unity-catalog/registered-models"
    meant = ("full_name_arg=name",)
    yield "POST", f"{registry}/create", Action("unityCatalog", "createRegisteredModel", meant)
    yield "PATCH", f"{registry}/update", Action("unityCatalog", "updateRegisteredModel", meant)
    yield "DELETE", f"{registry}/delete", Action("unityCatalog", "deleteRegisteredModel", meant)
    named = (*meant, "alias")
    yield "POST", f"{registry}/alias", Action("unityCatalog", "setRegisteredModelAlias", (*named, "version"))
    yield "DELETE", f"{registry}/alias", Action("unityCatalog", "deleteRegisteredModelAlias", named)


def _monitors() -> Iterator[tuple[str, str, Action]]:
    one, table = f"{_UNITY}/tables/{{table}}/monitor", ("full_table_name_arg=table",)
    for method, verb in (("POST", "create"), ("PUT", "update"), ("DELETE", "delete")):
        yield method, one, Action("dataMonitoring", f"{verb}Monitor", table)


def _tags() -> Iterator[tuple[str, str, Action]]:
    root, kept = f"{_UNITY}/entity-tag-assignments", ("entity_type", "entity_name", "tag_key", "tag_value")
    one = f"{root}/{{kind}}/{{name}}/tags/{{key}}"
    named = ("entity_type=kind", "entity_name=name", "tag_key=key")
    yield "POST", root, Action("unityCatalog", "createEntityTagAssignment", kept)
    yield "PATCH", one, Action("unityCatalog", "updateEntityTagAssignment", (*named, "tag_value"))
    yield "DELETE", one, Action("unityCatalog", "deleteEntityTagAssignment", named)


def _serving() -> Iterator[tuple[str, str, Action]]:
    root, service = "/api/2.0/serving-endpoints", "serverlessRealTimeInference"
    one = f"{root}/{{name}}"
    yield "POST", root, Action(service, "createServingEndpoint", ("name",), ("id",))
    yield "PUT", f"{one}/config", Action(service, "updateServingEndpoint", ("name", "traffic_config"))
    yield (
        "PATCH",
        f"{one}/tags",
        Action(service, "updateServingEndpointTags", ("name", "add_tags", "delete_tags")),
    )
    yield "PUT", f"{one}/ai-gateway", Action(service, "putInferenceEndpointAiGateway", ("name",))
    yield "DELETE", one, Action(service, "deleteServingEndpoint", ("name",))


def _sql() -> Iterator[tuple[str, str, Action]]:
    root = "/api/2.0/sql/warehouses"
    sizes = ("cluster_size", "min_num_clusters", "max_num_clusters", "auto_stop_mins", "warehouse_type")
    yield "POST", root, Action("databrickssql", "createWarehouse", ("name", *sizes), ("id",))
    yield "POST", f"{root}/{{id}}/edit", Action("databrickssql", "editWarehouse", ("id", "name", *sizes))
    yield "DELETE", f"{root}/{{id}}", Action("databrickssql", "deleteWarehouse", ("id",))
    root, made = "/api/2.0/notification-destinations", ("notificationDestinationId=id", "display_name")
    yield "POST", root, Action("databrickssql", "createNotificationDestination", made)
    yield "PATCH", f"{root}/{{id}}", Action("databrickssql", "updateNotificationDestination", made)
    yield "DELETE", f"{root}/{{id}}", Action("databrickssql", "deleteNotificationDestination", made[:1])


def _alerts_and_dashboards() -> Iterator[tuple[str, str, Action]]:
    root, kept = "/api/2.0/alerts", ("alert_id=id", "display_name")
    yield "POST", root, Action("alerts", "apiCreateAlert", kept)
    yield "PATCH", f"{root}/{{id}}", Action("alerts", "apiUpdateAlert", (*kept, "update_mask"))
    yield "DELETE", f"{root}/{{id}}", Action("alerts", "apiTrashAlert", kept[:1])
    root, shown = "/api/2.0/lakeview/dashboards", ("dashboard_id=id",)
    one = f"{root}/{{id}}"
    yield "POST", root, Action("dashboards", "createDashboard", ("dashboard_id",))
    yield "PATCH", one, Action("dashboards", "updateDashboard", shown)
    yield "DELETE", one, Action("dashboards", "trashDashboard", shown)
    yield "POST", f"{one}/published", Action("dashboards", "publishDashboard", shown)
    yield "DELETE", f"{one}/published", Action("dashboards", "unpublishDashboard", shown)


def _secrets() -> Iterator[tuple[str, str, Action]]:
    root = "/api/2.0/secrets"
    yield (
        "POST",
        f"{root}/scopes/create",
        Action("secrets", "createScope", ("scope", "initial_manage_principal")),
    )
    yield "POST", f"{root}/scopes/delete", Action("secrets", "deleteScope", ("scope",))
    yield "POST", f"{root}/put", Action("secrets", "putSecret", ("scope", "key"))
    yield "POST", f"{root}/delete", Action("secrets", "deleteSecret", ("scope", "key"))
    yield "POST", f"{root}/acls/put", Action("secrets", "putAcl", ("scope", "principal", "permission"))
    yield "POST", f"{root}/acls/delete", Action("secrets", "deleteAcl", ("scope", "principal"))


def _rest_of_workspace() -> Iterator[tuple[str, str, Action]]:
    root = "/api/2.0/policies/clusters"
    yield "POST", f"{root}/create", Action("clusterPolicies", "create", ("name",), ("policy_id",))
    yield "POST", f"{root}/edit", Action("clusterPolicies", "edit", ("policy_id", "name"))
    yield "POST", f"{root}/delete", Action("clusterPolicies", "delete", ("policy_id",))
    made = ("experimentId=experiment_id", "experimentName=name")
    for verb in ("create", "delete", "restore"):
        action = Action("mlflowExperiment", f"{verb}MlflowExperiment", made if verb == "create" else made[:1])
        yield "POST", f"{_MLFLOW}/experiments/{verb}", action
    renamed = Action("mlflowExperiment", "renameMlflowExperiment", (made[0], "experimentName=new_name"))
    yield "POST", f"{_MLFLOW}/experiments/update", renamed
    root = "/api/2.0/repos"
    yield "POST", root, Action("repos", "createRepo", ("id", "url", "path"))
    yield "PATCH", f"{root}/{{id}}", Action("repos", "updateRepo", ("id", "branch", "tag"))
    yield "DELETE", f"{root}/{{id}}", Action("repos", "deleteRepo", ("id",))


def _principals() -> Iterator[tuple[str, str, Action]]:
    for root in _SCIM:
        for path, kind, removed in (
            ("Groups", "Group", "removeGroup"),
            ("ServicePrincipals", "ServicePrincipal", "deleteServicePrincipal"),
        ):
            kept = (f"target{kind}Id=id", f"target{kind}Name=displayName")
            yield "POST", f"{root}/{path}", Action("accounts", f"create{kind}", kept)
            for method in ("PUT", "PATCH"):
                yield method, f"{root}/{path}/{{id}}", Action("accounts", f"update{kind}", kept)
            yield "DELETE", f"{root}/{path}/{{id}}", Action("accounts", removed, kept[:1])
    rules = Action("accountsAccessControl", "updateRuleSet", ("name", "rule_set"))
    for root in ("/api/2.0/preview/accounts/{account_id}", "/api/2.0/preview/accounts"):
        yield "PUT", f"{root}/access-control/rule-sets", rules


def _permissions() -> Iterator[tuple[str, str, Action]]:
    kept = ("resourceId=object_id", "access_control_list")
    for path in _PERMISSIONS:
        for method in ("PUT", "PATCH"):
            yield method, path, Action("workspace", "changeWorkspaceAcl", kept)


ACTIONS: dict[tuple[str, str], Action] = {
    (method, path): action
    for part in (
        *(_jobs, _securables, _grants, _models, _monitors, _tags, _serving, _sql, _alerts_and_dashboards),
        *(_secrets, _rest_of_workspace, _principals, _permissions),
    )
    for method, path, action in part()
}
"""By method and path, as routes have them."""
