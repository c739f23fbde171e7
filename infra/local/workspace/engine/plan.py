"""Walks a Spark Connect plan: notes what it needs, and writes full names into it.

Every message is visited, wherever it hangs. What is not on the lists here is refused, as are fields
that this version of the protocol does not have: a newer client's node is never forwarded unseen.
Users' Python functions are allowed: they run inside the engine's process with its rights on this
machine. The gateway keeps cooperating people within their grants; it is no sandbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.unknown_fields import UnknownFieldSet

from infra.local.workspace.engine.errors import UnsupportedError
from infra.local.workspace.engine.identifiers import parse_name, quote
from infra.local.workspace.engine.namespace import Access, Namespace, copy_with
from infra.local.workspace.engine.sail import read_reference
from infra.local.workspace.engine.sqltext import (
    FORBIDDEN_FUNCTIONS,
    TABLE_FUNCTIONS,
    scan_expression,
    scan_query,
    why_forbidden,
)

_RELATIONS = frozenset(
    {"read", "project", "filter", "join", "set_op", "sort", "limit", "aggregate", "sql", "local_relation"}
    | {"offset", "deduplicate", "range", "subquery_alias", "repartition", "to_df", "with_columns_renamed"}
    | {"show_string", "drop", "tail", "with_columns", "hint", "unpivot", "to_schema"}
    | {"repartition_by_expression", "map_partitions", "collect_metrics", "parse", "group_map"}
    | {"co_group_map", "html_string", "common_inline_user_defined_table_function", "as_of_join"}
    | {"with_relations", "transpose", "unresolved_table_valued_function", "lateral_join", "fill_na"}
    | {"drop_na", "replace", "summary", "crosstab", "describe", "cov", "corr", "freq_items"}
)
_EXPRESSIONS = frozenset(
    {"literal", "unresolved_attribute", "unresolved_function", "expression_string", "unresolved_star"}
    | {"alias", "cast", "unresolved_regex", "sort_order", "lambda_function", "window"}
    | {"unresolved_extract_value", "update_fields", "unresolved_named_lambda_variable"}
    | {"common_inline_user_defined_function", "call_function", "named_argument_expression"}
    | {"merge_action", "subquery_expression"}
)
_WHY = {
    "sample": "repeats itself every 8192 rows in this engine: draw by a hash of a key, "
    "pmod(xxhash64(id, seed), 100) < 10",
    "sample_by": "repeats itself every 8192 rows in this engine: draw by a hash of a key",
    "with_watermark": "belongs to streaming, which is not served here",
    "apply_in_pandas_with_state": "belongs to streaming, which is not served here",
    "catalog": "can't stand inside a plan",
    "cached_local_relation": "needs artifacts, which are not served here",
    "chunked_cached_local_relation": "needs artifacts, which are not served here",
}
_READ_OPTIONS = frozenset({"versionasof", "timestampasof"})
_DEEPEST = 3000  # messages in messages, two a step: Sail reads them by recursion
Inner = list[tuple[Any, Namespace]]
Handler = Callable[["PlanWalk", Any, Namespace], Inner | None]


class PlanWalk:
    """One visit of a plan, which is changed in place."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def visit(self, root: Any, namespace: Namespace) -> None:
        """Note what a message and everything in it needs."""
        waiting = [(root, namespace, 0)]
        while waiting:
            message, names, depth = waiting.pop()
            if depth > _DEEPEST:
                raise UnsupportedError("The plan is nested too deeply: write an intermediate table")
            if len(UnknownFieldSet(message)):
                raise UnsupportedError(f"{message.DESCRIPTOR.name} has fields that are not known here")
            handler = _HANDLERS.get(message.DESCRIPTOR.full_name)
            inner = handler(self, message, names) if handler else None
            inner = [(child, names) for child in _children(message)] if inner is None else inner
            waiting += [(child, within, depth + 1) for child, within in inner]

    def relation(self, message: Any, _namespace: Namespace) -> Inner | None:
        """Refuse relations that are not on the list."""
        kind = message.WhichOneof("rel_type")
        if kind not in _RELATIONS:
            raise UnsupportedError(f"The relation {kind} {_WHY.get(kind or '', 'is not served here')}")
        return None

    def expression(self, message: Any, _namespace: Namespace) -> Inner | None:
        """Refuse expressions that are not on the list."""
        kind = message.WhichOneof("expr_type")
        if kind is not None and kind not in _EXPRESSIONS:
            raise UnsupportedError(f"The expression {kind} is not served here")
        return None

    def read(self, message: Any, _namespace: Namespace) -> Inner | None:
        """Only tables and views by name, in batch."""
        if message.is_streaming:
            raise UnsupportedError("Streaming reads are not served here")
        if message.WhichOneof("read_type") != "named_table":
            raise UnsupportedError("Files are not read by path here, only tables by name: spark.table(…)")
        return None

    def named_table(self, message: Any, namespace: Namespace) -> Inner | None:
        """Note the table, or the tables behind the view, and write the full name."""
        if unknown := {option.lower() for option in message.options} - _READ_OPTIONS:
            raise UnsupportedError(f"The read option {', '.join(sorted(unknown))} is not served here")
        parts = parse_name(message.unparsed_identifier)
        behind = namespace.view(parts)
        if behind is None:
            name = namespace.table(parts)
            self._access.read(name)
            message.unparsed_identifier = read_reference(name)
            return None
        for name in behind:
            self._access.read(name)
        message.unparsed_identifier = quote((parts[0].lower(),))
        return None

    def sql(self, message: Any, namespace: Namespace) -> Inner | None:
        """Scan a query's text."""
        message.query = scan_query(message.query, namespace, self._access)
        return None

    def expression_string(self, message: Any, namespace: Namespace) -> Inner | None:
        """Scan an expression's text."""
        message.expression = scan_expression(message.expression, namespace, self._access)
        return None

    def with_relations(self, message: Any, namespace: Namespace) -> Inner | None:
        """Frames that are given to `spark.sql` are known to its text by their alias."""
        aliases = [r.subquery_alias.alias.lower() for r in message.references if r.HasField("subquery_alias")]
        within = copy_with(dict.fromkeys(aliases, frozenset()), namespace)
        return [(message.root, within), *((reference, namespace) for reference in message.references)]

    def function(self, message: Any, _namespace: Namespace) -> Inner | None:
        """Refuse functions that reach outside the engine, or are wrong in it."""
        name = message.function_name.lower()
        if "." in name or name in FORBIDDEN_FUNCTIONS:
            raise UnsupportedError(f"The function {name} {why_forbidden(name)}")
        return None

    def table_function(self, message: Any, namespace: Namespace) -> Inner | None:
        """Only table functions that make rows of their arguments, and the session's own."""
        if message.function_name.lower() not in TABLE_FUNCTIONS | namespace.table_functions:
            raise UnsupportedError(f"The table function {message.function_name} is not served here")
        return None

    def inline_function(self, message: Any, _namespace: Namespace) -> Inner | None:
        """Only Python functions."""
        if message.WhichOneof("function") != "python_udf":
            raise UnsupportedError("Only Python functions are served here")
        return None

    def refuse(self, message: Any, _namespace: Namespace) -> Inner | None:
        """Refuse a message wherever it hangs."""
        raise UnsupportedError(f"{message.DESCRIPTOR.name} is not served here")


