"""Endpoints as the REST API describes them."""

from __future__ import annotations

from infra.local.workspace.serving.deployment import Deployment
from infra.local.workspace.store import Document

NOT_UPDATING, IN_PROGRESS, UPDATE_FAILED = "NOT_UPDATING", "IN_PROGRESS", "UPDATE_FAILED"
_SHOWN = (
    "name",
    "creator",
    "creation_timestamp",
    "last_updated_timestamp",
    "id",
    "tags",
    "description",
    "route_optimized",
    "ai_gateway",
    "budget_policy_id",
)


def summarize(endpoint: Document, deployment: Deployment) -> Document:
    """An endpoint as lists show it."""
    document = {key: endpoint[key] for key in _SHOWN if endpoint.get(key) is not None}
    document["state"] = {
        "ready": "READY" if _is_ready(endpoint, deployment) else "NOT_READY",
        "config_update": endpoint["config_update"],
    }
    if config := endpoint["config"]:
        document["config"] = {"served_entities": _entities(config, deployment)}
    return document


def describe(endpoint: Document, deployment: Deployment, permission_level: str | None) -> Document:
    """An endpoint with its configs, the one that serves and the one that is to come."""
    document = summarize(endpoint, deployment)
    if permission_level:
        document["permission_level"] = permission_level
    if config := endpoint["config"]:
        document["config"] = {**config, "served_entities": _entities(config, deployment)}
    if pending := endpoint["pending_config"]:
        document["pending_config"] = {**pending, "served_entities": _pending_entities(endpoint, pending)}
    return document


def _is_ready(endpoint: Document, deployment: Deployment) -> bool:
    config = endpoint["config"]
    if not config:
        return False
    served = [deployment.find(entity["name"]) for entity in config["served_entities"]]
    return all(entity is not None and entity.ready for entity in served)


def _entities(config: Document, deployment: Deployment) -> list[Document]:
    return [{**_shown(entity), "state": _state(deployment, entity)} for entity in config["served_entities"]]


def _shown(entity: Document) -> Document:
    """Without the id, which only system tables and inference tables tell."""
    return {key: value for key, value in entity.items() if key != "id"}


def _state(deployment: Deployment, entity: Document) -> Document:
    served = deployment.find(entity["name"])
    if served is None or served.failure:
        message = served.failure if served else "Not started."
        return {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": message}
    state = "DEPLOYMENT_READY" if served.ready else "DEPLOYMENT_RECOVERING"
    return {"deployment": state, "deployment_state_message": ""}


def _pending_entities(endpoint: Document, pending: Document) -> list[Document]:
    failed = endpoint["config_update"] == UPDATE_FAILED
    state = {
        "deployment": "DEPLOYMENT_FAILED" if failed else "DEPLOYMENT_CREATING",
        "deployment_state_message": endpoint.get("message", "") if failed else "",
    }
    return [{**_shown(entity), "state": state} for entity in pending["served_entities"]]
