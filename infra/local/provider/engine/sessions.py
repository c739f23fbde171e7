"""Provider instances: one for each connection, because that is how Terraform opens them.

With reattach all of Terraform's processes, and within each every provider block and alias, talk to this
one server, and no request names an instance. Each instance has a connection of its own, though.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from infra.local.provider.client import Api
from infra.local.provider.engine.pairing import Element
from infra.local.provider.resources.resource import InvalidError
from infra.local.provider.wire.msgpack import UNKNOWN

_KEPT = 1024  # instances; the longest unused go first, and a plan uses all of its own


class Session:
    """One provider block, with what it says; calls the API when a resource first needs it."""

    def __init__(self, settings: Element) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._api: Api | None = None

    @property
    def api(self) -> Api:
        """The API of the block's host, with the block's credentials."""
        with self._lock:
            if self._api is None:
                self._api = Api(self._known())
            return self._api

    def _known(self) -> Element:
        unknown = sorted(name for name, value in self._settings.items() if value is UNKNOWN)
        if unknown:
            message = f"the provider's {', '.join(unknown)} is known only once what it comes from is applied"
            raise InvalidError(message)
        return self._settings


class Sessions:
    """Sessions by the peer whose connection they belong to."""

    def __init__(self, config_file: Path | None) -> None:
        self._config_file = config_file
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    def configure(self, peer: str, settings: Element) -> None:
        """Start a session with what a provider block says."""
        completed = dict(settings)
        if completed.get("config_file") is None and self._config_file is not None:
            completed["config_file"] = str(self._config_file)
        with self._lock:
            self._sessions[peer] = Session(completed)
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
