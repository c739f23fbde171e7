"""Spark Connect for one workspace: finds the caller, judges every plan, and hands on what may run.

Every request is stamped with the Sail session that belongs to its caller, whatever session or user
the client names; every answer gets the client's own session id back. Another user who sends the
same session id is in another session.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

import grpc
from google._upb._message import SetAllowOversizeProtos
from pyspark.sql.connect.proto import base_pb2

from infra.local.workspace.engine.answers import answer_responses, override, remaining
from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.engine.faults import abort_api_error, abort_engine_error, abort_rpc_error
from infra.local.workspace.engine.interpreter import Answer, Interpreter
from infra.local.workspace.engine.session import SERVICE, Session
from infra.local.workspace.errors import ApiError, UnauthenticatedError
from infra.local.workspace.identity.caller import Caller

_log = logging.getLogger(__name__)
_THREADS = 64
_OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),
]
_REQUESTS: dict[str, Any] = {
    "AnalyzePlan": base_pb2.AnalyzePlanRequest,
    "Config": base_pb2.ConfigRequest,
    "ArtifactStatus": base_pb2.ArtifactStatusesRequest,
    "Interrupt": base_pb2.InterruptRequest,
    "ReleaseExecute": base_pb2.ReleaseExecuteRequest,
    "ReleaseSession": base_pb2.ReleaseSessionRequest,
    "FetchErrorDetails": base_pb2.FetchErrorDetailsRequest,
    "ExecutePlan": base_pb2.ExecutePlanRequest,
    "ReattachExecute": base_pb2.ReattachExecuteRequest,
}
_RESPONSES: dict[str, Any] = {
    "AnalyzePlan": base_pb2.AnalyzePlanResponse,
    "Config": base_pb2.ConfigResponse,
    "ArtifactStatus": base_pb2.ArtifactStatusesResponse,
    "Interrupt": base_pb2.InterruptResponse,
    "ReleaseExecute": base_pb2.ReleaseExecuteResponse,
    "ReleaseSession": base_pb2.ReleaseSessionResponse,
    "FetchErrorDetails": base_pb2.FetchErrorDetailsResponse,
    "ExecutePlan": base_pb2.ExecutePlanResponse,
    "ReattachExecute": base_pb2.ExecutePlanResponse,
}
_STREAMS = frozenset({"ExecutePlan", "ReattachExecute"})


class Sessions(Protocol):
    """Where the gateway finds a caller's sessions."""

    def get(self, caller: Caller, workspace_id: int, client_id: str) -> Session:
        """The caller's session of that id, made where it is new."""

    def end(self, caller: Caller, workspace_id: int, client_id: str) -> None:
        """Forget a session."""


