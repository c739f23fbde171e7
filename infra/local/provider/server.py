"""The provider's gRPC server on loopback, which Terraform reaches through TF_REATTACH_PROVIDERS."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc

from infra.local.provider.engine.service import ProviderService
from infra.local.provider.engine.sessions import Prepare, Sessions
from infra.local.provider.resources.data_sources import DATA_SOURCES
from infra.local.provider.resources.registry import RESOURCES
from infra.local.provider.schema.catalogue import Catalogue
from infra.local.provider.wire import plugin_pb2 as pb

Method = Callable[[Any, grpc.ServicerContext], Any]
SOURCE = "databricks/databricks"
_log = logging.getLogger(__name__)
_THREADS = 64  # Terraform asks ten things at a time, and several Terraforms may run at once
_MESSAGE_BYTES = 256 << 20  # Terraform's own limit
_METHODS = (
    "GetProviderSchema",
    "ValidateProviderConfig",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "UpgradeResourceState",
    "ConfigureProvider",
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ImportResourceState",
    "ReadDataSource",
    "StopProvider",
)


class ProviderServer:
    """Serves the provider on a free loopback port while the context lasts.

    cache_dir keeps the derived schemas. config_file is where profiles are read when a provider block
    names no other; the environment is never read. prepare is told of the profile of each provider block
    before that is used: it may make it.
    """

    def __init__(
        self, *, cache_dir: Path, config_file: Path | None = None, prepare: Prepare | None = None
    ) -> None:
        sessions = Sessions(config_file, prepare)
        service = ProviderService(Catalogue(cache_dir), sessions, RESOURCES, DATA_SOURCES)
        options = [
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
        ]
        self._server = grpc.server(ThreadPoolExecutor(_THREADS, "provider"), options=options)
        self._server.add_generic_rpc_handlers((_handlers(service),))
        self._port = self._server.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop(grace=None).wait()

    def reattach(self) -> str:
        """The value for TF_REATTACH_PROVIDERS."""
        address = {"Network": "tcp", "String": f"127.0.0.1:{self._port}"}
        server = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True, "Addr": address}
        return json.dumps({SOURCE: server})

    def wait(self) -> None:
        """Serve until the process is told to end."""
        self._server.wait_for_termination()


def _handlers(service: ProviderService) -> grpc.GenericRpcHandler:
    return grpc.method_handlers_generic_handler(
        "tfplugin6.Provider", {name: _handler(name, getattr(service, _snake_case(name))) for name in _METHODS}
    )


def _handler(name: str, method: Method) -> grpc.RpcMethodHandler:
    messages = getattr(pb, name)
    return grpc.unary_unary_rpc_method_handler(
        _told(name, method),
        request_deserializer=messages.Request.FromString,
        response_serializer=messages.Response.SerializeToString,
    )


def _told(name: str, method: Method) -> Method:
    """The method, whose defects Terraform shows by name; the log has where."""

    def call(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(request, context)
        except Exception as error:
            _log.exception("%s failed", name)
            what = f"{name} of {getattr(request, 'type_name', 'the provider')}"
            context.abort(grpc.StatusCode.INTERNAL, f"{what} failed in the loopback provider: {error!r}")

    return call


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
