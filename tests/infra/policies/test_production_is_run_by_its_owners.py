"""Nobody else makes things run as production."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_is_run_by_its_owners"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_role_by_a_group_is_found(shipped: Shipped) -> None:
    """A role on run-prod lets its holder do whatever production's jobs can."""
    changed = shipped.changed(
        "account",
        "access_control_rule_set",
        "RunAs-prod/Roles",
        lambda item: item["grant_rules"][0]["principals"].append("groups/data-scientists"),
    )
    assert changed.violations(POLICY) == [
        "account: data-scientists could act as run-prod: "
        "roles/servicePrincipal.user on run-prod to data-scientists"
    ]


def test_a_job_that_others_change_is_found(shipped: Shipped) -> None:
    """Who edits one of production's jobs has code of their own run as run-prod."""
    entry = {"group_name": "data-scientists", "permission_level": "CAN_MANAGE"}
    changed = shipped.changed(
        "prod",
        "permissions",
        "flights/training/Permissions",
        lambda item: item["access_control"].append(entry),
    )
    (line,) = changed.violations(POLICY)
    assert line == (
        "prod: data-scientists could act as run-prod: the job flights-training runs as run-prod; "
        "CAN_MANAGE on jobs flights-training to data-scientists"
    )
