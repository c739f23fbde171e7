"""Warehouses, and what the workspace lets its users do."""

from __future__ import annotations

from databricks.sdk.service.dashboards import Dashboard

from tests.e2e.access.actor import Actor
from tests.e2e.access.typed.production import MINE, scratch


def use_warehouse(actor: Actor) -> None:
    """Production's compute for SQL."""
    assert actor.sql("SELECT 1")


def see_warehouse(actor: Actor) -> None:
    """What production's warehouse is."""
    assert actor.sdk.warehouses.get(actor.world.warehouse("prod")).name


def see_compute_policy(actor: Actor) -> None:
    """Under which classic compute is started by whoever is shown it."""
    for policy_id in scratch(actor).compute_policies.values():
        assert actor.sdk.cluster_policies.get(policy_id).definition


def draw_dashboard(actor: Actor) -> None:
    """A dashboard of one's own, which takes the entitlement to SQL."""
    made = actor.sdk.lakeview.create(Dashboard(display_name=MINE))
    actor.sdk.lakeview.trash(str(made.dashboard_id))


def stop_warehouse(actor: Actor) -> None:
    """Production's warehouse; the next statement starts it."""
    actor.sdk.warehouses.stop(actor.world.warehouse("prod"))


def make_warehouse(actor: Actor) -> None:
    """Compute of one's own."""
    made = actor.sdk.warehouses.create(name=MINE, cluster_size="2X-Small", max_num_clusters=1)
    actor.sdk.warehouses.delete(made.bind()["id"])


def entitle(actor: Actor) -> None:
    """The entitlement to SQL, for a group that is not to have it."""
    users = next(group for group in actor.world.client("prod").groups.list() if group.display_name == "users")
    schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
    for operation in (
        {"op": "add", "path": "entitlements", "value": [{"value": "databricks-sql-access"}]},
        {"op": "remove", "path": 'entitlements[value eq "databricks-sql-access"]'},
    ):
        body = {"schemas": schemas, "Operations": [operation]}
        actor.sdk.api_client.do("PATCH", f"/api/2.0/preview/scim/v2/Groups/{users.id}", body=body)
