"""The SQL engine of the account: Spark Connect for every workspace, and statements for warehouses."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyspark.sql.connect.proto import base_pb2, expressions_pb2

from infra.local.workspace.app import authenticate
from infra.local.workspace.audit.trail import Trail
from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.answers import local_relation
from infra.local.workspace.engine.door import PREFIX, make_door
from infra.local.workspace.engine.gateway import Gateway
from infra.local.workspace.engine.interpreter import Answer, Interpreter
from infra.local.workspace.engine.sail import SailServers
from infra.local.workspace.engine.session import Session
from infra.local.workspace.engine.sessions import SessionTable
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.listeners import Listeners, spark_site

_DOOR = "engine-catalog"


class Engine:
    """Runs SQL and Spark for callers, within their grants. Nothing is started before it is needed."""

    def __init__(
        self,
        *,
        directory: Directory,
        tokens: Tokens,
        catalog: UnityCatalog,
        trail: Trail,
        listeners: Listeners,
        folder: Path,
    ) -> None:
        self._directory = directory
        self._tokens = tokens
        self._catalog = catalog
        self._trail = trail
        self._listeners = listeners
        self._secret = secrets.token_hex(20)
        self.servers = SailServers(catalog.catalog_names, secret=self._secret, log=folder / "engine.log")
        self._sessions = SessionTable(self.servers)
        self._gateways: dict[int, Gateway] = {}

    def start(self) -> None:
        """Open the door through which Sail finds tables."""
        url = self._listeners.open(_DOOR, make_door(self._catalog, self._secret))
        self.servers.door = f"{url}{PREFIX}"

    def stop(self) -> None:
        """Close all doors and end Sail."""
        for workspace_id in list(self._gateways):
            self.close_workspace(workspace_id)
        self.servers.stop()

    def open_workspace(self, workspace_id: int) -> None:
        """Serve Spark Connect for a workspace."""
        if workspace_id not in self._gateways:
            self._gateways[workspace_id] = Gateway(
                workspace_id,
                self._port(workspace_id),
                authenticate=self._authenticate,
                sessions=self._sessions,
                interpreter=self._interpreter,
            )

    def close_workspace(self, workspace_id: int) -> None:
        """Stop serving a workspace."""
        gateway = self._gateways.pop(workspace_id, None)
        if gateway:
            gateway.stop()

    def forget_workspace(self, workspace_id: int) -> None:
        """Stop serving a workspace that is deleted, and give up its port."""
        self.close_workspace(workspace_id)
        self._listeners.forget(spark_site(workspace_id))

    def remote(self, workspace_id: int) -> str:
        """Where Spark Connect clients of a workspace connect; they add `/;token=…` themselves."""
        return f"sc://localhost:{self._port(workspace_id)}"

    @contextmanager
    def session(
        self, caller: Caller, *, catalog: str | None = None, schema: str | None = None
    ) -> Iterator[Session]:
        """A session for one statement, in which unqualified names are of a catalog and schema."""
        session = self._sessions.open(caller)
        session.namespace.catalog, session.namespace.schema = catalog, schema
        try:
            yield session
        finally:
            self._sessions.close(session)

    def run(
        self,
        session: Session,
        caller: Caller,
        workspace_id: int,
        sql: str,
        parameters: Mapping[str, expressions_pb2.Expression] | None = None,
    ) -> pa.Table:
        """The rows of a statement in a session; EngineError where it is refused or fails."""
        plan = base_pb2.Plan()
        text = plan.command.sql_command.input.sql
        text.query = sql
        for name, value in (parameters or {}).items():
            text.named_arguments[name].CopyFrom(value)
        judgement = self._interpreter(caller, workspace_id, session).judge(plan)
        if isinstance(judgement, Answer):
            return pa.table({}) if judgement.rows is None else judgement.rows
        rows = session.sail.execute(judgement.plan)
        judgement.done()
        return rows if judgement.returns_rows else pa.table({})

    @staticmethod
    def offer(session: Session, name: str, rows: pa.Table) -> None:
        """Let a session's statements read rows by a name of their own, as a temporary view."""
        plan = base_pb2.Plan()
        view = plan.command.create_dataframe_view
        view.name, view.replace = name, True
        view.input.CopyFrom(local_relation(rows))
        session.sail.execute(plan)
        session.namespace.views[name] = frozenset()

    def execute(
        self,
        caller: Caller,
        workspace_id: int,
        sql: str,
        parameters: Mapping[str, expressions_pb2.Expression] | None = None,
        *,
        catalog: str | None = None,
        schema: str | None = None,
    ) -> pa.Table:
        """The rows of one statement in a session of its own."""
        with self.session(caller, catalog=catalog, schema=schema) as session:
            return self.run(session, caller, workspace_id, sql, parameters)

    def _interpreter(self, caller: Caller, workspace_id: int, session: Session) -> Interpreter:
        return Interpreter(self._catalog, self._trail, caller, workspace_id, session)

    def _authenticate(self, token: str, workspace_id: int) -> Caller:
        return authenticate(self._directory, self._tokens, token, workspace_id)

    def _port(self, workspace_id: int) -> int:
        return int(self._listeners.url(spark_site(workspace_id)).rpartition(":")[2])
