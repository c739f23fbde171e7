"""Entitlements say what is given and what is not."""

from __future__ import annotations

from infra.constructs.entitlements import WorkspaceEntitlements
from infra.constructs.principals import Principal
from tests.infra.synthesis import synthesize


def test_what_is_not_given_is_taken(principals: dict[str, Principal]) -> None:
    """Every entitlement is declared, so that one given by hand is drift."""
    made = synthesize(
        lambda stack: WorkspaceEntitlements(
            stack,
            "Entitlements",
            rights={"readers": ("workspace_access",), "run": ("workspace_access", "databricks_sql_access")},
            principals=principals,
        )
    )
    assert made.one("entitlements", group_id="1") == {
        "group_id": "1",
        "workspace_access": True,
        "databricks_sql_access": False,
        "allow_cluster_create": False,
    }
    (users,) = [item for item in made.all("entitlements") if "databricks_group" in item.get("group_id", "")]
    assert not any(value is True for value in users.values()), "what all users of a new workspace have"
    assert made.one("entitlements", service_principal_id="2")["databricks_sql_access"] is True
