"""The registry in MLflow's dialect: what the `databricks-uc` client calls."""

from __future__ import annotations

import re

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.catalog.names import parse
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.mlflow.pages import page
from infra.local.workspace.mlflow.registry import TYPE, Registry
from infra.local.workspace.routing import Call, Handler, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/mlflow/unity-catalog"
_FILTER = re.compile(r"\s*name\s*=\s*(?:'([^']+)'|\"([^\"]+)\")\s*", re.IGNORECASE)
_SDK_ARTIFACTS = "is_databricks_sdk_models_artifact_repository_enabled"


def routes(registry: Registry, catalog: UnityCatalog) -> list[Route]:
    """Registered models, versions, aliases and tags below `/api/2.0/mlflow/unity-catalog`."""
    served: list[tuple[str, str, Handler]] = [
        *_model_routes(registry, catalog),
        *_model_reading_routes(registry, catalog),
        *_version_routes(registry),
        *_version_reading_routes(registry),
        *_alias_routes(registry),
        *_tag_routes(registry),
    ]
    return [Route(method, _ROOT + path, handler) for method, path, handler in served]


def _model_routes(registry: Registry, catalog: UnityCatalog) -> list[tuple[str, str, Handler]]:
    def create(call: Call) -> Document:
        parts = _name(call).split(".")
        if len(parts) != 3:
            raise InvalidParameterError(
                f"Invalid model name '{_name(call)}': please specify all three levels, catalog.schema.model."
            )
        document: Document = dict(zip(("catalog_name", "schema_name", "name"), parts, strict=True))
        document["comment"] = call.arguments().get("description") or None
        model = catalog.create_model(call.caller, call.workspace, document)
        if tags := _tags(call):
            registry.change_tags(call.caller, call.workspace, _name(call), add=tags, remove=[])
        return {"registered_model": _show_model(registry, model)}

    def update(call: Call) -> Document:
        arguments = call.arguments()
        if arguments.get("deployment_job_id"):
            raise InvalidParameterError("Deployment jobs of models are not served locally.")
        changes = {"comment": arguments.get("description"), "new_name": _last_part(arguments.get("new_name"))}
        changes = {key: value for key, value in changes.items() if value is not None}
        model = catalog.alter(call.caller, call.workspace, TYPE, _name(call), changes)
        return {"registered_model": _show_model(registry, model)}

    def delete(call: Call) -> None:
        catalog.drop(call.caller, call.workspace, TYPE, _name(call))

    return [
        ("POST", "/registered-models/create", create),
        ("PATCH", "/registered-models/update", update),
        ("DELETE", "/registered-models/delete", delete),
    ]


def _model_reading_routes(registry: Registry, catalog: UnityCatalog) -> list[tuple[str, str, Handler]]:
    def get(call: Call) -> Document:
        model = catalog.read(call.caller, call.workspace, TYPE, _name(call))
        return {"registered_model": _show_model(registry, model)}

    def search(call: Call) -> Document:
        models = catalog.list_all(call.caller, call.workspace, TYPE)
        return page(call, "registered_models", [_show_model(registry, model) for model in models])

    def artifacts(_call: Call) -> Document:
        """Model files go through the Files API here: there is no cloud to give credentials for."""
        return {_SDK_ARTIFACTS: True}

    return [
        ("GET", "/registered-models/get", get),
        ("GET", "/registered-models/search", search),
        ("GET", f"/registered-models:{_SDK_ARTIFACTS.replace('_', '-')}", artifacts),
    ]


def _version_routes(registry: Registry) -> list[tuple[str, str, Handler]]:
    def create(call: Call) -> Document:
        arguments = call.arguments()
        request = {
            **arguments,
            "comment": arguments.get("description"),
            "run_workspace_id": arguments.get("run_tracking_server_id"),
            "tags": _tags(call),
        }
        return _answer(registry.create(call.caller, call.workspace, _name(call), request))

    def finalize(call: Call) -> Document:
        return _answer(registry.finalize(call.caller, call.workspace, _name(call), _version(call)))

    def update(call: Call) -> Document:
        comment = str(call.arguments().get("description", ""))
        return _answer(registry.comment(call.caller, call.workspace, _name(call), _version(call), comment))

    def delete(call: Call) -> None:
        registry.delete(call.caller, call.workspace, _name(call), _version(call))

    def emit_lineage(call: Call) -> None:
        """Clients tell of each load, as best they can; lineage is not kept here, the right is checked."""
        registry.get(call.caller, call.workspace, _name(call), _version(call))

    return [
        ("POST", "/model-versions/create", create),
        ("POST", "/model-versions/finalize", finalize),
        ("PATCH", "/model-versions/update", update),
        ("DELETE", "/model-versions/delete", delete),
        ("POST", "/model-versions/emit-lineage", emit_lineage),
    ]


