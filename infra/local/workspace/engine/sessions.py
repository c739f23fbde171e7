"""The sessions of all workspaces: one per workspace, caller and the client's own session id."""

from __future__ import annotations

import logging
import threading
import time

from infra.local.workspace.engine.namespace import Namespace
from infra.local.workspace.engine.sail import SailServers
from infra.local.workspace.engine.session import SailSession, Session
from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.identity.caller import Caller

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 3600
Key = tuple[int, str, str]


class SessionTable:
    """Makes sessions on first use; ends those that are released, or idle for an hour."""

    def __init__(self, servers: SailServers) -> None:
        self._servers = servers
        self._sessions: dict[Key, Session] = {}
        self._lock = threading.Lock()

    def get(self, caller: Caller, workspace_id: int, client_id: str) -> Session:
        """The caller's session of that id, made where it is new or its engine is gone."""
        if not client_id:
            raise InvalidParameterError("A session needs an id.")
        key = (workspace_id, caller.principal.id, client_id)
        with self._lock:
            self._end_idle()
            session = self._sessions.get(key)
            if session is None or not session.sail.server.running:
                session = self._sessions[key] = self.open(caller)
            session.last_used = time.monotonic()
            return session

    def end(self, caller: Caller, workspace_id: int, client_id: str) -> None:
        """Forget a session; nothing where there is none."""
        with self._lock:
            session = self._sessions.pop((workspace_id, caller.principal.id, client_id), None)
        if session:
            self.close(session)

    def open(self, caller: Caller) -> Session:
        """A session that no client knows of; close it."""
        server = self._servers.acquire()
        try:
            return Session(SailSession(server, caller.name), Namespace())
        except BaseException:
            self._servers.release(server)
            raise

    def close(self, session: Session) -> None:
        """End a session."""
        session.sail.release()
        self._servers.release(session.sail.server)

    def _end_idle(self) -> None:
        oldest = time.monotonic() - _IDLE_SECONDS
        idle = [key for key, s in self._sessions.items() if s.last_used < oldest and not s.running]
        for key in idle:
            self.close(self._sessions.pop(key))
