"""The registry in Unity Catalog's dialect: databricks-sdk, and MLflow's client for it."""

from __future__ import annotations

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.mlflow.pages import page
from infra.local.workspace.mlflow.registry import TYPE, Registry
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

_ROOT = "/api/2.1/unity-catalog"
_VERSION = f"{_ROOT}/models/{{full_name}}/versions/{{version}}"
_ALIAS = f"{_ROOT}/models/{{full_name}}/aliases/{{alias}}"


def routes(registry: Registry, catalog: UnityCatalog) -> list[Route]:
    """Versions, aliases and tags; and models where they are made or shown with those."""
    return [*_model_routes(registry, catalog), *_version_routes(registry), *_alias_routes(registry)]


def _model_routes(registry: Registry, catalog: UnityCatalog) -> list[Route]:
    def create(call: Call) -> Document:
        model = catalog.create_model(call.caller, call.workspace, call.json())
        if tags := _tags(call.json()):
            registry.change_tags(call.caller, call.workspace, model["full_name"], add=tags, remove=[])
        return model

    def get(call: Call) -> Document:
        browse = _flag(call, "include_browse")
        model = catalog.read(call.caller, call.workspace, TYPE, call.path["full_name"], browse=browse)
        model["tags"] = _pairs(registry.tags(model["full_name"]))
        if _flag(call, "include_aliases"):
            model["aliases"] = _aliases(registry, model)
        return model

    def change_tags(call: Call) -> None:
        _change_tags(registry, call, None)

    def change_tags_of_version(call: Call) -> None:
        _change_tags(registry, call, _number(call.path["version"]))

    return [
        Route("POST", f"{_ROOT}/models", create),
        Route("GET", f"{_ROOT}/models/{{full_name}}", get),
        Route("PATCH", f"{_ROOT}/securable-tags/FUNCTION/{{full_name}}", change_tags),
        Route("PATCH", f"{_ROOT}/subentity-tags/FUNCTION/{{full_name}}/{{version}}", change_tags_of_version),
    ]


def _version_routes(registry: Registry) -> list[Route]:
    def create(call: Call) -> Document:
        request = call.json()
        name = ".".join(str(call.require(f"{part}_name")) for part in ("catalog", "schema", "model"))
        request |= {"tags": _tags(request), "run_workspace_id": request.get("run_tracking_server_id")}
        return _show(registry.create(call.caller, call.workspace, name, request))

    def list_all(call: Call) -> Document:
        found = registry.versions(call.caller, call.workspace, call.path["full_name"])
        return page(call, "model_versions", [_show(document) for document in found])

    def get(call: Call) -> Document:
        return _show(registry.get(call.caller, call.workspace, *_one(call)))

    def finalize(call: Call) -> Document:
        return _show(registry.finalize(call.caller, call.workspace, *_one(call)))

    def update(call: Call) -> Document:
        comment = str(call.json().get("comment", ""))
        return _show(registry.comment(call.caller, call.workspace, *_one(call), comment))

    def delete(call: Call) -> None:
        registry.delete(call.caller, call.workspace, *_one(call))

    return [
        Route("POST", f"{_ROOT}/models/versions", create),
        Route("GET", f"{_ROOT}/models/{{full_name}}/versions", list_all),
        Route("GET", _VERSION, get),
        Route("PATCH", f"{_VERSION}/finalize", finalize),
        Route("PATCH", _VERSION, update),
        Route("DELETE", _VERSION, delete),
    ]


def _alias_routes(registry: Registry) -> list[Route]:
    def get(call: Call) -> Document:
        name, alias = call.path["full_name"], call.path["alias"]
        return _show(registry.by_alias(call.caller, call.workspace, name, alias))

    def put(call: Call) -> Document:
        name, alias = call.path["full_name"], call.path["alias"]
        number = _number(str(call.require("version_num")))
        registry.set_alias(call.caller, call.workspace, name, alias, number)
        return {"alias_name": alias, "version_num": number}

    def delete(call: Call) -> None:
        registry.delete_alias(call.caller, call.workspace, call.path["full_name"], call.path["alias"])

    return [Route("GET", _ALIAS, get), Route("PUT", _ALIAS, put), Route("DELETE", _ALIAS, delete)]


def _change_tags(registry: Registry, call: Call, version: int | None) -> None:
    changes = call.require("changes")
    if not isinstance(changes, dict):
        raise InvalidParameterError("changes must be an object with add_tags and remove.")
    registry.change_tags(
        call.caller,
        call.workspace,
        call.path["full_name"],
        version=version,
        add=_tags({"tags": changes.get("add_tags", [])}),
        remove=list(changes.get("remove", [])),
    )


def _aliases(registry: Registry, model: Document) -> list[Document]:
    owner = {key: model[key] for key in ("catalog_name", "schema_name")}
    return [
        {**owner, "model_name": model["name"], "alias_name": alias, "version_num": version}
        for alias, version in sorted(registry.aliases(model["full_name"]).items())
    ]


def _show(version: Document) -> Document:
    catalog, schema, model = version["full_name"].split(".")
    shown = {key: value for key, value in version.items() if key != "full_name"}
    aliases = [{"alias_name": alias, "version_num": version["version"]} for alias in version["aliases"]]
    if workspace := shown.pop("run_workspace_id", None):
        shown["run_workspace_id"] = int(workspace)
    return {
        **shown,
        "catalog_name": catalog,
        "schema_name": schema,
        "model_name": model,
        "aliases": aliases,
        "tags": _pairs(version["tags"]),
    }


def _one(call: Call) -> tuple[str, int]:
    return call.path["full_name"], _number(call.path["version"])


def _number(text: str) -> int:
    if not text.isdecimal():
        raise InvalidParameterError(f"'{text}' is not a version of a model.")
    return int(text)


def _tags(request: Document) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in request.get("tags") or []}


def _pairs(tags: dict[str, str]) -> list[Document]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def _flag(call: Call, name: str) -> bool:
    return str(call.query.get(name, "")).lower() == "true"
