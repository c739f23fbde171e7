"""What SQL text reads and writes, and the same text with full names."""

from __future__ import annotations

import pytest

from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.engine.namespace import Access, Namespace
from infra.local.workspace.engine.sqltext import scan_expression, scan_query, scan_statement


def names() -> Namespace:
    """A session with a current schema and a temporary view."""
    return Namespace("cat", "sch", {"view": frozenset({"x.y.behind"})}, {"mine"})


@pytest.mark.parametrize(
    ("text", "rewritten", "reads"),
    [
        ("SELECT * FROM a.b.c", "SELECT * FROM `a`.`b`.`c`", {"a.b.c"}),
        ("SELECT * FROM `A`.b.`C` AS t;", "SELECT * FROM `a`.`b`.`c` AS t", {"a.b.c"}),
        ("SELECT * FROM t", "SELECT * FROM `cat`.`sch`.`t`", {"cat.sch.t"}),
        ("SELECT * FROM other.t", "SELECT * FROM `cat`.`other`.`t`", {"cat.other.t"}),
        ("SELECT * FROM view", "SELECT * FROM view", {"x.y.behind"}),
        ("SELECT * FROM VIEW v, t", "SELECT * FROM VIEW v, `cat`.`sch`.`t`", {"x.y.behind", "cat.sch.t"}),
        (
            "WITH t AS (SELECT * FROM t) SELECT * FROM t",
            "WITH t AS (SELECT * FROM `cat`.`sch`.`t`) SELECT * FROM t",
            {"cat.sch.t"},
        ),
        (
            "WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b, c",
            "WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b, `cat`.`sch`.`c`",
            {"cat.sch.c"},
        ),
        (
            "SELECT * FROM q, (WITH q AS (SELECT 1) SELECT * FROM q)",
            "SELECT * FROM `cat`.`sch`.`q`, (WITH q AS (SELECT 1) SELECT * FROM q)",
            {"cat.sch.q"},
        ),
        ("SELECT 'FROM a.b.c' AS text", "SELECT 'FROM a.b.c' AS text", set()),
        ("SELECT 1 -- FROM a.b.c", "SELECT 1 -- FROM a.b.c", set()),
        ("SELECT * FROM range(3), mine(1)", "SELECT * FROM range(3), mine(1)", set()),
    ],
)
def test_query_with_full_names(text: str, rewritten: str, reads: set[str]) -> None:
    """Tables get their full names; CTEs, views and strings stay."""
    access = Access()
    assert scan_query(text, names(), access) == rewritten
    assert access.tables_read == reads


@pytest.mark.parametrize(
    ("text", "reads", "writes"),
    [
        ("INSERT INTO t SELECT * FROM a.b.c", {"a.b.c"}, {"cat.sch.t"}),
        ("INSERT INTO t (x, y) VALUES (1, 2)", set(), {"cat.sch.t"}),
        ("INSERT OVERWRITE TABLE t SELECT * FROM t", {"cat.sch.t"}, {"cat.sch.t"}),
        ("INSERT INTO t REPLACE WHERE x > 0 SELECT * FROM s", {"cat.sch.s"}, {"cat.sch.t"}),
        ("UPDATE t SET x = (SELECT max(y) FROM s)", {"cat.sch.t", "cat.sch.s"}, {"cat.sch.t"}),
        ("DELETE FROM t WHERE x IN (SELECT y FROM s)", {"cat.sch.t", "cat.sch.s"}, {"cat.sch.t"}),
        (
            "MERGE INTO t USING s ON t.x = s.x WHEN MATCHED AND EXISTS (SELECT 1 FROM u) THEN DELETE",
            {"cat.sch.t", "cat.sch.s", "cat.sch.u"},
            {"cat.sch.t"},
        ),
        ("WITH q AS (SELECT * FROM s) INSERT INTO t SELECT * FROM q", {"cat.sch.s"}, {"cat.sch.t"}),
    ],
)
def test_changes_of_rows(text: str, reads: set[str], writes: set[str]) -> None:
    """Targets need MODIFY, and SELECT where rows are looked at; sources need SELECT."""
    access = Access()
    assert not scan_statement(text, names(), access).is_query
    assert access.tables_read == reads
    assert {name for privilege, _, name in access.needs if privilege == "MODIFY"} == writes


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE t",
        "SELECT 1; SELECT 2",
        "WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t",
        "INSERT INTO view SELECT 1",
        "INSERT INTO read_files('x') SELECT 1",
        "SELECT * FROM a.b.c.d",
        "SELECT * FROM STREAM t",
        "SELECT * FROM STREAM(t)",
        "SELECT a.b.f(1)",
        "SELECT * FROM unknown_function(1)",
        "SELECT * FROM t QUALIFY row_number() OVER (ORDER BY x) = 1",
        "SELECT * FROM sail.default.t",
        "SELECT * FROM `a/b`.c.d",
        "SELECT (" * 3000,
        "not SQL",
    ],
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    """Anything but one known statement is an error, never harmless."""
    with pytest.raises(EngineError):
        scan_query(text, names(), Access())


@pytest.mark.parametrize("text", ["1 FROM a.b.c", "x, y FROM t", "* FROM t", "1; DROP TABLE t", "(SELECT 1"])
def test_expression_is_one_expression(text: str) -> None:
    """An expression's text can't become another statement."""
    with pytest.raises(EngineError):
        scan_expression(text, names(), Access())


def test_expression_with_a_subquery() -> None:
    """Tables in an expression's subqueries are found and get full names."""
    access = Access()
    text = scan_expression("x IN (SELECT y FROM t) OR x > 1", names(), access)
    assert text == "x IN (SELECT y FROM `cat`.`sch`.`t`) OR x > 1"
    assert access.tables_read == {"cat.sch.t"}


def test_plain_expression_passes_unread() -> None:
    """An expression in which no query can hide needs no parser."""
    assert scan_expression("a:b.c + 1 as odd", names(), Access()) == "a:b.c + 1 as odd"
