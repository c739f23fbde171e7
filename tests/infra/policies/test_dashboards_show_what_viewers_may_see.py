"""Dashboards lend nobody the rights of their deployer."""

from __future__ import annotations

import pytest

from tests.infra.policies.changing import Shipped

POLICY = "dashboards_show_what_viewers_may_see"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


@pytest.mark.parametrize("change", [{"embed_credentials": True}, {"embed_credentials": None}])
def test_embedded_credentials_are_found(shipped: Shipped, change: dict[str, bool | None]) -> None:
    """Said or unsaid: Databricks embeds them where it is not told otherwise."""
    changed = shipped.changed(
        "prod", "dashboard", "flights/Monitoring/Dashboard/Dashboard", lambda item: item.update(change)
    )
    assert changed.violations(POLICY) == [
        "prod: whoever sees flights could read all it asks for with deploy-prod's rights"
    ]