def _version_reading_routes(registry: Registry) -> list[tuple[str, str, Handler]]:
    def get(call: Call) -> Document:
        return _answer(registry.get(call.caller, call.workspace, _name(call), _version(call)))

    def download_uri(call: Call) -> Document:
        document = registry.get(call.caller, call.workspace, _name(call), _version(call))
        return {"artifact_uri": document["storage_location"]}

    def search(call: Call) -> Document:
        match = _FILTER.fullmatch(str(call.arguments().get("filter", "")))
        if match is None:
            raise InvalidParameterError("Unity Catalog finds versions by name = 'catalog.schema.model' only.")
        found = registry.versions(call.caller, call.workspace, match[1] or match[2])
        return page(call, "model_versions", [_show_version(document) for document in found])

    return [
        ("GET", "/model-versions/get", get),
        ("GET", "/model-versions/get-download-uri", download_uri),
        ("GET", "/model-versions/search", search),
    ]


def _alias_routes(registry: Registry) -> list[tuple[str, str, Handler]]:
    def put(call: Call) -> None:
        alias = str(call.require("alias"))
        registry.set_alias(call.caller, call.workspace, _name(call), alias, _version(call))

    def get(call: Call) -> Document:
        alias = str(call.require("alias"))
        return _answer(registry.by_alias(call.caller, call.workspace, _name(call), alias))

    def delete(call: Call) -> None:
        registry.delete_alias(call.caller, call.workspace, _name(call), str(call.require("alias")))

    path = "/registered-models/alias"
    return [("POST", path, put), ("GET", path, get), ("DELETE", path, delete)]


def _tag_routes(registry: Registry) -> list[tuple[str, str, Handler]]:
    def put(call: Call) -> None:
        _change_tags(call, None, add={str(call.require("key")): str(call.arguments().get("value", ""))})

    def delete(call: Call) -> None:
        _change_tags(call, None, remove=[str(call.require("key"))])

    def put_on_version(call: Call) -> None:
        added = {str(call.require("key")): str(call.arguments().get("value", ""))}
        _change_tags(call, _version(call), add=added)

    def delete_on_version(call: Call) -> None:
        _change_tags(call, _version(call), remove=[str(call.require("key"))])

    def _change_tags(
        call: Call, version: int | None, *, add: dict[str, str] | None = None, remove: list[str] | None = None
    ) -> None:
        registry.change_tags(
            call.caller, call.workspace, _name(call), version=version, add=add or {}, remove=remove or []
        )

    return [
        ("POST", "/registered-models/set-tag", put),
        ("DELETE", "/registered-models/delete-tag", delete),
        ("POST", "/model-versions/set-tag", put_on_version),
        ("DELETE", "/model-versions/delete-tag", delete_on_version),
    ]


def _name(call: Call) -> str:
    return str(call.require("name"))


def _version(call: Call) -> int:
    value = str(call.require("version"))
    if not value.isdecimal():
        raise InvalidParameterError(f"'{value}' is not a version of a model.")
    return int(value)


def _last_part(name: str | None) -> str | None:
    return parse(TYPE, name).name if name else None


def _tags(call: Call) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in call.arguments().get("tags", [])}


def _pairs(tags: dict[str, str]) -> list[Document]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _answer(version: Document) -> Document:
    return {"model_version": _show_version(version)}


def _show_version(version: Document) -> Document:
    number = str(version["version"])
    return {
        "name": version["full_name"],
        "version": number,
        "creation_timestamp": version["created_at"],
        "last_updated_timestamp": version["updated_at"],
        "user_id": version["created_by"],
        "description": version.get("comment", ""),
        "source": version["source"],
        "run_id": version.get("run_id", ""),
        "run_tracking_server_id": version.get("run_workspace_id", ""),
        "status": version["status"],
        "storage_location": version["storage_location"],
        "aliases": [{"alias": alias, "version": number} for alias in version["aliases"]],
        "tags": _pairs(version["tags"]),
        "model_id": version.get("model_id", ""),
    }


def _show_model(registry: Registry, model: Document) -> Document:
    aliases = registry.aliases(model["full_name"])
    return {
        "name": model["full_name"],
        "creation_timestamp": model["created_at"],
        "last_updated_timestamp": model["updated_at"],
        "user_id": model["owner"],
        "description": model.get("comment", ""),
        "aliases": [{"alias": alias, "version": str(version)} for alias, version in sorted(aliases.items())],
        "tags": _pairs(registry.tags(model["full_name"])),
    }
