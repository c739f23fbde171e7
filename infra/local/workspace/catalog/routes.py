"""Unity Catalog's REST API, /api/2.1/unity-catalog: securables and metastores."""

from __future__ import annotations

from infra.local.workspace.catalog.grant_routes import grant_routes
from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.catalog.names import Securable, parse
from infra.local.workspace.catalog.storage_routes import storage_routes
from infra.local.workspace.catalog.tag_routes import tag_routes
from infra.local.workspace.errors import InvalidParameterError, NotFoundError
from infra.local.workspace.routing import Call, Route
from infra.local.workspace.store import Document

ROOT = "/api/2.1/unity-catalog"
_PAGE = 1000


def routes(catalog: UnityCatalog) -> list[Route]:
    """Everything that a workspace answers of Unity Catalog, but model versions and monitors."""
    return [
        *_catalog_routes(catalog),
        *_schema_routes(catalog),
        *_table_routes(catalog),
        *_object_routes(catalog, "volumes", "volume"),
        *_object_routes(catalog, "models", "registered_model"),
        *storage_routes(catalog),
        *_metastore_routes(catalog),
        *grant_routes(catalog),
        *tag_routes(catalog),
    ]


def _catalog_routes(catalog: UnityCatalog) -> list[Route]:
    def create(call: Call) -> Document:
        return catalog.create_catalog(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        found = catalog.list_all(call.caller, call.workspace, "catalog", browse=_flag(call, "include_browse"))
        return _page(call, "catalogs", found)

    return [
        Route("POST", f"{ROOT}/catalogs", create),
        Route("GET", f"{ROOT}/catalogs", list_all),
        *_routes_of_one(catalog, "catalogs", "catalog"),
    ]


def _schema_routes(catalog: UnityCatalog) -> list[Route]:
    def create(call: Call) -> Document:
        return catalog.create_schema(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        parent = parse("catalog", call.require("catalog_name"))
        return _list(catalog, call, parent, "schema", "schemas")

    return [
        Route("POST", f"{ROOT}/schemas", create),
        Route("GET", f"{ROOT}/schemas", list_all),
        *_routes_of_one(catalog, "schemas", "schema"),
    ]


def _table_routes(catalog: UnityCatalog) -> list[Route]:
    def exists(call: Call) -> Document:
        try:
            catalog.read(call.caller, call.workspace, "table", call.path["name"], browse=True)
        except NotFoundError:
            return {"table_exists": False}
        return {"table_exists": True}

    def list_all(call: Call) -> Document:
        return _list(catalog, call, _schema_of(call), "table", "tables")

    return [
        Route("GET", f"{ROOT}/tables", list_all),
        Route("GET", f"{ROOT}/tables/{{name}}/exists", exists),
        *_routes_of_one(catalog, "tables", "table"),
    ]


def _object_routes(catalog: UnityCatalog, plural: str, securable_type: str) -> list[Route]:
    def create(call: Call) -> Document:
        make = catalog.create_volume if securable_type == "volume" else catalog.create_model
        return make(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        key = "volumes" if securable_type == "volume" else "registered_models"
        if securable_type == "registered_model" and not call.query.get("schema_name"):
            return _page(call, key, _all_models(catalog, call))
        return _list(catalog, call, _schema_of(call), securable_type, key)

    return [
        Route("POST", f"{ROOT}/{plural}", create),
        Route("GET", f"{ROOT}/{plural}", list_all),
        *_routes_of_one(catalog, plural, securable_type),
    ]


def _routes_of_one(catalog: UnityCatalog, plural: str, securable_type: str) -> list[Route]:
    def get(call: Call) -> Document:
        browse = _flag(call, "include_browse")
        return catalog.read(call.caller, call.workspace, securable_type, call.path["name"], browse=browse)

    def update(call: Call) -> Document:
        return catalog.alter(call.caller, call.workspace, securable_type, call.path["name"], call.json())

    def delete(call: Call) -> None:
        force = _flag(call, "force")
        catalog.drop(call.caller, call.workspace, securable_type, call.path["name"], force=force)

    one = f"{ROOT}/{plural}/{{name}}"
    return [Route("GET", one, get), Route("PATCH", one, update), Route("DELETE", one, delete)]


def _metastore_routes(catalog: UnityCatalog) -> list[Route]:
    def assignment(call: Call) -> Document:
        metastore = catalog.guard.metastore(call.workspace)
        return {"workspace_id": call.workspace, "metastore_id": metastore["metastore_id"]}

    def summary(call: Call) -> Document:
        return catalog.guard.metastore(call.workspace)

    def get(call: Call) -> Document:
        return catalog.read_metastore(call.caller, call.workspace, call.path["id"])

    def system_schemas(call: Call) -> Document:
        return {"schemas": catalog.system_schemas.states(call.caller, call.workspace, call.path["id"])}

    def enable(call: Call) -> None:
        catalog.system_schemas.enable(call.caller, call.workspace, call.path["id"], call.path["schema"])

    def disable(call: Call) -> None:
        catalog.system_schemas.disable(call.caller, call.workspace, call.path["id"], call.path["schema"])

    system = f"{ROOT}/metastores/{{id}}/systemschemas"
    return [
        Route("GET", system, system_schemas),
        Route("PUT", f"{system}/{{schema}}", enable),
        Route("DELETE", f"{system}/{{schema}}", disable),
        Route("GET", f"{ROOT}/current-metastore-assignment", assignment),
        Route("GET", f"{ROOT}/metastore_summary", summary),
        Route("GET", f"{ROOT}/metastores/{{id}}", get),
    ]


def _schema_of(call: Call) -> Securable:
    return parse("schema", f"{call.require('catalog_name')}.{call.require('schema_name')}")


def _list(catalog: UnityCatalog, call: Call, parent: Securable, securable_type: str, key: str) -> Document:
    browse = _flag(call, "include_browse")
    found = catalog.list_children(call.caller, call.workspace, parent, securable_type, browse=browse)
    if _flag(call, "omit_columns"):
        found = [{name: value for name, value in each.items() if name != "columns"} for each in found]
    return _page(call, key, found)


def _all_models(catalog: UnityCatalog, call: Call) -> list[Document]:
    return catalog.list_all(
        call.caller, call.workspace, "registered_model", browse=_flag(call, "include_browse")
    )


def _flag(call: Call, name: str) -> bool:
    return str(call.query.get(name, "")).lower() == "true"


def _page(call: Call, key: str, found: list[Document]) -> Document:
    """One page; its token is the full name that the last page ended with."""
    try:
        size = min(int(call.query.get("max_results") or _PAGE) or _PAGE, _PAGE)
    except ValueError as error:
        raise InvalidParameterError("max_results must be a number.") from error
    if size < 0:
        raise InvalidParameterError("max_results must not be negative.")
    after = call.query.get("page_token") or ""
    rest = [each for each in found if each["full_name"] > after]
    answer: Document = {key: rest[:size]}
    if len(rest) > size:
        answer["next_page_token"] = rest[size - 1]["full_name"]
    return answer
