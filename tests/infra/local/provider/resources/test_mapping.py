"""Between Terraform's values and JSON."""

from __future__ import annotations

from infra.local.provider.resources.mapping import changed, decode, encode
from tests.infra.local.provider.engine.shapes import SHAPE, task, values

NAMES = {"task": "tasks", "name": "display_name", "task.retries": "max_retries"}


def test_set_values_become_json() -> None:
    """Single blocks are objects, others lists; false and 0 are sent, nothing and "" are not."""
    given = values(
        name="a",
        owner="",
        enabled=False,
        channel=[{"name": "x"}],
        task=[task("t", retries=0, mail=[{"to": ["me"]}])],
    )
    assert encode(SHAPE, given, NAMES) == {
        "display_name": "a",
        "enabled": False,
        "channel": {"name": "x"},
        "tasks": [{"task_key": "t", "max_retries": 0, "mail": {"to": ["me"]}}],
    }
    assert encode(SHAPE, given, NAMES, only={"name"}) == {"display_name": "a"}


def test_json_becomes_values_of_the_schemas_types() -> None:
    """Numbers that come as text, text that comes as numbers, unknown keys, and keys that are not there."""
    body = {
        "id": 12,
        "display_name": "a",
        "enabled": "true",
        "tags": {"n": 1},
        "channel": {"name": "x"},
        "tasks": [{"task_key": "t", "max_retries": "3", "unheard_of": 1}],
        "unheard_of": {},
    }
    assert decode(SHAPE, body, NAMES) == values(
        id="12", name="a", enabled=True, tags={"n": "1"}, channel=[{"name": "x"}], task=[task("t", retries=3)]
    )


def test_changes_are_what_differs_beyond_nothing_and_zero() -> None:
    """An empty map in place of none is no change."""
    before, after = values(name="a", tags=None, enabled=True), values(name="b", tags={}, enabled=False)
    assert changed(before, after) == {"name", "enabled"}
    assert changed(before, after, but={"name"}) == {"enabled"}
