"""Production's endpoints, experiments, alerts, dashboards and code are its owners'."""

from __future__ import annotations

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "production_is_managed_by_its_owners"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


@pytest.mark.parametrize(
    ("role", "level", "what"),
    [
        ("flights/Endpoint", "CAN_MANAGE", "endpoints flights-arrival-delay"),
        ("flights/Experiment", "CAN_EDIT", "experiments /Projects/flights/arrival_delay"),
        ("flights/Monitoring/Alert-drift", "CAN_EDIT", "alerts flights-drift"),
        ("flights/Monitoring/Dashboard", "CAN_MANAGE", "dashboards flights"),
    ],
)
def test_whoever_else_changes_one_is_found(shipped: Shipped, role: str, level: str, what: str) -> None:
    """Who changes an endpoint serves what they like, who changes an alert silences it."""
    kind = what.partition(" ")[0]
    assert _permitted(shipped, role, level) == [
        f"prod: data-scientists could change production's {kind}: {level} on {what} to data-scientists"
    ]


@pytest.mark.parametrize(
    ("role", "level"), [("flights/Endpoint", "CAN_QUERY"), ("flights/Monitoring/Dashboard", "CAN_RUN")]
)
def test_using_one_is_no_change(shipped: Shipped, role: str, level: str) -> None:
    """To ask an endpoint or to look at a dashboard leaves it as it is."""
    assert _permitted(shipped, role, level) == []


def _permitted(shipped: Shipped, role: str, level: str) -> list[str]:
    entry = {"group_name": "data-scientists", "permission_level": level}
    changed = shipped.changed(
        "prod", "permissions", f"{role}/Permissions", lambda item: item["access_control"].append(entry)
    )
    return changed.violations(POLICY)
