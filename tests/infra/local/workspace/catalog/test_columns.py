"""Column types and constraints as the API describes them."""

from __future__ import annotations

import json

import pytest
from databricks.sdk.service.catalog import ColumnTypeName
from hypothesis import given
from hypothesis import strategies as st

from infra.local.workspace.catalog.column_types import parse_type
from infra.local.workspace.catalog.columns import read_column, read_columns, read_constraints
from infra.local.workspace.errors import InvalidParameterError

_SIMPLE = ["bigint", "int", "smallint", "double", "boolean", "string", "date", "timestamp", "decimal(12,3)"]


@pytest.mark.parametrize(
    ("text", "canonical", "name", "spark"),
    [
        ("BIGINT", "bigint", "LONG", "long"),
        ("Integer", "int", "INT", "integer"),
        ("DECIMAL", "decimal(10,0)", "DECIMAL", "decimal(10,0)"),
        ("decimal( 12 , 3 )", "decimal(12,3)", "DECIMAL", "decimal(12,3)"),
        ("NUMERIC(5)", "decimal(5,0)", "DECIMAL", "decimal(5,0)"),
        ("timestamp_ntz", "timestamp_ntz", "TIMESTAMP_NTZ", "timestamp_ntz"),
        ("VARCHAR(20)", "varchar(20)", "STRING", "string"),
    ],
)
def test_a_type_is_described_in_three_ways(text: str, canonical: str, name: str, spark: str) -> None:
    """SQL's text in lower case, the API's name, Spark's JSON."""
    found = parse_type(text)
    assert (found.text, found.name, found.json) == (canonical, name, spark)


def test_nested_types_are_described_to_their_leaves() -> None:
    """Structs keep names, nullability and comments."""
    found = parse_type("STRUCT<id: BIGINT NOT NULL COMMENT 'key', `tags`: MAP<STRING, ARRAY<INT>>>")
    assert found.text == "struct<id:bigint,tags:map<string,array<int>>>"
    first, second = found.json["fields"]
    assert first == {"name": "id", "type": "long", "nullable": False, "metadata": {"comment": "key"}}
    assert second["type"]["valueType"] == {"type": "array", "elementType": "integer", "containsNull": True}


_TYPES = st.recursive(
    st.sampled_from(_SIMPLE),
    lambda inner: st.one_of(
        inner.map(lambda each: f"array<{each}>"),
        st.tuples(st.sampled_from(_SIMPLE), inner).map(lambda pair: f"map<{pair[0]},{pair[1]}>"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda each: "struct<" + ",".join(f"f{number}:{kind}" for number, kind in enumerate(each)) + ">"
        ),
    ),
    max_leaves=6,
)


@given(_TYPES)
def test_canonical_text_means_itself(text: str) -> None:
    """Reading what was answered changes nothing, so a second plan is empty."""
    found = parse_type(text)
    assert found.text == text
    assert found.name in {each.value for each in ColumnTypeName}
    assert parse_type(text.upper().replace(",", " , ")).name == found.name


@pytest.mark.parametrize(
    "text",
    ["", "bigintt", "array<int", "decimal(a)", "int int", "map<string>", "varchar", "array<int>>", "a;b"],
)
def test_what_is_no_type_is_refused(text: str) -> None:
    """One line names the text."""
    with pytest.raises(InvalidParameterError, match="is not a column type"):
        parse_type(text)


def test_a_column_has_all_that_clients_read() -> None:
    """Position, JSON and comment follow from name, type and what was declared."""
    column = read_column({"name": "delay", "type_text": "DOUBLE", "nullable": False, "comment": "minutes"}, 3)
    assert column["position"] == 3
    assert json.loads(column["type_json"]) == {
        "name": "delay",
        "type": "double",
        "nullable": False,
        "metadata": {"comment": "minutes"},
    }


def test_names_and_keys_must_fit_together() -> None:
    """A column named twice and a key over a missing column are refused."""
    with pytest.raises(InvalidParameterError, match="named twice: id"):
        read_columns([{"name": "id", "type_text": "int"}, {"name": "ID", "type_text": "int"}])
    columns = read_columns([{"name": "id", "type_text": "int"}])
    key = {"primary_key_constraint": {"name": "pk", "child_columns": ["id"], "timeseries_columns": ["at"]}}
    with pytest.raises(InvalidParameterError, match="column at"):
        read_constraints([key], columns)
