"""Plans are read whole, or refused in one line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.review.errors import ReviewError
from infra.review.plan import read_plan
from tests.infra.review.plans import change, plan

GOOD: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "resource_changes": [],
    "configuration": {"root_module": {}},
}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "prod.json: no JSON from line 1 on: is the file complete?", id="empty"),
        pytest.param(json.dumps(GOOD, indent=1)[:-20], "is the file complete?", id="truncated"),
        pytest.param("[]", "prod.json: no plan; `terraform show -json PLAN` prints one", id="a-list"),
        pytest.param(
            json.dumps({**GOOD, "format_version": "2.0"}),
            "prod.json: plan format 2.0, and 1.x is what can be read",
            id="another-version",
        ),
        pytest.param(
            json.dumps({"format_version": "1.0", "values": {}, "terraform_version": "1.11.4"}),
            "prod.json: no plan, as it has no resource_changes",
            id="a-state",
        ),
        pytest.param(json.dumps({**GOOD, "errored": True}), "prod.json: an incomplete plan", id="failed"),
        pytest.param(json.dumps({**GOOD, "complete": False}), "prod.json: an incomplete plan", id="deferred"),
        pytest.param(
            json.dumps({**GOOD, "resource_changes": [change("databricks_job", actions=["invoke"])]}),
            "the plan does something that is not known here: invoke",
            id="unknown-action",
        ),
    ],
)
def test_what_is_no_plan(text: str, told: str) -> None:
    """Never an empty review."""
    with pytest.raises(ReviewError) as raised:
        read_plan("prod", text, "prod.json")
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_changes() -> None:
    """What changes nothing is left out; attributes that differ, or become known only then, are named."""
    found = plan(
        "prod",
        change("databricks_job", "same", before={"name": "a"}, after={"name": "a"}, actions=["no-op"]),
        change(
            "databricks_job",
            "other",
            before={"name": "a", "id": "1", "tasks": 1},
            after={"name": "b", "tasks": 1},
            unknown={"id": True},
        ),
    )
    (only,) = found.changes
    assert (only.address, only.kind, only.attributes) == ("databricks_job.other", "update", ("name", "id"))
    assert (found.count("update"), found.count("create", "delete")) == (1, 0)


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"catalog_name": "prod", "schema_name": "flights", "name": "planes"}, "prod.flights.planes"),
        ({"display_name": "flights-drift", "name": None}, "flights-drift"),
        ({"path": "/Projects/flights"}, "/Projects/flights"),
        ({}, "databricks_table.it"),
    ],
)
def test_labels(values: dict[str, Any], label: str) -> None:
    """A change is told by what people call the thing."""
    (only,) = plan("prod", change("databricks_table", after=values)).changes
    assert only.label == label