class Gateway:
    """A gRPC server on loopback for one workspace."""

    def __init__(
        self,
        workspace_id: int,
        port: int,
        *,
        authenticate: Callable[[str, int], Caller],
        sessions: Sessions,
        interpreter: Callable[[Caller, int, Session], Interpreter],
    ) -> None:
        SetAllowOversizeProtos(True)  # noqa: FBT003 - or plans of more than 50 steps can't be parsed
        self._workspace_id = workspace_id
        self._authenticate = authenticate
        self._sessions = sessions
        self._interpreter = interpreter
        self._server = grpc.server(ThreadPoolExecutor(_THREADS, f"spark-{workspace_id}"), options=_OPTIONS)
        self._server.add_generic_rpc_handlers([_Handlers(self)])
        self._server.add_insecure_port(f"localhost:{port}")
        self._server.start()

    def stop(self) -> None:
        """Stop serving; calls under way are cut."""
        self._server.stop(None).wait()

    def unary(self, method: str, body: bytes, context: Any) -> bytes:
        """One answer to one request."""
        with self._refusals(context):
            request = _REQUESTS[method].FromString(body)
            caller = self._caller(context)
            client_id = request.session_id
            if method == "ReleaseSession":
                self._sessions.end(caller, self._workspace_id, client_id)
                return override(b"", base_pb2.ReleaseSessionResponse, client_id)
            session = self._sessions.get(caller, self._workspace_id, client_id)
            if method == "ReleaseExecute" and session.answered.pop(request.operation_id, []):
                response = base_pb2.ReleaseExecuteResponse(operation_id=request.operation_id)
                return override(response.SerializeToString(), type(response), client_id)
            self._judge_unary(method, request, self._interpreter(caller, self._workspace_id, session))
            session.sail.stamp(request)
            answer = self._sail_method(session, method)(request)
            return override(answer, _RESPONSES[method], client_id)
        raise AssertionError("a refusal ends the call")

    def stream(self, method: str, body: bytes, context: Any) -> Iterator[bytes]:
        """The answers to one request, as they come."""
        with self._refusals(context):
            request = _REQUESTS[method].FromString(body)
            caller = self._caller(context)
            session = self._sessions.get(caller, self._workspace_id, request.session_id)
            session.running += 1
            try:
                if method == "ExecutePlan":
                    yield from self._execute(request, context, caller, session)
                elif request.operation_id in session.answered:
                    yield from remaining(session.answered[request.operation_id], request.last_response_id)
                else:
                    yield from self._forward(method, request, context, session)
            finally:
                session.running -= 1

    def _execute(self, request: Any, context: Any, caller: Caller, session: Session) -> Iterator[bytes]:
        judgement = self._interpreter(caller, self._workspace_id, session).judge(request.plan)
        if isinstance(judgement, Answer):
            responses = answer_responses(judgement.rows, request)
            session.answered[request.operation_id] = responses
            yield from remaining(responses, None)
            return
        request.plan.CopyFrom(judgement.plan)
        last: bytes | None = None
        for response in self._forward("ExecutePlan", request, context, session):
            if last is not None:
                yield last
            last = response
        judgement.done()
        if last is not None:
            yield last

    def _forward(self, method: str, request: Any, context: Any, session: Session) -> Iterator[bytes]:
        client_id = request.session_id
        session.sail.stamp(request)
        call = self._sail_method(session, method)(request)
        context.add_callback(call.cancel)
        for response in call:
            yield override(response, _RESPONSES[method], client_id)

    def _judge_unary(self, method: str, request: Any, interpreter: Interpreter) -> None:
        if method == "AnalyzePlan":
            interpreter.check_read(request)
        elif method == "Config":
            interpreter.check_settings(request.operation)

    def _caller(self, context: Any) -> Caller:
        metadata = dict(context.invocation_metadata())
        scheme, _, token = str(metadata.get("authorization", "")).partition(" ")
        if scheme.lower() != "bearer":
            token = str(metadata.get("x-token", ""))
        if not token.strip():
            raise UnauthenticatedError("Credential was not sent: connect with sc://localhost:…/;token=…")
        return self._authenticate(token.strip(), self._workspace_id)

    @contextmanager
    def _refusals(self, context: Any) -> Iterator[None]:
        try:
            yield
        except EngineError as error:
            abort_engine_error(context, error)
        except ApiError as error:
            abort_api_error(context, error)
        except grpc.RpcError as error:
            abort_rpc_error(context, error)

    @staticmethod
    def _sail_method(session: Session, method: str) -> Any:
        make = (
            session.sail.server.channel.unary_stream
            if method in _STREAMS
            else session.sail.server.channel.unary_unary
        )
        return make(
            f"{SERVICE}{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=None,
        )


class _Handlers(grpc.GenericRpcHandler):  # type: ignore[misc] # grpc has no types
    """Routes gRPC methods; those that are not served here are UNIMPLEMENTED by gRPC itself."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def service(self, handler_call_details: Any) -> Any:
        """The handler of a method, or None."""
        method = handler_call_details.method.removeprefix(SERVICE)
        if method not in _REQUESTS:
            return None
        gateway = self._gateway
        if method in _STREAMS:
            return grpc.unary_stream_rpc_method_handler(
                lambda body, context: gateway.stream(method, body, context)
            )
        return grpc.unary_unary_rpc_method_handler(lambda body, context: gateway.unary(method, body, context))
