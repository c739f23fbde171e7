"""One ASGI application per site: finds the caller, then the route, then answers or refuses."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as StarletteRoute

from infra.local.workspace.audit.trail import Trail
from infra.local.workspace.errors import ApiError, NotFoundError, NotServedError, UnauthenticatedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.routes import open_routes
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.routing import Call, Reply, Route

_log = logging.getLogger(__name__)
_METHODS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]


class SiteApplication:
    """What listens on one port: the account (`workspace_id` None) or one workspace."""

    def __init__(
        self,
        routes: Iterable[Route],
        directory: Directory,
        tokens: Tokens,
        trail: Trail,
        *,
        account_id: str,
        workspace_id: int | None,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._trail = trail
        self._account_id = account_id
        self._workspace_id = workspace_id
        site = "account" if workspace_id is None else "workspace"
        served = [self._starlette_route(route) for route in routes if route.site == site]
        opened = open_routes(directory, tokens, account_id=account_id, workspace_id=workspace_id)
        missing = StarletteRoute("/{path:path}", self._refuse_unserved, methods=_METHODS)
        self.asgi = Starlette(routes=[*opened, *served, missing])

    def _starlette_route(self, route: Route) -> StarletteRoute:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            return await run_in_threadpool(self._answer, route, request, body)

        methods = [route.method]
        starlette_route = StarletteRoute(route.path, endpoint, methods=methods)
        starlette_route.methods = set(methods)  # Starlette adds HEAD to GET; Databricks does not
        return starlette_route

    async def _refuse_unserved(self, request: Request) -> Response:
        try:
            await run_in_threadpool(self._caller, request)
        except ApiError as error:
            return _error_response(error)
        return _error_response(NotServedError(f"{request.method} {request.url.path} is not served locally."))

    def _answer(self, route: Route, request: Request, body: bytes) -> Response:
        try:
            call = self._call(request, body)
            result = self._result(route, call)
            self._trail.record(route, call, request.client.host if request.client else None, result)
            return _error_response(result) if isinstance(result, ApiError) else _response(result)
        except ApiError as error:
            return _error_response(error)
        except Exception as error:
            _log.exception("%s %s failed", request.method, request.url.path)
            return _error_response(ApiError(f"{type(error).__name__}: {error}"))

    def _result(self, route: Route, call: Call) -> object:
        """What the handler answers, or the error with which it refuses."""
        try:
            if call.path.get("account_id", self._account_id) != self._account_id:
                raise NotFoundError(f"Account {call.path['account_id']} not found.")
            return route.handler(call)
        except ApiError as error:
            return error

    def _call(self, request: Request, body: bytes) -> Call:
        return Call(
            caller=self._caller(request),
            method=request.method,
            url_path=request.url.path,
            path={key: str(value) for key, value in request.path_params.items()},
            query=dict(request.query_params),
            query_string=request.url.query,
            headers=request.headers,
            body=body,
            base_url=str(request.base_url).rstrip("/"),
            workspace_id=self._workspace_id,
        )

    def _caller(self, request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnauthenticatedError("Credential was not sent or was of an unsupported type for this API.")
        return self.authenticate(token.strip())

    def authenticate(self, token: str) -> Caller:
        """Who calls with this token; UnauthenticatedError or PermissionDeniedError."""
        return authenticate(self._directory, self._tokens, token, self._workspace_id)


def authenticate(directory: Directory, tokens: Tokens, token: str, workspace_id: int | None) -> Caller:
    """The caller behind a token at a site, for doors other than HTTP too."""
    caller = directory.caller(tokens.principal_id(token, workspace_id), workspace_id)
    if caller is None:
        raise UnauthenticatedError(
            "The token's principal is gone, inactive or not assigned to this workspace."
        )
    return caller


def _response(result: object) -> Response:
    if isinstance(result, Reply):
        return Response(result.body, result.status, dict(result.headers), result.media_type)
    return JSONResponse({} if result is None else result)


def _error_response(error: ApiError) -> Response:
    return JSONResponse({"error_code": error.code, "message": error.message}, status_code=error.status)
