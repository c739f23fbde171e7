"""The endpoint exists before its model, and promotions are no drift."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.constructs.endpoint import Endpoint
from tests.infra.synthesis import synthesize


def test_what_it_serves_is_the_jobs_own() -> None:
    """No configuration is declared, and the one it has is ignored."""
    made = synthesize(
        lambda stack: Endpoint(
            stack,
            "Endpoint",
            name="flights-arrival-delay",
            tags={"project": "flights"},
            permissions=[PermissionsAccessControl(group_name="askers", permission_level="CAN_QUERY")],
        )
    )
    endpoint = made.one("model_serving", name="flights-arrival-delay")
    assert "config" not in endpoint
    assert endpoint["lifecycle"] == {"ignore_changes": ["config"]}
    assert endpoint["tags"] == [{"key": "project", "value": "flights"}]
    assert made.one("permissions")["serving_endpoint_id"].endswith(".serving_endpoint_id}")
