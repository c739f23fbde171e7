"""Parameters written into text, and names as Spark writes them."""

from __future__ import annotations

import pytest
from pyspark.sql.connect.proto import expressions_pb2

from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.engine.identifiers import parse_name, quote
from infra.local.workspace.engine.parameters import write_parameters


def literal(value: str | int) -> expressions_pb2.Expression:
    """A string or a number."""
    expression = expressions_pb2.Expression()
    if isinstance(value, str):
        expression.literal.string = value
    else:
        expression.literal.long = value
    return expression


def test_parameters_are_literals_that_nothing_breaks_out_of() -> None:
    """Strings are quoted, markers in strings, comments and JSON paths are left alone."""
    values = {"a": literal("it's \\ :b --"), "b": literal(3)}
    text = "INSERT INTO t SELECT :a, ':a', x:b, `:b` /* :b */ WHERE y = :b -- :a"
    assert write_parameters(text, values) == (
        "INSERT INTO t SELECT 'it\\'s \\\\ :b --', ':a', x:b, `:b` /* :b */ "
        "WHERE y = CAST('3' AS BIGINT) -- :a"
    )


def test_missing_parameter_is_an_error() -> None:
    """A marker without a value is named."""
    with pytest.raises(EngineError, match="unbound parameter: missing"):
        write_parameters("SELECT :missing", {})


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a.b.c", ("a", "b", "c")), ("`a.b`.`c``d`", ("a.b", "c`d")), (" t ", ("t",))],
)
def test_names_are_read_and_quoted(text: str, parts: tuple[str, ...]) -> None:
    """A quoted name reads as itself."""
    assert parse_name(text) == parts
    assert parse_name(quote(parts)) == parts


@pytest.mark.parametrize("text", ["", "a.", ".a", "a b", "`a", "a..b", "a`b`"])
def test_what_is_no_name_is_refused(text: str) -> None:
    """Half a name is an error."""
    with pytest.raises(EngineError):
        parse_name(text)
