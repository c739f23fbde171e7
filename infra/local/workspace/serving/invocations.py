"""One request to an endpoint: numbered, answered, written down."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from infra.local.workspace.errors import ApiError, InvalidParameterError
from infra.local.workspace.serving.deployment import Deployment

_CLIENT_ID = "client_request_id"


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """What there is to say of a request after its answer. Request and response are bodies, as sent."""

    request_id: str
    client_request_id: str | None
    received_at: datetime
    status: int
    duration_ms: int
    request: bytes
    response: bytes
    served_entity_id: str | None
    requester: str


class Answer(NamedTuple):
    """What the caller gets: a model's answer, or why there is none."""

    request_id: str
    status: int
    content: bytes
    content_type: str
    served: str | None


def invoke(
    deployment: Deployment, content: bytes, *, content_type: str, served_name: str | None, requester: str
) -> tuple[Answer, Invocation]:
    """Ask one of the served entities, by traffic or by name; a failure is an answer, too."""
    received_at, started = datetime.now(UTC), time.monotonic()
    request_id, client_id, entity_id = str(uuid.uuid4()), None, None
    try:
        client_id, question = split_client_id(content)
        with deployment.pick(served_name) as served:
            entity_id, started = served.entity_id, time.monotonic()
            response = served.request(question, content_type)
        media_type = response.headers.get("content-type", "application/json")
        answer = Answer(request_id, response.status_code, response.content, media_type, served.name)
    except ApiError as error:
        body = json.dumps({"error_code": error.code, "message": error.message}).encode()
        answer = Answer(request_id, error.status, body, "application/json", None)
    return answer, Invocation(
        request_id=request_id,
        client_request_id=client_id,
        received_at=received_at,
        status=answer.status,
        duration_ms=round((time.monotonic() - started) * 1000),
        request=content,
        response=answer.content,
        served_entity_id=entity_id,
        requester=requester,
    )


def split_client_id(content: bytes) -> tuple[str | None, bytes]:
    """The request's `client_request_id`, which is not for the model, and the body without it."""
    if f'"{_CLIENT_ID}"'.encode() not in content:
        return None, content
    try:
        body = json.loads(content)
    except ValueError:  # the model's server says so, as for every body that is no JSON
        return None, content
    if not isinstance(body, dict) or _CLIENT_ID not in body:
        return None, content
    client_id = body.pop(_CLIENT_ID)
    if client_id is not None and not isinstance(client_id, str):
        raise InvalidParameterError(f"{_CLIENT_ID} must be a text.", code="BAD_REQUEST")
    return client_id, json.dumps(body).encode()
