"""One statement: what was asked, what became of it, and its result in chunks."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from infra.local.workspace.engine.session import Session

ROWS_A_CHUNK = 50_000
State = Literal["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "CLOSED"]
ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELED", "CLOSED"})


@dataclass(frozen=True, kw_only=True)
class Question:
    """A statement's text and how it is to be run and answered."""

    sql: str
    catalog: str | None = None
    schema: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    external: bool = False
    format: Literal["JSON_ARRAY", "ARROW_STREAM"] = "JSON_ARRAY"
    row_limit: int | None = None
    byte_limit: int | None = None


class Statement:
    """A statement of one caller in one workspace; results live in memory for an hour."""

    def __init__(self, question: Question, workspace_id: int, principal_id: str) -> None:
        self.id = str(uuid.uuid4())
        self.question = question
        self.workspace_id = workspace_id
        self.principal_id = principal_id
        self.created = time.time()
        self.state: State = "PENDING"
        self.error: dict[str, str] | None = None
        self.rows: pa.Table = pa.table({})
        self.truncated = False
        self.session: Session | None = None
        self._changed = threading.Condition()

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self.state in ENDED

    def begin(self, session: Session) -> bool:
        """Note that it runs in a session; False where it was cancelled before."""
        with self._changed:
            self.session = session
            if self.ended:
                return False
            self.state = "RUNNING"
            return True

    def succeed(self, rows: pa.Table, *, truncated: bool) -> None:
        """Keep its rows."""
        self._end("SUCCEEDED", rows=rows, truncated=truncated)

    def fail(self, code: str, message: str) -> None:
        """Keep why it failed."""
        self._end("FAILED", error={"error_code": code, "message": message})

    def cancel(self) -> bool:
        """End it; False where it had ended."""
        return self._end("CANCELED")

    def wait(self, seconds: float) -> bool:
        """Return whether it ended within some seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ended, seconds)

    def chunks(self) -> list[pa.Table]:
        """Its rows in pieces; none where there are no columns."""
        if not self.rows.num_columns:
            return []
        return [
            self.rows.slice(start, ROWS_A_CHUNK)
            for start in range(0, max(self.rows.num_rows, 1), ROWS_A_CHUNK)
        ]

    def _end(self, state: State, **changes: Any) -> bool:
        with self._changed:
            if self.ended:
                return False
            for name, value in changes.items():
                setattr(self, name, value)
            self.state = state
            self._changed.notify_all()
            return True
