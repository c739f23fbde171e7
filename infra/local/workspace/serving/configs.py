"""What an endpoint is asked to serve: checked and completed as the platform does."""

from __future__ import annotations

import re
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.store import Document

_NAME = re.compile(r"[\w-]{1,63}")
_SIZES = ("Small", "Medium", "Large", "XLarge")
_KEPT = (
    "burst_scaling_enabled",
    "entity_name",
    "entity_version",
    "environment_vars",
    "instance_profile_arn",
    "max_provisioned_concurrency",
    "min_provisioned_concurrency",
    "name",
    "scale_to_zero_enabled",
    "workload_size",
    "workload_type",
)
_UNSERVED = ("external_model", "foundation_model", "min_provisioned_throughput", "provisioned_model_units")
_OLD_NAMES = {"model_name": "entity_name", "model_version": "entity_version"}


def check_name(name: object) -> str:
    """An endpoint's name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidParameterError(
            f"Endpoint name '{name}' is not valid: letters, digits, dashes and underscores, 63 at most."
        )
    return name


def refuse_unserved(request: Document) -> None:
    """Refuse what an endpoint would be created with and not have."""
    for part in ("rate_limits", "email_notifications", "telemetry_config"):
        if request.get(part):
            raise NotServedError(f"{part} of serving endpoints are not served locally.")
    if request.get("route_optimized"):
        raise NotServedError("Route-optimized endpoints are not served locally.")


def read(request: Document) -> Document:
    """The served entities and their traffic; every default that the platform fills in is there."""
    if request.get("auto_capture_config"):
        raise NotServedError("auto_capture_config is not served locally.")
    given = request.get("served_entities") or request.get("served_models") or []
    if not given:
        raise InvalidParameterError("At least one served entity must be specified.")
    entities = [_read_entity(entity) for entity in given]
    names = [entity["name"] for entity in entities]
    if len(set(names)) != len(names):
        raise InvalidParameterError(f"Served entities must have unique names, not {', '.join(names)}.")
    return {"served_entities": entities, "traffic_config": _read_traffic(request, names)}


def _read_entity(request: Document) -> Document:
    entity = {_OLD_NAMES.get(key, key): value for key, value in request.items() if value is not None}
    if unserved := [key for key in _UNSERVED if key in entity]:
        raise NotServedError(f"Served entities with {unserved[0]} are not served locally.")
    name, version = str(entity.get("entity_name", "")), str(entity.get("entity_version", ""))
    if name.count(".") != 2:
        raise NotServedError(f"'{name}' is not a model in Unity Catalog (catalog.schema.model).")
    if not version.isdecimal():
        raise InvalidParameterError(f"entity_version of {name} must be a version's number, not '{version}'.")
    if entity.get("workload_size", "Small") not in _SIZES:
        raise InvalidParameterError(f"workload_size is not one of {', '.join(_SIZES)}.")
    defaults = {
        "name": f"{name.rpartition('.')[2]}-{version}",
        "workload_type": "CPU",
        "scale_to_zero_enabled": False,
    }
    if "min_provisioned_concurrency" not in entity:
        defaults["workload_size"] = "Small"
    entity = {**defaults, **{key: entity[key] for key in _KEPT if key in entity}}
    if not _NAME.fullmatch(str(entity["name"])):
        raise InvalidParameterError(f"'{entity['name']}' is not a valid name of a served entity.")
    return entity


def _read_traffic(request: Document, names: list[str]) -> Document:
    routes = (request.get("traffic_config") or {}).get("routes") or []
    if not routes and len(names) == 1:
        routes = [{"served_model_name": names[0], "traffic_percentage": 100}]
    shares = {_served_name(route): route.get("traffic_percentage") for route in routes}
    if unknown := sorted(set(shares) - set(names)):
        raise InvalidParameterError(f"Traffic goes to {', '.join(unknown)}, which is not served.")
    whole = all(isinstance(share, int) and 0 <= share <= 100 for share in shares.values())
    if not whole or sum(shares.values()) != 100:
        raise InvalidParameterError("The traffic percentages of the routes must add up to 100.")
    return {
        "routes": [
            {"served_model_name": name, "served_entity_name": name, "traffic_percentage": share}
            for name, share in shares.items()
        ]
    }


def _served_name(route: Document) -> str:
    return str(route.get("served_entity_name") or route.get("served_model_name") or "")


def read_gateway(request: Document) -> Document:
    """An AI gateway's settings; what would not be done here is refused, not ignored."""
    table: dict[str, Any] = request.get("inference_table_config") or {}
    if table.get("enabled") and not (table.get("catalog_name") and table.get("schema_name")):
        raise InvalidParameterError("inference_table_config needs catalog_name and schema_name.")
    for part in ("rate_limits", "guardrails", "fallback_config"):
        if request.get(part):
            raise NotServedError(f"{part} of the AI gateway is not served locally.")
    if (request.get("usage_tracking_config") or {}).get("enabled"):
        raise NotServedError("Usage is not tracked locally: usage_tracking_config.enabled.")
    return {
        key: request[key] for key in ("inference_table_config", "usage_tracking_config") if key in request
    }
