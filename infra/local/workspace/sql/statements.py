"""Statement execution: runs statements of callers on warehouses, and keeps results for who asked."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.engine.model import Engine
from infra.local.workspace.errors import ApiError, InvalidParameterError, NotFoundError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.sql.statement import Question, Statement
from infra.local.workspace.sql.values import describe_columns
from infra.local.workspace.sql.warehouses import Warehouses

_log = logging.getLogger(__name__)
_THREADS = 8
_KEEP_SECONDS = 3600
INLINE_BYTES = 25 * 1024 * 1024


class Statements:
    """Statements by id; only the caller that submitted one, or an admin of its workspace, sees it."""

    def __init__(self, engine: Engine, warehouses: Warehouses) -> None:
        self._engine = engine
        self._warehouses = warehouses
        self._statements: dict[str, Statement] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "statement")

    def submit(self, caller: Caller, workspace_id: int, warehouse_id: str, question: Question) -> Statement:
        """A statement that is about to run, for who may use the warehouse."""
        self._warehouses.use(caller, workspace_id, warehouse_id)
        statement = Statement(question, workspace_id, caller.principal.id)
        with self._lock:
            oldest = time.time() - _KEEP_SECONDS
            for old in [s for s in self._statements.values() if s.ended and s.created < oldest]:
                del self._statements[old.id]
            self._statements[statement.id] = statement
        self._threads.submit(self._run, caller, statement)
        return statement

    def get(self, caller: Caller, workspace_id: int, statement_id: str) -> Statement:
        """A statement of the caller's; NotFoundError for another's too."""
        statement = self._statements.get(statement_id)
        here = statement is not None and statement.workspace_id == workspace_id
        if (
            statement
            and here
            and (caller.is_workspace_admin or statement.principal_id == caller.principal.id)
        ):
            return statement
        raise NotFoundError(f"The statement {statement_id} was not found.")

    def find(self, statement_id: str) -> Statement | None:
        """A statement, whoever asked for it; for links, which prove themselves."""
        return self._statements.get(statement_id)

    def cancel(self, caller: Caller, workspace_id: int, statement_id: str) -> None:
        """End a statement; nothing where it has ended."""
        statement = self.get(caller, workspace_id, statement_id)
        if statement.cancel() and statement.session is not None:
            statement.session.sail.cancel()

    def stop(self) -> None:
        """End all statements."""
        for statement in list(self._statements.values()):
            if statement.cancel() and statement.session is not None:
                statement.session.sail.cancel()
        self._threads.shutdown(cancel_futures=True)

    def _run(self, caller: Caller, statement: Statement) -> None:
        try:
            rows = self._rows(caller, statement)
            if rows is not None:
                self._keep(statement, rows)
        except EngineError as error:
            statement.fail("BAD_REQUEST", str(error))
        except ApiError as error:
            statement.fail("BAD_REQUEST", error.message)
        except Exception as error:
            _log.exception("statement %s failed", statement.id)
            statement.fail("INTERNAL_ERROR", f"{type(error).__name__}: {error}")

    def _rows(self, caller: Caller, statement: Statement) -> pa.Table | None:
        question = statement.question
        with self._engine.session(caller, catalog=question.catalog, schema=question.schema) as session:
            if not statement.begin(session):
                return None
            return self._engine.run(
                session, caller, statement.workspace_id, question.sql, question.parameters
            )

    @staticmethod
    def _keep(statement: Statement, rows: pa.Table) -> None:
        describe_columns(rows.schema)  # a type that can't be told fails the statement, not its answer
        question = statement.question
        kept = rows.slice(0, question.row_limit) if question.row_limit is not None else rows
        if question.byte_limit is not None:
            kept = _within(kept, question.byte_limit)
        elif not question.external and kept.nbytes > INLINE_BYTES:
            raise InvalidParameterError(
                "Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result "
                f"size of at most {INLINE_BYTES} bytes. Please execute the statement with "
                "disposition=EXTERNAL_LINKS if you want to download the full result.",
            )
        statement.succeed(kept, truncated=kept.num_rows < rows.num_rows)


def _within(rows: pa.Table, limit: int) -> pa.Table:
    """The first rows that take no more bytes than a limit."""
    if rows.nbytes <= limit or not rows.num_rows:
        return rows
    count = int(rows.num_rows * limit / rows.nbytes)
    while count and rows.slice(0, count).nbytes > limit:
        count //= 2
    return rows.slice(0, count)
