"""Reading what MLflow's serving was asked and answered."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlflow.pyfunc.scoring_server import infer_and_parse_data, predictions_to_json

from pipelines.payloads import PayloadError, read_number, read_predictions, read_rows, read_text

ROWS = [{"carrier": "UA", "hour": 5.0}, {"carrier": None, "hour": 6.5}]
COLUMNS = {"carrier": ["UA", None], "hour": [5.0, 6.5]}


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_records": ROWS},
        {"dataframe_split": {"columns": ["carrier", "hour"], "data": [["UA", 5.0], [None, 6.5]]}},
        {
            "dataframe_split": {
                "index": [7, 8],
                "columns": ["hour", "carrier"],
                "data": [[5, "UA"], [6.5, None]],
            }
        },
        {"instances": ROWS},
        {"instances": COLUMNS},
        {"inputs": ROWS},
        {"inputs": COLUMNS},
        {"inputs": [{"carrier": ["UA"], "hour": [5.0]}, {"carrier": [None], "hour": [6.5]}]},
    ],
)
def test_every_format_is_read_as_mlflow_reads_it(body: dict[str, Any]) -> None:
    """Whatever the format, the rows are those that MLflow gives to the model."""
    noise = {"client_request_id": "2013-01-31-UA-1545-EWR", "params": {}}
    assert read_rows(json.dumps(body | noise)) == ROWS
    given = pd.DataFrame(infer_and_parse_data(body)).to_dict("records")
    assert [
        {str(name): np.asarray(cell, dtype=object).item() for name, cell in row.items()} for row in given
    ] == ROWS


@pytest.mark.parametrize("kind", ["inputs", "instances"])
def test_one_row_may_be_written_without_lists(kind: str) -> None:
    """A record in the place of columns is one row."""
    assert read_rows(json.dumps({kind: ROWS[0]})) == ROWS[:1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("carrier,hour\nUA,5\n", "no JSON"),
        ("", "no JSON"),
        ('{"dataframe_records": [', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"dataframe_records": [{"hour": ' + "9" * 5000 + "}]}", "no JSON"),
        ("[]", "not one of dataframe_split"),
        ("5", "not one of"),
        ("{}", "not one of"),
        (json.dumps({"inputs": ROWS, "instances": ROWS}), "not one of"),
        (json.dumps({"dataframe_records": []}), "no rows"),
        (json.dumps({"inputs": {}}), "no rows"),
        (json.dumps({"inputs": None}), "rows that don't name their columns"),
        (json.dumps({"inputs": [[1, 2], [3, 4]]}), "rows that don't name their columns"),
        (json.dumps({"dataframe_records": COLUMNS}), "rows that don't name their columns"),
        (json.dumps({"dataframe_records": [ROWS[0], 5]}), "rows that don't name their columns"),
        (json.dumps({"dataframe_split": {"data": [[1]]}}), "dataframe_split without columns and data"),
        (json.dumps({"dataframe_split": ROWS}), "dataframe_split without columns and data"),
        (json.dumps({"dataframe_split": {"columns": ["a"], "data": [[1, 2]]}}), "has not 1 values"),
        (json.dumps({"dataframe_split": {"columns": ["a"], "data": [1]}}), "has not 1 values"),
        (json.dumps({"inputs": {"a": [1], "b": [1, 2]}}), "columns of unequal length"),
    ],
)
def test_what_is_no_request_is_told(text: str, reason: str) -> None:
    """Anything else is one error that says what is wrong."""
    with pytest.raises(PayloadError, match=reason):
        read_rows(text)


@pytest.mark.parametrize(
    "output",
    [
        pd.Series([3.5, -1.0]).to_numpy(),
        pd.DataFrame({"delay": [3.5, -1.0]}).to_numpy(),
        pd.DataFrame({"delay": [3.5, -1.0]}),
        pd.Series([3.5, -1.0], name="delay"),
        [3.5, -1],
    ],
)
def test_every_answer_of_one_number_a_row_is_read(output: Any, tmp_path: Any) -> None:
    """Arrays, frames and series that MLflow writes are read as the numbers they are."""
    path = tmp_path / "answer.json"
    with path.open("w") as file:
        predictions_to_json(output, file)  # type: ignore[no-untyped-call] # MLflow's own
    assert read_predictions(path.read_text()) == [3.5, -1.0]


def test_predictions_without_a_number_are_empty() -> None:
    """What is no finite number is None, so that the others keep their places."""
    assert read_predictions('{"predictions": [1, null, NaN, "x", [2, 3], {"a": [4]}]}') == [1, *[None] * 4, 4]


@pytest.mark.parametrize("text", ["", "[1.0]", "{}", '{"predictions": []}', '{"predictions": 5}', "null"])
def test_what_is_no_answer_is_told(text: str) -> None:
    """A response without a list of predictions is an error."""
    with pytest.raises(PayloadError):
        read_predictions(text)


@pytest.mark.parametrize("value", [True, "5", None, [], math.nan, math.inf, 10**400])
def test_only_finite_numbers_are_numbers(value: object) -> None:
    """Texts, flags, gaps, and what no float can hold are none."""
    assert read_number(value) is None


def test_texts_can_be_stored() -> None:
    """Text is text, halves of characters are replaced, and nothing else is made into text."""
    assert read_text("Zürich ✈") == "Zürich ✈"
    assert read_text(json.loads('"a\\ud800b"')) == "a?b"
    assert [read_text(value) for value in (5, None, ["UA"])] == [None, None, None]
