"""SQL of one monitor, run as one caller in one session of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from infra.local.workspace.engine.model import Engine
from infra.local.workspace.engine.session import Session
from infra.local.workspace.identity.caller import Caller


@dataclass(frozen=True)
class Statements:
    """Runs statements within the caller's rights."""

    caller: Caller
    workspace_id: int
    _engine: Engine
    _session: Session

    @classmethod
    @contextmanager
    def of(cls, engine: Engine, caller: Caller, workspace_id: int) -> Iterator[Statements]:
        """Statements of a caller in a workspace, in a session that lasts as long as the context."""
        with engine.session(caller) as session:
            yield cls(caller, workspace_id, engine, session)

    def run(self, text: str) -> pa.Table:
        """The rows of a statement; EngineError where it is refused or fails."""
        return self._engine.run(self._session, self.caller, self.workspace_id, text)

    def offer(self, name: str, rows: pa.Table) -> None:
        """Let statements read rows by a name."""
        self._engine.offer(self._session, name, rows)
