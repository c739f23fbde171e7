"""What a snapshot's parameter says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.selection import Selection, parse_selections

FLIGHTS: dict[str, Any] = {
    "table": "flights",
    "sample": 1,
    "by": ["tail_number"],
    "keys": ["flight_id"],
    "where": None,
    "hashed": ["tail_number"],
    "emptied": [],
}


def test_every_value_arrives() -> None:
    """As the job's declaration gave it."""
    (selection,) = parse_selections(json.dumps([FLIGHTS]))
    assert selection == Selection(
        table="flights",
        sample=1.0,
        by=("tail_number",),
        keys=("flight_id",),
        where=None,
        hashed=("tail_number",),
        emptied=(),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("flights", "'flights' is no JSON list of selections"),
        ("[]", "names no table"),
        (json.dumps([{**FLIGHTS, "limit": 5}]), "unexpected keyword argument 'limit'"),
        (json.dumps([{"table": "flights"}]), "missing 6 required keyword-only arguments"),
        (json.dumps([{**FLIGHTS, "sample": "all"}]), "could not convert string to float"),
    ],
    ids=["no JSON", "nothing", "too much", "too little", "no number"],
)
def test_what_is_none_is_told(text: str, problem: str) -> None:
    """Whoever overrides the parameter reads what it should be like."""
    with pytest.raises(ValueError, match=problem):
        parse_selections(text)
