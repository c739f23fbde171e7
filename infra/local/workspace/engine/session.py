"""One user's session: what its names mean, and the Sail session behind it."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import grpc
import pyarrow as pa
from pyspark.sql.connect.proto import base_pb2, relations_pb2, types_pb2

from infra.local.workspace.engine.errors import FailedError
from infra.local.workspace.engine.namespace import Namespace
from infra.local.workspace.engine.sail import SailServer

SERVICE = "/spark.connect.SparkConnectService/"
_TIME_ZONE = {"spark.sql.session.timeZone": "UTC"}  # Sail's own default, Etc/UTC, breaks some functions


class SailSession:
    """A session of a Sail server under an id that nobody else can know or guess."""

    def __init__(self, server: SailServer, user: str) -> None:
        self.server = server
        self.user = user
        self.id = str(uuid.uuid4())
        self._calls: set[Any] = set()
        self.configure(_TIME_ZONE)

    def configure(self, settings: Mapping[str, str]) -> None:
        """Set Spark settings of the session."""
        request = base_pb2.ConfigRequest()
        self.stamp(request)
        for key, value in settings.items():
            request.operation.set.pairs.add(key=key, value=value)
        self._unary("Config", request, base_pb2.ConfigResponse)

    def schema(self, relation: relations_pb2.Relation) -> types_pb2.DataType:
        """The Spark type of a relation's rows."""
        request = base_pb2.AnalyzePlanRequest()
        self.stamp(request)
        request.schema.plan.root.CopyFrom(relation)
        response: base_pb2.AnalyzePlanResponse = self._unary(
            "AnalyzePlan", request, base_pb2.AnalyzePlanResponse
        )
        return response.schema.schema

    def execute(self, plan: base_pb2.Plan) -> pa.Table:
        """The rows of a plan; those of a SQL command's result for a command."""
        tables: list[pa.Table] = []
        follow: relations_pb2.Relation | None = None
        for response in self.responses(plan):
            if response.HasField("arrow_batch"):
                tables.append(pa.ipc.open_stream(response.arrow_batch.data).read_all())
            elif response.HasField("sql_command_result"):
                follow = response.sql_command_result.relation
        if follow is not None:
            return self.execute(base_pb2.Plan(root=follow))
        return pa.concat_tables(tables) if tables else pa.table({})

    def responses(self, plan: base_pb2.Plan) -> Iterator[base_pb2.ExecutePlanResponse]:
        """What Sail answers to a plan, as it comes."""
        request = base_pb2.ExecutePlanRequest(plan=plan, operation_id=str(uuid.uuid4()))
        self.stamp(request)
        call = self.server.channel.unary_stream(
            f"{SERVICE}ExecutePlan",
            request_serializer=base_pb2.ExecutePlanRequest.SerializeToString,
            response_deserializer=base_pb2.ExecutePlanResponse.FromString,
        )(request)
        self._calls.add(call)
        try:
            yield from call
        except grpc.RpcError as error:
            raise FailedError(error.details() or str(error.code())) from error
        finally:
            self._calls.discard(call)

    def cancel(self) -> None:
        """Interrupt whatever runs, and stop waiting for it."""
        request = base_pb2.InterruptRequest(interrupt_type=base_pb2.InterruptRequest.INTERRUPT_TYPE_ALL)
        self.stamp(request)
        # A session that has ended meanwhile has nothing left to interrupt.
        with suppress(FailedError):
            self._unary("Interrupt", request, base_pb2.InterruptResponse)
        for call in list(self._calls):
            call.cancel()

    def release(self) -> None:
        """Forget the session in Sail; a server that is gone has forgotten it already."""
        request = base_pb2.ReleaseSessionRequest()
        self.stamp(request)
        try:
            self._unary("ReleaseSession", request, base_pb2.ReleaseSessionResponse)
        except FailedError:
            if self.server.running:
                raise

    def stamp(self, request: Any) -> None:
        """Write this session and user into a request, whatever the client wrote."""
        request.session_id = self.id
        request.user_context.Clear()
        request.user_context.user_id = self.user
        if "client_observed_server_side_session_id" in request.DESCRIPTOR.fields_by_name:
            request.ClearField("client_observed_server_side_session_id")

    def _unary(self, method: str, request: Any, response: Any) -> Any:
        call = self.server.channel.unary_unary(
            f"{SERVICE}{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=response.FromString,
        )
        try:
            return call(request)
        except grpc.RpcError as error:
            raise FailedError(error.details() or str(error.code())) from error


class Session:
    """What the gateway keeps of one client session of one user in one workspace."""

    def __init__(self, sail: SailSession, namespace: Namespace) -> None:
        self.sail = sail
        self.namespace = namespace
        self.lock = threading.RLock()
        self.answered: dict[str, list[Any]] = {}
        self.last_used = time.monotonic()
        self.running = 0
