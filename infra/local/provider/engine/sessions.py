"""Provider instances: one for each connection, because that is how Terraform opens them.

With reattach all of Terraform's processes, and within each every provider block and alias, talk to this
one server, and no request names an instance. Each instance has a connection of its own, though.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from infra.local.provider.client import Api
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import InvalidError
from infra.local.provider.wire.msgpack import UNKNOWN

Prepare = Callable[[str | None], None]
_KEPT_CLIENTS = 64
_KEPT = 1024  # instances; the longest unused go first, and a plan uses all of its own


class Clients:
    """APIs by what provider blocks say: blocks that say the same share connections and tokens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    def api(self, settings: Element) -> Api:
        """The API of the block's host, with the block's credentials."""
        key = f"{sorted(settings.items())} {_modified(settings.get('config_file'))}"
        with self._lock:
            client = self._clients.setdefault(key, _Client(settings))
            self._clients.move_to_end(key)
            while len(self._clients) > _KEPT_CLIENTS:
                self._clients.popitem(last=False)
        return client.api()


class _Client:
    """An API that is asked for at the same time by many and made once; a host that hangs holds up its own."""

    def __init__(self, settings: Element) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._api: Api | None = None

    def api(self) -> Api:
        with self._lock:
            if self._api is None:
                self._api = Api(self._settings)
            return self._api


class Session:
    """One provider block, with what it says; calls the API when a resource first needs it."""

    def __init__(self, settings: Element, clients: Clients) -> None:
        self._settings = settings
        self._clients = clients

    @property
    def api(self) -> Api:
        """The API of the block's host, with the block's credentials."""
        unknown = sorted(name for name, value in self._settings.items() if value is UNKNOWN)
        if unknown:
            message = f"the provider's {', '.join(unknown)} is known only once what it comes from is applied"
            raise InvalidError(message)
        return self._clients.api(self._settings)


class Sessions:
    """Sessions by the peer whose connection they belong to."""

    def __init__(self, config_file: Path | None, prepare: Prepare | None = None) -> None:
        self._config_file = config_file
        self._prepare = prepare
        self._clients = Clients()
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def configure(self, peer: str, settings: Element) -> None:
        """Start a session with what a provider block says."""
        completed = dict(settings)
        if completed.get("config_file") is None and self._config_file is not None:
            completed["config_file"] = str(self._config_file)
        if self._prepare:
            self._prepare(completed.get("profile"))
        with self._lock:
            self._sessions[peer] = Session(completed, self._clients)
            self._sessions.move_to_end(peer)
            while len(self._sessions) > _KEPT:
                self._sessions.popitem(last=False)

    def api(self, peer: str) -> Api:
        """The API that the peer's provider block configures."""
        with self._lock:
            session = self._sessions.get(peer)
            if session is not None:
                self._sessions.move_to_end(peer)
        if session is None:
            message = "the provider is not configured on this connection"
            raise InvalidError(message)
        return session.api


def _modified(config_file: str | None) -> int:
    path = Path(config_file).expanduser() if config_file else None
    return path.stat().st_mtime_ns if path and path.exists() else 0
