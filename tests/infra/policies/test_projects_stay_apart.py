"""One project's team reaches nothing of another's."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "projects_stay_apart"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_stranger_with_a_table_is_found(shipped: Shipped) -> None:
    """A group that access.yaml gives nothing of the project reads one of its tables."""
    table = "dev.flights.planes"
    changed = shipped.added("dev", "grant", table=table, principal="team-trains", privileges=["SELECT"])
    assert changed.violations(POLICY) == [
        f"dev: team-trains reaches dev/flights: SELECT on table {table} to team-trains"
    ]


def test_a_stranger_with_the_catalog_is_found(shipped: Shipped) -> None:
    """What is granted on a catalog is had of every project; to be on the way to one of them opens none."""

    def grant(privilege: str) -> list[str]:
        changed = shipped.added(
            "dev", "grant", catalog="dev", principal="team-trains", privileges=[privilege]
        )
        return changed.violations(POLICY)

    assert grant("USE_CATALOG") == []
    assert grant("SELECT") == ["dev: team-trains reaches dev/flights: SELECT on catalog dev to team-trains"]


def test_a_stranger_with_a_job_is_found(shipped: Shipped) -> None:
    """Also by a group that it is in, and of what is in the workspace."""
    entry = {"group_name": "team-trains", "permission_level": "CAN_VIEW"}
    role = "flights/training/Permissions"
    changed = shipped.changed("dev", "permissions", role, lambda item: item["access_control"].append(entry))
    changed = changed.added("account", "group_member", group_id="team-trains", member_id="retrain-prod")
    message = "CAN_VIEW on jobs flights-training to team-trains"
    assert changed.violations(POLICY) == [
        f"dev: retrain-prod reaches dev/flights: retrain-prod is in team-trains; {message}",
        f"dev: team-trains reaches dev/flights: {message}",
    ]
