"""Errors on the wire: gRPC statuses that PySpark turns back into its exceptions."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.errors import ApiError

_DETAILS = "grpc-status-details-bin"


def abort_engine_error(context: Any, error: EngineError) -> NoReturn:
    """End the call with an error that PySpark shows as AnalysisException or ParseException."""
    message = str(error)
    info = ErrorInfo(
        reason=error.spark_class,
        domain="org.apache.spark",
        metadata={
            "classes": json.dumps([error.spark_class]),
            "errorClass": error.condition,
            "sqlState": error.state,
        },
    )
    packed = AnyMessage()
    packed.Pack(info)
    code = grpc.StatusCode.INTERNAL
    status = Status(code=code.value[0], message=message, details=[packed])
    context.set_trailing_metadata(((_DETAILS, status.SerializeToString()),))
    context.abort(code, message)
    raise AssertionError("abort returned")  # it never does


def abort_api_error(context: Any, error: ApiError) -> NoReturn:
    """End a call whose caller is not known, may not be here, or finds no engine.

    Never UNAVAILABLE: PySpark would try again for minutes.
    """
    codes = {401: grpc.StatusCode.UNAUTHENTICATED, 403: grpc.StatusCode.PERMISSION_DENIED}
    context.abort(codes.get(error.status, grpc.StatusCode.INTERNAL), error.message)
    raise AssertionError("abort returned")  # it never does


def abort_rpc_error(context: Any, error: Any) -> NoReturn:
    """End the call as Sail ended it."""
    kept = tuple((key, value) for key, value in error.trailing_metadata() or () if key == _DETAILS)
    context.set_trailing_metadata(kept)
    context.abort(error.code(), error.details() or "")
    raise AssertionError("abort returned")  # it never does
