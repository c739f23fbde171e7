"""The table of what is an event, against the routes that there are."""

from __future__ import annotations

from infra.local.workspace.audit.actions import ACTIONS
from infra.local.workspace.platform import LocalAccount


def test_every_action_is_of_a_route(local_account: LocalAccount) -> None:
    """A path that no route has would be a change that nobody is told of."""
    served = {(route.method, route.path) for route in local_account.routes}
    assert set(ACTIONS) - served == set()


def test_no_read_is_an_action() -> None:
    """What is looked at is no event."""
    assert {method for method, _ in ACTIONS} == {"DELETE", "PATCH", "POST", "PUT"}
