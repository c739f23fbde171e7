"""What a lifecycle is, and the objects that several of them need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.local.provider.client import Api
from tests.infra.local.provider.conftest import Site

Values = dict[str, Any]
UNITY = "/api/2.1/unity-catalog"
PATCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}


@dataclass(frozen=True)
class Lifecycle:
    """A type's life. `{…}` in text stands for the site's values; helpers are other objects it needs.

    change: attributes for a change in place. replace: attributes for a replacement. drift: changes the
    object behind Terraform's back, given its state; repair is what the next plan then does. after_import:
    what the plan after an import does.
    """

    type_name: str
    values: Values
    helpers: dict[str, Values] = field(default_factory=dict)
    change: Values | None = None
    replace: Values | None = None
    drift: Callable[[Site, Values], object] | None = None
    repair: str = "update"
    imported: bool = True
    import_id: str = ""  # of attributes of its state, where it is not imported by its id alone
    after_import: str = ""
    on_account: bool = False

    def __str__(self) -> str:
        return self.type_name.removeprefix("databricks_")


def delete(path: str) -> Callable[[Site, Values], object]:
    """Delete the object at a path of the workspace."""
    return lambda site, state: site.workspace.call("DELETE", path.format(**state))


def patch(path: str, /, **body: Any) -> Callable[[Site, Values], object]:
    """Change the object at a path of the workspace."""
    return lambda site, state: site.workspace.call("PATCH", path.format(**state), body=body)


def post(path: str, /, **body: Any) -> Callable[[Site, Values], object]:
    """Post to a path of the workspace; text of the body may name attributes of the state."""

    def change(site: Site, state: Values) -> object:
        filled = {
            name: value.format(**state) if isinstance(value, str) else value for name, value in body.items()
        }
        return site.workspace.post(path, filled)

    return change


def scim(
    method: str, path: str, *operations: Values, account: bool = False
) -> Callable[[Site, Values], object]:
    """A SCIM call, with operations of a PATCH."""

    def change(site: Site, state: Values) -> object:
        api: Api = site.account if account else site.workspace
        return api.scim(method, path.format(**state), body={**PATCH, "Operations": list(operations)})

    return change


def account_call(
    method: str, path: str, body: Values | None = None, *, version: str = "2.0"
) -> Callable[[Site, Values], object]:
    """A call of the account's API."""

    def change(site: Site, state: Values) -> object:
        root = f"/api/{version}/accounts/{site.account.account_id}/"
        return site.account.call(method, root + path.format(**state), body=body)

    return change


CATALOG = {"databricks_catalog.home": {"name": "home_{case}", "force_destroy": True}}
CREDENTIAL = {
    "databricks_storage_credential.home": {
        "name": "home-{case}",
        "aws_iam_role": {"role_arn": "arn:aws:iam::123456789012:role/home"},
    }
}
LOCATION = CREDENTIAL | {
    "databricks_external_location.home": {
        "name": "home-{case}",
        "url": "s3://home-{case}",
        "credential_name": "${databricks_storage_credential.home.name}",
    }
}
SCHEMA = CATALOG | {
    "databricks_schema.home": {
        "catalog_name": "${databricks_catalog.home.name}",
        "name": "s",
        "force_destroy": True,
    }
}
IN_SCHEMA = {"catalog_name": "home_{case}", "schema_name": "${databricks_schema.home.name}"}
GROUP = {"databricks_group.home": {"provider": "databricks.account", "display_name": "home-{case}"}}
WAREHOUSE = {"databricks_sql_endpoint.home": {"name": "home-{case}", "cluster_size": "2X-Small"}}
VOLUME = SCHEMA | {"databricks_volume.home": IN_SCHEMA | {"name": "v", "volume_type": "MANAGED"}}
DESTINATION = {
    "databricks_notification_destination.home": {
        "display_name": "home-{case}",
        "config": {"generic_webhook": {"url": "https://127.0.0.1/home"}},
    }
}
DESTINATION_ID = "${databricks_notification_destination.home.id}"
PRINCIPAL = {
    "databricks_service_principal.home": {
        "provider": "databricks.account",
        "display_name": "home-{case}",
        "disable_as_user_deletion": False,
    }
}
POLICY = {
    "databricks_budget_policy.home": {
        "provider": "databricks.account",
        "policy_name": "home-{case}",
        "binding_workspace_ids": ["{workspace_id}"],
    }
}
POLICY_ID = "${databricks_budget_policy.home.policy_id}"
TASK = {
    "task_key": "a",
    "environment_key": "default",
    "python_wheel_task": {
        "package_name": "mlops_pipelines",
        "entry_point": "ingest",
        "parameters": ["--catalog=dev"],
    },
}
ENVIRONMENT = {
    "environment_key": "default",
    "spec": {
        "environment_version": "4",
        "dependencies": ["/Volumes/dev/flights/artifacts/a-1.0-py3-none-any.whl"],
    },
}
