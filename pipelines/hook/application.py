"""The hook over HTTP: POST /alerts from a notification destination, GET /health from whoever watches it."""

import asyncio
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipelines.hook.answers import Answer, Refused
from pipelines.hook.callers import require_caller
from pipelines.hook.firing import read_firing
from pipelines.hook.journal import Journal, note
from pipelines.hook.retraining import Retraining
from pipelines.hook.settings import Settings

LARGEST_BODY = 64 * 1024
_BODY_SECONDS = 10


class Alerts:
    """What answers POST /alerts."""

    def __init__(self, settings: Settings, retraining: Retraining) -> None:
        self._settings = settings
        self._retraining = retraining

    async def __call__(self, request: Request) -> Response:
        """Answer one call: who it is, what it says, and only then whether to start anything."""
        try:
            require_caller(request.headers.get("authorization"), self._settings)
            _require_json(request)
            firing = read_firing(await _read_body(request))
            answer = await run_in_threadpool(self._retraining.answer, firing)
        except Refused as refused:
            answer = refused.answer
        return _respond(request, answer)


def make_application(settings: Settings, retraining: Retraining) -> Journal:
    """Return the hook as an ASGI application that writes one line a request."""
    alerts = Alerts(settings, retraining)
    routes = [
        Route("/alerts", alerts.__call__, methods=["POST"]),
        Route("/health", _tell_health, methods=["GET"]),
    ]
    handlers = {HTTPException: _explain, Exception: _explain_defect}
    return Journal(Starlette(routes=routes, exception_handlers=handlers))


async def _tell_health(request: Request) -> Response:
    return _respond(request, Answer(200, "listening"))


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "the body is to be application/json")


async def _read_body(request: Request) -> bytes:
    """Return the body, of which no more is read than may be."""
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise Refused(413, f"the body has over {LARGEST_BODY // 1024} kB")
    except TimeoutError as error:
        raise Refused(408, f"the body did not arrive within {_BODY_SECONDS} seconds") from error
    except ClientDisconnect as error:
        raise Refused(400, "the caller went away before the body was there") from error
    return bytes(body)


async def _explain(request: Request, error: Exception) -> Response:
    """Answer what the router refuses, such as a path that isn't there."""
    if not isinstance(error, HTTPException):
        raise TypeError from error
    return _respond(request, Answer(error.status_code, error.detail), error.headers)


async def _explain_defect(request: Request, _: Exception) -> Response:
    return _respond(request, Answer(500, "the hook failed: see its log"))


def _respond(request: Request, answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    note(request.scope, answer.message)
    told = dict(headers or {})
    if answer.status == 401:
        told["WWW-Authenticate"] = 'Basic realm="retraining", charset="UTF-8"'
    if answer.retry_after is not None:
        told["Retry-After"] = str(answer.retry_after)
    return JSONResponse(answer.body, answer.status, told)
