"""SQL text: what it reads and writes, and the same text with every table's full name.

Text is read by sqlglot and executed by Sail. What sqlglot does not understand, or understands as
something that is not listed here, is refused: never forwarded in the hope that it is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from infra.local.workspace.engine.errors import StatementError, UnsupportedError
from infra.local.workspace.engine.namespace import Access, Namespace
from infra.local.workspace.engine.sail import read_reference

_DIALECT = "databricks"
_FORBIDDEN: tuple[tuple[type[exp.Expression], str], ...] = (
    (exp.Command, "this statement"),
    (exp.Create, "CREATE inside another statement"),
    (exp.Drop, "DROP inside another statement"),
    (exp.Into, "SELECT INTO"),
    (exp.Directory, "INSERT DIRECTORY"),
    (exp.QueryTransform, "TRANSFORM … USING"),
    (exp.LoadData, "LOAD DATA"),
    (exp.Set, "SET inside another statement"),
    (exp.Use, "USE inside another statement"),
    (exp.Qualify, "QUALIFY"),
    (exp.TableSample, "TABLESAMPLE (it repeats itself in this engine)"),
)
_SOURCES = (exp.Table, exp.Subquery, exp.Values, exp.Lateral, exp.Unnest, exp.Paren, exp.Select, exp.Explode)
TABLE_FUNCTIONS = frozenset(
    {"range", "explode", "explode_outer", "posexplode", "posexplode_outer", "inline", "inline_outer"}
    | {"stack", "json_tuple", "variant_explode", "variant_explode_outer", "generate_series", "sequence"}
)
_RANDOM = frozenset({"rand", "randn", "random", "uniform", "shuffle", "randstr"})
_OUTSIDE = frozenset({"reflect", "java_method", "try_reflect", "identifier", "read_files", "ai_query"})
FORBIDDEN_FUNCTIONS = _RANDOM | _OUTSIDE
_MAY_READ = re.compile(r"\b(select|from|table|values|with|transform)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Scanned:
    """A statement's text with full names, and whether it returns rows of its own."""

    text: str
    is_query: bool


def scan_statement(text: str, namespace: Namespace, access: Access) -> Scanned:
    """Note in `access` what one query, INSERT, UPDATE, DELETE or MERGE needs."""
    return _Scan(text, namespace, access).statement()


def scan_query(text: str, namespace: Namespace, access: Access) -> str:
    """The query with full names; UnsupportedError for a statement that changes something."""
    scanned = _Scan(text, namespace, access).statement()
    if not scanned.is_query:
        raise UnsupportedError(f"Only a query can stand here, not: {text[:80]}")
    return scanned.text


def scan_expression(text: str, namespace: Namespace, access: Access) -> str:
    """An expression such as `F.expr` takes, with full names in its subqueries."""
    if not _MAY_READ.search(text) and not any(f in text.lower() for f in FORBIDDEN_FUNCTIONS):
        return text
    prefix = "SELECT "
    scan = _Scan(prefix + text, namespace, access)
    root = scan.root
    extra = {key for key, value in root.args.items() if value and key not in {"expressions", "kind"}}
    if not isinstance(root, exp.Select) or extra:
        raise StatementError(f"{text[:80]!r} is not one expression")
    return scan.statement().text.removeprefix(prefix)


