"""The loopback ports: one for the account, one per workspace, the same after a restart."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import Future

import uvicorn
from starlette.applications import Starlette

from infra.local.workspace.store import Store

LOOPBACK = "127.0.0.1"
_STOP_SECONDS = 5


class PortTakenError(Exception):
    """Another process listens where this account's clients will look for it."""


class Listeners:
    """Serves applications on loopback ports from one background thread."""

    def __init__(self, store: Store) -> None:
        self._ports = store.collection("ports")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="listeners", daemon=True)
        self._thread.start()
        self._servers: dict[str, tuple[uvicorn.Server, Future[None]]] = {}

    def url(self, site: str) -> str:
        """Where a site listens, or would: its port is chosen once."""
        document = self._ports.get(site) or self._ports.put(site, {"port": _free_port()})
        return f"http://{LOOPBACK}:{document['port']}"

    def open(self, site: str, application: Starlette) -> str:
        """Serve an application; returns its URL once it accepts connections."""
        port = int(self.url(site).rpartition(":")[2])
        config = uvicorn.Config(
            application, log_level="warning", access_log=False, timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        future = asyncio.run_coroutine_threadsafe(server.serve(sockets=[_bind(port, site)]), self._loop)
        self._servers[site] = (server, future)
        while not server.started and not future.done():
            time.sleep(0.005)
        if future.done():
            future.result()
        return self.url(site)

    def close(self, site: str) -> None:
        """Stop serving a site; its port is free for others."""
        server, future = self._servers.pop(site)
        server.should_exit = True
        future.result(timeout=_STOP_SECONDS)

    def close_all(self) -> None:
        """Stop serving; requests under way get two seconds."""
        for server, _ in self._servers.values():
            server.should_exit = True
        for site in list(self._servers):
            self.close(site)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=_STOP_SECONDS)
        self._loop.close()

    def forget(self, site: str) -> None:
        """Give up a site's port for good."""
        self._ports.delete(site)


def spark_site(workspace_id: int) -> str:
    """The site that listens for a workspace's Spark Connect clients."""
    return f"spark-{workspace_id}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _bind(port: int, site: str) -> socket.socket:
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio leaves Nagle's algorithm on: 40 ms
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise PortTakenError(f"Port {port} of site {site} is taken by another process: {error}") from error
    return listener