def _children(message: Any) -> Iterator[Any]:
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                yield from value.values()
        elif field.is_repeated:
            yield from value
        else:
            yield value


_HANDLERS: dict[str, Handler] = {
    "spark.connect.Relation": PlanWalk.relation,
    "spark.connect.Expression": PlanWalk.expression,
    "spark.connect.Read": PlanWalk.read,
    "spark.connect.Read.NamedTable": PlanWalk.named_table,
    "spark.connect.SQL": PlanWalk.sql,
    "spark.connect.Expression.ExpressionString": PlanWalk.expression_string,
    "spark.connect.WithRelations": PlanWalk.with_relations,
    "spark.connect.Expression.UnresolvedFunction": PlanWalk.function,
    "spark.connect.CallFunction": PlanWalk.function,
    "spark.connect.UnresolvedTableValuedFunction": PlanWalk.table_function,
    "spark.connect.CommonInlineUserDefinedFunction": PlanWalk.inline_function,
    "spark.connect.CommonInlineUserDefinedDataSource": PlanWalk.refuse,
    "spark.connect.Plan.CompressedOperation": PlanWalk.refuse,
    "spark.connect.TransformWithStateInfo": PlanWalk.refuse,
    "spark.connect.Command": PlanWalk.refuse,
    "google.protobuf.Any": PlanWalk.refuse,
}
