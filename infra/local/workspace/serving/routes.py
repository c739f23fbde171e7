"""Serving endpoints over REST: management below /api/2.0, invocations beside it."""

from __future__ import annotations

from infra.local.workspace.routing import Call, Reply, Route
from infra.local.workspace.serving.model import Serving
from infra.local.workspace.store import Document

_ROOT = "/api/2.0/serving-endpoints"
_ONE = f"{_ROOT}/{{name}}"
_QUERIED = "/serving-endpoints/{name}"


def routes(serving: Serving) -> list[Route]:
    """Everything that a workspace answers of serving endpoints, but their permissions."""
    return [*_endpoint_routes(serving), *_part_routes(serving), *_query_routes(serving)]


def _endpoint_routes(serving: Serving) -> list[Route]:
    def create(call: Call) -> Document:
        return serving.create(call.caller, call.workspace, call.json())

    def list_all(call: Call) -> Document:
        return {"endpoints": serving.visible(call.caller, call.workspace)}

    def get(call: Call) -> Document:
        return serving.get(call.caller, call.workspace, call.path["name"])

    def delete(call: Call) -> None:
        serving.delete(call.caller, call.workspace, call.path["name"])

    return [
        Route("POST", _ROOT, create),
        Route("GET", _ROOT, list_all),
        Route("GET", _ONE, get),
        Route("DELETE", _ONE, delete),
    ]


def _part_routes(serving: Serving) -> list[Route]:
    def update_config(call: Call) -> Document:
        return serving.update_config(call.caller, call.workspace, call.path["name"], call.json())

    def change_tags(call: Call) -> Document:
        return {"tags": serving.change_tags(call.caller, call.workspace, call.path["name"], call.json())}

    def put_gateway(call: Call) -> Document:
        return serving.put_gateway(call.caller, call.workspace, call.path["name"], call.json())

    def logs(call: Call) -> Document:
        name, served = call.path["name"], call.path["served"]
        return {"logs": serving.logs(call.caller, call.workspace, name, served)}

    return [
        Route("PUT", f"{_ONE}/config", update_config),
        Route("PATCH", f"{_ONE}/tags", change_tags),
        Route("PUT", f"{_ONE}/ai-gateway", put_gateway),
        Route("GET", f"{_ONE}/served-models/{{served}}/logs", logs),
    ]


def _query_routes(serving: Serving) -> list[Route]:
    def query(call: Call) -> Reply:
        answer = serving.query(
            call.caller,
            call.workspace,
            call.path["name"],
            call.body,
            content_type=call.headers.get("content-type", "application/json"),
            served_name=call.path.get("served"),
        )
        headers = {"x-databricks-request-id": answer.request_id}
        if answer.served:
            headers["served-model-name"] = answer.served
        return Reply(answer.content, answer.status, answer.content_type, headers)

    return [
        Route("POST", f"{_QUERIED}/invocations", query),
        Route("POST", f"{_QUERIED}/served-models/{{served}}/invocations", query),
    ]
