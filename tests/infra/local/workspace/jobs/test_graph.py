"""The rules of task graphs."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.workspace.jobs.graph import conclude, decide, find_cycle

_CHAIN: list[dict[str, Any]] = [{"task_key": "a"}, {"task_key": "b", "depends_on": [{"task_key": "a"}]}]


@pytest.mark.parametrize(
    ("run_if", "results", "verdict"),
    [
        (None, ["SUCCESS", None], "wait"),
        (None, ["SUCCESS", "SUCCESS"], "run"),
        (None, ["SUCCESS", "EXCLUDED"], "run"),
        (None, ["EXCLUDED", "EXCLUDED"], "EXCLUDED"),
        (None, ["SUCCESS", "FAILED"], "UPSTREAM_FAILED"),
        (None, ["SUCCESS", "CANCELED"], "UPSTREAM_CANCELED"),
        (None, ["UPSTREAM_FAILED", "SUCCESS"], "UPSTREAM_FAILED"),
        ("ALL_DONE", ["FAILED", "CANCELED"], "run"),
        ("NONE_FAILED", ["SUCCESS", "EXCLUDED"], "run"),
        ("NONE_FAILED", ["SUCCESS", "TIMEDOUT"], "UPSTREAM_FAILED"),
        ("AT_LEAST_ONE_SUCCESS", ["SUCCESS", "FAILED"], "run"),
        ("AT_LEAST_ONE_SUCCESS", ["EXCLUDED", "FAILED"], "UPSTREAM_FAILED"),
        ("AT_LEAST_ONE_FAILED", ["SUCCESS", "FAILED"], "run"),
        ("AT_LEAST_ONE_FAILED", ["SUCCESS", "SUCCESS"], "EXCLUDED"),
        ("ALL_FAILED", ["FAILED", "TIMEDOUT"], "run"),
        ("ALL_FAILED", ["FAILED", "SUCCESS"], "EXCLUDED"),
    ],
)
def test_run_if(run_if: str | None, results: list[str | None], verdict: str) -> None:
    """Each run_if decides on what has become of all dependencies."""
    task = {"task_key": "t", "run_if": run_if, "depends_on": [{"task_key": "x"}, {"task_key": "y"}]}
    assert decide(task, dict(zip("xy", results, strict=True)), {}) == verdict


def test_cycle_is_found() -> None:
    """Tasks that wait for each other are named; a chain has none."""
    assert find_cycle(_CHAIN) == []
    cyclic = [*_CHAIN, {"task_key": "c", "depends_on": [{"task_key": "d"}]}]
    assert find_cycle([*cyclic, {"task_key": "d", "depends_on": [{"task_key": "c"}]}]) == ["c", "d"]


@pytest.mark.parametrize(
    ("results", "conclusion"),
    [
        (["SUCCESS", "SUCCESS"], "SUCCESS"),
        (["SUCCESS", "EXCLUDED"], "SUCCESS"),
        (["FAILED", "SUCCESS"], "SUCCESS_WITH_FAILURES"),
        (["FAILED", "UPSTREAM_FAILED"], "FAILED"),
    ],
)
def test_leaves_decide(results: list[str], conclusion: str) -> None:
    """A run comes to what its leaf tasks came to."""
    assert conclude(_CHAIN, dict(zip("ab", results, strict=True))) == conclusion