class _Scan:
    def __init__(self, text: str, namespace: Namespace, access: Access) -> None:
        self._text = text
        self._namespace = namespace
        self._access = access
        self._replacements: list[tuple[int, int, str]] = []
        self.root = _parse(text)

    def statement(self) -> Scanned:
        try:
            return self._statement()
        except RecursionError as error:
            raise UnsupportedError(f"{_shown(self._text)}: nested too deeply") from error

    def _statement(self) -> Scanned:
        root = self.root
        writers: dict[type[exp.Expression], Callable[[Any], None]] = {
            exp.Insert: self._insert,
            exp.Update: self._change,
            exp.Delete: self._change,
            exp.Merge: self._change,
        }
        if type(root) in writers:
            writers[type(root)](root)
        elif isinstance(root, exp.Query | exp.Values):
            self._visit(root, frozenset())
        else:
            raise UnsupportedError(f"{_shown(self._text)} is not served here")
        return Scanned(self._rewritten(), type(root) not in writers)

    def _insert(self, root: exp.Insert) -> None:
        target = root.this.this if isinstance(root.this, exp.Schema) else root.this
        self._target(target)
        if root.args.get("overwrite") and (root.args.get("partition") or target.args.get("partition")):
            raise UnsupportedError(
                "INSERT OVERWRITE … PARTITION is not done by this engine: use INSERT INTO … REPLACE WHERE"
            )
        self._visit_others(root, target)

    def _change(self, root: exp.Expression) -> None:
        target = root.this
        self._access.read(self._target(target))
        self._visit_others(root, target)

    def _target(self, table: object) -> str:
        if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
            raise UnsupportedError(f"{_shown(self._text)}: only tables can be written to")
        parts = _parts(table)
        if self._namespace.view(parts) is not None:
            raise UnsupportedError(f"{'.'.join(parts)} is a temporary view: it can't be written to")
        name = self._namespace.table(parts)
        self._access.write(name)
        self._replace(table, name)
        return name

    def _visit_others(self, root: exp.Expression, target: exp.Expression) -> None:
        ctes = self._ctes(root, frozenset())
        for key, value in root.args.items():
            if key in {"with_", "with"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if child is target or (isinstance(child, exp.Schema) and child.this is target):
                    continue
                if isinstance(child, exp.Expression):
                    self._visit(child, ctes)

    def _visit(self, node: exp.Expression, ctes: frozenset[str]) -> None:
        _refuse_forbidden(node, self._text)
        if isinstance(node, exp.Table):
            self._table(node, ctes)
        inner = self._ctes(node, ctes)
        for key, value in node.args.items():
            if key in {"with_", "with"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, exp.Expression):
                    self._visit(child, inner)

    def _ctes(self, node: exp.Expression, ctes: frozenset[str]) -> frozenset[str]:
        clause = node.args.get("with_") or node.args.get("with")
        if clause is None:
            return ctes
        if clause.args.get("recursive"):
            raise UnsupportedError("Recursive common table expressions are not done by this engine")
        for cte in clause.expressions:
            self._visit(cte.this, ctes)
            ctes |= {cte.alias.lower()}
        return ctes

    def _table(self, table: exp.Table, ctes: frozenset[str]) -> None:
        if not isinstance(table.this, exp.Identifier):
            self._table_function(table.this)
            return
        parts = _parts(table)
        if len(parts) == 1 and parts[0].lower() in ctes:
            return
        behind = self._namespace.view(parts)
        if behind is not None:
            for name in behind:
                self._access.read(name)
            return
        name = self._namespace.table(parts)
        self._access.read(name)
        self._replace(table, name)

    def _table_function(self, function: exp.Expression) -> None:
        name = (function.name if isinstance(function, exp.Anonymous) else function.key).lower()
        if name not in TABLE_FUNCTIONS | self._namespace.table_functions:
            raise UnsupportedError(f"The table function {name} is not served here")

    def _replace(self, table: exp.Table, name: str) -> None:
        identifiers = [part for part in table.parts if isinstance(part, exp.Identifier)]
        spans = [identifier.meta for identifier in identifiers]
        if not spans or any("start" not in span for span in spans):
            raise StatementError(f"The name {table.name} is not where it was looked for")
        self._replacements.append((spans[0]["start"], spans[-1]["end"] + 1, read_reference(name)))

    def _rewritten(self) -> str:
        text = self._text
        for start, end, name in sorted(self._replacements, reverse=True):
            text = text[:start] + name + text[end:]
        return text.strip().rstrip(";").rstrip()


def _parse(text: str) -> exp.Expression:
    try:
        found = sqlglot.parse(text, read=_DIALECT)
    except SqlglotError as error:
        first = str(error).splitlines()[0] if str(error) else "unknown"
        raise StatementError(f"{_shown(text)}: {first}") from error
    except RecursionError as error:
        raise UnsupportedError(f"{_shown(text)}: nested too deeply") from error
    statements = [statement for statement in found if statement is not None]
    if len(statements) != 1:
        raise StatementError(f"Expected one statement, found {len(statements)}")
    (root,) = statements
    if not isinstance(root, exp.Expression):
        raise StatementError(f"{_shown(text)} is no statement")
    return root


def _parts(table: exp.Table) -> tuple[str, ...]:
    return tuple(part.name for part in table.parts)


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:80]}…"


def why_forbidden(function: str) -> str:
    """Why a function is refused, as the end of a sentence."""
    if function in _RANDOM:
        return "repeats itself every 8192 rows in this engine: use a hash of a key, pmod(xxhash64(id), 100)"
    return "is not served here"


def _names_of(function: exp.Func) -> list[str]:
    if isinstance(function, exp.Anonymous):
        return [function.name.lower()]
    return [name.lower() for name in function.sql_names()]


def _refuse_forbidden(node: exp.Expression, text: str) -> None:
    for kind, what in _FORBIDDEN:
        if isinstance(node, kind):
            raise UnsupportedError(f"{_shown(text)}: {what} is not served here")
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        raise UnsupportedError(f"{_shown(text)}: functions of a schema are not served here")
    if isinstance(node, exp.Func) and (found := FORBIDDEN_FUNCTIONS.intersection(_names_of(node))):
        name = min(found)
        raise UnsupportedError(f"{_shown(text)}: the function {name} {why_forbidden(name)}")
    if isinstance(node, exp.From | exp.Join) and not isinstance(node.this, _SOURCES):
        raise UnsupportedError(f"{_shown(text)}: {node.this.sql(_DIALECT)} can't be read from here")
