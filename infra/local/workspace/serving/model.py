"""Serving endpoints: what they serve, and how that changes without a gap."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable

from infra.local.workspace.children.child import ChildError
from infra.local.workspace.errors import ApiError, ConflictError, NotFoundError
from infra.local.workspace.fields import read_text
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.permissions.model import Permissions
from infra.local.workspace.serving import configs
from infra.local.workspace.serving.deployment import Deployment
from infra.local.workspace.serving.documents import (
    IN_PROGRESS,
    NOT_UPDATING,
    UPDATE_FAILED,
    describe,
    summarize,
)
from infra.local.workspace.serving.endpoints import MANAGE, QUERY, VIEW, Endpoints
from infra.local.workspace.serving.inference_tables import (
    InferenceTables,
    check_change,
    enabled_config,
    target,
)
from infra.local.workspace.serving.invocations import Answer, invoke
from infra.local.workspace.serving.models import Models
from infra.local.workspace.serving.payload_log import PayloadLog
from infra.local.workspace.serving.served_entities import ServedEntities, identify
from infra.local.workspace.store import Document, Store

_log = logging.getLogger(__name__)
_FIELDS = ("description", "route_optimized", "budget_policy_id")


class Serving:
    """Endpoints of all workspaces; each one's models run in processes of their own."""

    def __init__(
        self,
        store: Store,
        *,
        permissions: Permissions,
        models: Models,
        tables: InferenceTables,
        entities: ServedEntities,
        require_budget: Callable[[Caller, int, str], None],
    ) -> None:
        self._endpoints = Endpoints(store, permissions)
        self._models = models
        self._tables = tables
        self._log = PayloadLog(tables.append)
        self._entities = entities
        self._require_budget = require_budget
        self._deployments: dict[str, Deployment] = {}
        self._updates: dict[str, threading.Thread] = {}
        self._stopping = False

    def start(self) -> None:
        """Bring every endpoint back; an update that was cut off begins again."""
        self._entities.start()
        self._log.start()
        for endpoint in self._endpoints.all():
            if endpoint["config"]:
                self._bring_back(endpoint)
            if endpoint["config_update"] == IN_PROGRESS:
                self._begin(endpoint)

    def _bring_back(self, endpoint: Document) -> None:
        try:
            self._deploy(endpoint, endpoint["config"], wait=False)
        except ApiError as error:  # a model or secret is gone; the account starts all the same
            _log.warning("Endpoint %s can't be brought back: %s", endpoint["name"], error)

    def stop(self) -> None:
        """End all processes and write what is logged. An update under way begins again at the next start."""
        self._stopping = True
        for deployment in list(self._deployments.values()):
            deployment.stop()
        for thread in list(self._updates.values()):
            thread.join()
        self._log.stop()

    def processes(self) -> list[tuple[str, int]]:
        """The served entities that run at this moment, with their processes' ids."""
        return [each for deployment in list(self._deployments.values()) for each in deployment.processes()]

    def create(self, caller: Caller, workspace_id: int, request: Document) -> Document:
        """A new endpoint; with a config, it begins to serve it."""
        name = configs.check_name(request.get("name"))
        configs.refuse_unserved(request)
        config = configs.read(request["config"]) if request.get("config") else None
        fields = {key: request[key] for key in _FIELDS if request.get(key) is not None}
        if policy_id := read_text(request, "budget_policy_id"):
            self._require_budget(caller, workspace_id, policy_id)
        fields["tags"] = _merge([], request.get("tags") or [])
        fields["ai_gateway"] = configs.read_gateway(request.get("ai_gateway") or {}) or None
        if config:
            self._models.require(caller.principal.id, workspace_id, config)
        endpoint = self._endpoints.insert(caller, workspace_id, name, fields)
        try:
            self._enable_table(caller, endpoint, fields["ai_gateway"])
        except ApiError:
            self._endpoints.delete(endpoint)
            raise
        return self._update(caller, endpoint, config) if config else self._describe(caller, endpoint)

    def get(self, caller: Caller, workspace_id: int, name: str) -> Document:
        """An endpoint."""
        return self._describe(caller, self._endpoints.require(caller, workspace_id, name, VIEW))

    def visible(self, caller: Caller, workspace_id: int) -> list[Document]:
        """The endpoints that the caller may see."""
        endpoints = self._endpoints.all(workspace_id)
        return [
            {**summarize(endpoint, self._deployment(endpoint)), "permission_level": level}
            for endpoint in endpoints
            if (level := self._endpoints.level(caller, endpoint))
        ]

    def update_config(self, caller: Caller, workspace_id: int, name: str, request: Document) -> Document:
        """Begin to serve another config; the old one serves until the new one is ready."""
        endpoint = self._endpoints.require(caller, workspace_id, name, MANAGE)
        config = configs.read(request)
        self._models.require(endpoint["creator_id"], workspace_id, config)
        if endpoint["config_update"] == IN_PROGRESS:
            raise ConflictError(f"Endpoint '{name}' is being updated; try again when that is done.")
        return self._update(caller, endpoint, config)

    def change_tags(self, caller: Caller, workspace_id: int, name: str, request: Document) -> list[Document]:
        """The endpoint's tags after some were added and some removed."""
        endpoint = self._endpoints.require(caller, workspace_id, name, MANAGE)
        removed = set(request.get("delete_tags") or [])
        kept = [tag for tag in endpoint["tags"] if tag["key"] not in removed]
        tags = _merge(kept, request.get("add_tags") or [])
        self._endpoints.change(endpoint, {"tags": tags})
        return tags

    def put_gateway(self, caller: Caller, workspace_id: int, name: str, request: Document) -> Document:
        """The endpoint's AI gateway after it was replaced."""
        endpoint = self._endpoints.require(caller, workspace_id, name, MANAGE)
        gateway = configs.read_gateway(request)
        check_change(endpoint.get("ai_gateway"), gateway)
        self._enable_table(caller, endpoint, gateway)
        self._endpoints.change(endpoint, {"ai_gateway": gateway or None})
        return gateway

    def _enable_table(self, caller: Caller, endpoint: Document, gateway: Document | None) -> None:
        if config := enabled_config(gateway):
            table = self._tables.enable(caller, endpoint, config)
            self._endpoints.change(endpoint, {"inference_table": table})

    def delete(self, caller: Caller, workspace_id: int, name: str) -> None:
        """Remove an endpoint; its processes end."""
        self._remove(self._endpoints.require(caller, workspace_id, name, MANAGE))

    def close_workspace(self, workspace_id: int) -> None:
        """Remove the endpoints of a workspace that is deleted."""
        for endpoint in self._endpoints.all(workspace_id):
            self._remove(endpoint)

    def _remove(self, endpoint: Document) -> None:
        self._endpoints.delete(endpoint)
        self._deployment(endpoint).stop()
        self._deployments.pop(endpoint["id"], None)
        shutil.rmtree(self._models.log_folder(endpoint), ignore_errors=True)
        if endpoint["config"]:
            self._entities.record(endpoint, endpoint["config"], is_deleted=True)

    def query(
        self,
        caller: Caller,
        workspace_id: int,
        name: str,
        content: bytes,
        *,
        content_type: str,
        served_name: str | None = None,
    ) -> Answer:
        """What a model of the endpoint answers: one chosen by traffic, or the one that is named."""
        endpoint = self._endpoints.require(caller, workspace_id, name, QUERY)
        answer, invocation = invoke(
            self._deployment(endpoint),
            content,
            content_type=content_type,
            served_name=served_name,
            requester=caller.name,
        )
        if table := target(endpoint):
            self._log.put(table, invocation)
        return answer

    def logs(self, caller: Caller, workspace_id: int, name: str, served_name: str) -> str:
        """The last lines that a served entity's process logged."""
        endpoint = self._endpoints.require(caller, workspace_id, name, VIEW)
        versions = [config for config in (endpoint["pending_config"], endpoint["config"]) if config]
        for config in versions:
            if any(entity["name"] == served_name for entity in config["served_entities"]):
                return self._models.log_tail(endpoint, served_name)
        raise NotFoundError(f"The endpoint does not serve '{served_name}'.")

    def _update(self, caller: Caller, endpoint: Document, config: Document) -> Document:
        version = endpoint["config_version"] + 1
        now = int(time.time() * 1000)
        stamp = {"creator": caller.name, "creation_timestamp": now}
        before = (endpoint["config"] or {}).get("served_entities", [])
        entities = [{**entity, **stamp} for entity in identify(config["served_entities"], before)]
        pending = {**config, "served_entities": entities, "config_version": version, "start_time": now}
        changes = {"pending_config": pending, "config_update": IN_PROGRESS, "config_version": version}
        changed = self._endpoints.change(endpoint, changes)
        if changed is None:
            raise NotFoundError(f"The given endpoint '{endpoint['name']}' does not exist.")
        self._begin(changed)
        return self._describe(caller, changed)

    def _begin(self, endpoint: Document) -> None:
        thread = threading.Thread(target=self._carry_out, args=(endpoint,), name=f"update {endpoint['name']}")
        self._updates[endpoint["id"]] = thread
        thread.start()

    def _carry_out(self, endpoint: Document) -> None:
        """Bring the pending config into service, or say why it can't be."""
        deployment, pending = self._deployment(endpoint), endpoint["pending_config"]
        try:
            self._models.require(endpoint["creator_id"], endpoint["workspace_id"], pending)
            self._entities.record(endpoint, pending)
            self._deploy(endpoint, pending, wait=True)
        except (ApiError, ChildError, OSError) as error:
            if not self._stopping:
                _log.warning("The update of endpoint %s failed: %s", endpoint["name"], error)
                self._endpoints.change(endpoint, {"config_update": UPDATE_FAILED, "message": str(error)})
            return
        config = {key: value for key, value in pending.items() if key != "start_time"}
        changes = {"config": config, "pending_config": None, "config_update": NOT_UPDATING, "message": ""}
        if self._endpoints.change(endpoint, changes):
            deployment.drain()
        else:
            deployment.stop()

    def _deploy(self, endpoint: Document, config: Document, *, wait: bool) -> None:
        routes = config["traffic_config"]["routes"]
        shares = {route["served_entity_name"]: route["traffic_percentage"] for route in routes}
        self._deployment(endpoint).deploy(self._models.wanted(endpoint, config), shares, wait=wait)

    def _deployment(self, endpoint: Document) -> Deployment:
        return self._deployments.setdefault(endpoint["id"], Deployment())

    def _describe(self, caller: Caller, endpoint: Document) -> Document:
        return describe(endpoint, self._deployment(endpoint), self._endpoints.level(caller, endpoint))


def _merge(tags: list[Document], added: list[Document]) -> list[Document]:
    """Tags by key, in the order in which they came."""
    values = {tag["key"]: tag.get("value", "") for tag in [*tags, *added]}
    return [{"key": key, "value": value} for key, value in values.items()]
