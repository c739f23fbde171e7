"""A kept plan is applied only while a deploy would do the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.review.errors import ReviewError
from infra.review.kept import differences, keep, kept_plan, kept_stacks
from tests.infra.review.plans import change, plan

GRANT = "databricks_grant"


def widened(**before: Any) -> dict[str, Any]:
    """A grant that is widened, from what it was."""
    old = {"principal": "readers", "privileges": ["SELECT"], **before}
    return change(GRANT, before=old, after={**old, "privileges": ["SELECT", "MODIFY"]})


def test_the_same() -> None:
    """Where a deploy would do what was reviewed, nothing differs; nor by what only the resource has."""
    assert differences(plan("prod", widened()), plan("prod", widened())) == []
    assert differences(plan("prod", widened()), plan("prod", widened(updated_at=2))) == []


@pytest.mark.parametrize(
    ("now", "told"),
    [
        pytest.param([], "reviewed was update of privileges, now it is nothing", id="done-already"),
        pytest.param(
            [widened(privileges=["SELECT", "APPLY_TAG"])],
            "reviewed was update of privileges, now it is update of privileges",
            id="from-something-else",
        ),
        pytest.param(
            [change(GRANT, after={"principal": "readers"})],
            "reviewed was update of privileges, now it is create",
            id="gone",
        ),
    ],
)
def test_the_world_moved(now: list[dict[str, Any]], told: str) -> None:
    """Each resource that a deploy would treat otherwise is named."""
    assert differences(plan("prod", widened()), plan("prod", *now)) == [f"{GRANT}.it: {told}"]


def test_something_more() -> None:
    """What was not reviewed is named, too."""
    more = change("databricks_schema", before={"name": "flights"})
    assert differences(plan("prod", widened()), plan("prod", widened(), more)) == [
        "databricks_schema.it: reviewed was nothing, now it is delete"
    ]


def test_plans_are_kept(tmp_path: Path) -> None:
    """A plan comes back with the file that Terraform applies; what is missing is told."""
    stack = tmp_path / "stacks" / "prod"
    stack.mkdir(parents=True)
    (stack / "plan.tfplan").write_bytes(b"plan")
    reviewed = plan("prod", widened())
    keep([reviewed], tmp_path / "stacks", tmp_path / "kept")
    assert kept_stacks(tmp_path / "kept") == ["prod"]
    found, file = kept_plan(tmp_path / "kept", "prod")
    assert differences(reviewed, found) == []
    assert file.read_bytes() == b"plan"
    (tmp_path / "kept" / "prod.json").unlink()
    with pytest.raises(ReviewError, match=r"prod\.json is missing: review prod again, with --keep"):
        kept_plan(tmp_path / "kept", "prod")
    with pytest.raises(ReviewError, match="no plan is kept there"):
        kept_stacks(tmp_path)
