"""What is done with a plan: checked, amended and handed to Sail, or done here on the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
from pyspark.sql.connect.proto import base_pb2, commands_pb2, relations_pb2

from infra.local.workspace.audit.requests import Told
from infra.local.workspace.audit.trail import Origin, Trail, answered
from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.answers import local_relation
from infra.local.workspace.engine.catalog_calls import answer_call
from infra.local.workspace.engine.errors import EngineError, UnsupportedError, catalog_errors
from infra.local.workspace.engine.identifiers import parse_name
from infra.local.workspace.engine.namespace import Access, Namespace, copy_with
from infra.local.workspace.engine.parameters import write_parameters
from infra.local.workspace.engine.plan import PlanWalk
from infra.local.workspace.engine.session import Session
from infra.local.workspace.engine.settings import check_settings
from infra.local.workspace.engine.sqltext import scan_statement
from infra.local.workspace.engine.statements.context import Context
from infra.local.workspace.engine.statements.parsing import parse_statement
from infra.local.workspace.engine.writes import Writes
from infra.local.workspace.identity.caller import Caller


def _nothing() -> None:
    """Nothing is to be done once Sail has finished."""


@dataclass(frozen=True)
class Forward:
    """A plan for Sail, with all names full, and what to do once Sail has done it."""

    plan: base_pb2.Plan
    done: Callable[[], None] = field(default=_nothing)
    returns_rows: bool = True  # what Sail returns for changes of rows is a number that can be wrong


@dataclass(frozen=True)
class Answer:
    """Rows that were made here, as the result of a SQL command; None for a command without rows."""

    rows: pa.Table | None = None


class Interpreter:
    """Judges the plans of one caller's session in one workspace."""

    def __init__(
        self, catalog: UnityCatalog, trail: Trail, caller: Caller, workspace_id: int, session: Session
    ) -> None:
        self._catalog = catalog
        self._trail = trail
        self._caller = caller
        self._workspace_id = workspace_id
        self._session = session

    @property
    def _namespace(self) -> Namespace:
        return self._session.namespace

    def judge(self, plan: base_pb2.Plan) -> Forward | Answer:
        """What to do with a plan that is to be executed; EngineError where it is refused."""
        kind = plan.WhichOneof("op_type")
        if kind == "root" and plan.root.WhichOneof("rel_type") == "catalog":
            return self._catalog_call(plan)
        if kind == "root":
            self.check_read(plan.root)
            return Forward(plan)
        if kind == "command":
            return self._command(plan)
        raise UnsupportedError("Compressed plans are not served here")

    def check_read(self, message: object) -> Access:
        """Refuse a relation, or a message that holds some, unless all it reads may be read."""
        access = Access()
        PlanWalk(access).visit(message, self._namespace)
        self.require(access)
        return access

    def check_settings(self, operation: base_pb2.ConfigRequest.Operation) -> None:
        """Refuse settings that this engine would not keep to; spell its time zone as it needs it."""
        checked = check_settings({pair.key: pair.value for pair in operation.set.pairs})
        for pair in operation.set.pairs:
            pair.value = checked[pair.key]

    def require(self, access: Access) -> None:
        """Raise unless the caller has all that is needed."""
        for privilege, securable_type, name in access.needs:
            with catalog_errors(name):
                self._catalog.require(self._caller, self._workspace_id, privilege, securable_type, name)

    def _command(self, plan: base_pb2.Plan) -> Forward | Answer:
        command = plan.command
        kind = command.WhichOneof("command_type")
        if kind == "sql_command":
            return self._sql(plan)
        if kind in {"write_operation", "write_operation_v2", "merge_into_table_command"}:
            return self._write(command)
        if kind == "create_dataframe_view":
            return self._view(plan)
        if kind == "register_function":
            self.check_read(command.register_function)
            return Forward(plan)
        if kind == "register_table_function":
            self.check_read(command.register_table_function)
            name = command.register_table_function.function_name.lower()
            return Forward(plan, lambda: self._namespace.table_functions.add(name))
        if kind == "get_resources_command":
            return Forward(plan)
        raise UnsupportedError(f"The command {kind} is not served here")

    def _write(self, command: commands_pb2.Command) -> Forward | Answer:
        amended = Writes(self.context()).judge(command)
        return Answer() if amended is None else Forward(base_pb2.Plan(command=amended))

    def _view(self, plan: base_pb2.Plan) -> Forward:
        view = plan.command.create_dataframe_view
        if view.is_global:
            raise UnsupportedError("Global temporary views are shared by everybody: use a temporary view")
        access = self.check_read(view.input)
        return Forward(plan, self._remember_view(view.name, access))

    def _remember_view(self, name: str, access: Access) -> Callable[[], None]:
        """Note what a view reads, until it is made beside what it read before."""
        (key,) = parse_name(name.lower())
        views, tables = self._namespace.views, access.tables_read
        views[key] = tables | views.get(key, frozenset())

        def settle() -> None:
            views[key] = tables

        return settle

    def _sql(self, plan: base_pb2.Plan) -> Forward | Answer:
        command = plan.command.sql_command
        if command.sql:
            raise UnsupportedError("This client is too old: SQL is expected in SqlCommand.input")
        kind = command.input.WhichOneof("rel_type")
        if kind == "sql":
            return self._text(plan, command.input.sql, self._namespace)
        if kind == "with_relations" and command.input.with_relations.root.HasField("sql"):
            return self._text_with_frames(plan, command.input.with_relations)
        raise UnsupportedError("A SQL command without SQL text")

    def _text_with_frames(
        self, plan: base_pb2.Plan, relations: relations_pb2.WithRelations
    ) -> Forward | Answer:
        access, walk = Access(), None
        walk = PlanWalk(access)
        aliases = {}
        for relation in relations.references:
            walk.visit(relation, self._namespace)
            if relation.HasField("subquery_alias"):
                aliases[relation.subquery_alias.alias.lower()] = frozenset[str]()
        self.require(access)
        return self._text(plan, relations.root.sql, copy_with(aliases, self._namespace))

    def _text(self, plan: base_pb2.Plan, sql: relations_pb2.SQL, namespace: Namespace) -> Forward | Answer:
        statement = parse_statement(sql.query)
        if statement is not None:
            answer = statement(self.context())
            if answer.forward is None:
                return Answer(answer.rows)
            self.require(answer.access)
            sql.query = answer.forward
            done = self._remember_view(answer.view, answer.access) if answer.view else _nothing
            return Forward(plan, done)
        access = Access()
        for arguments in (sql.named_arguments.values(), sql.pos_arguments, sql.args.values(), sql.pos_args):
            for argument in arguments:
                PlanWalk(access).visit(argument, self._namespace)
        scanned = scan_statement(sql.query, namespace, access)
        self.require(access)
        sql.query = scanned.text
        if not scanned.is_query and sql.named_arguments:
            sql.query = write_parameters(sql.query, sql.named_arguments)
            sql.ClearField("named_arguments")
        return Forward(plan, returns_rows=scanned.is_query)

    def context(self) -> Context:
        """What statements that are done here work with."""
        return Context(
            catalog=self._catalog,
            caller=self._caller,
            workspace_id=self._workspace_id,
            session=self._session,
            require=self.require,
            tell=self._tell,
        )

    def _tell(self, action: str, parameters: Mapping[str, str], error: EngineError | None) -> None:
        response = answered(error.status, error.message) if error else answered(200)
        told = Told("unityCatalog", action, parameters)
        self._trail.tell(Origin(self._caller, self._workspace_id), told, response)

    def _catalog_call(self, plan: base_pb2.Plan) -> Forward:
        rows = answer_call(self.context(), plan.root.catalog)
        return Forward(base_pb2.Plan(root=local_relation(rows)))
