"""The endpoint exists before its model, and promotions are no drift."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.constructs.endpoint import Endpoint
from infra.constructs.schema import ProjectSchema
from tests.infra.synthesis import Synthesized, synthesize


def declare() -> Synthesized:
    """The endpoint of a project."""
    return synthesize(
        lambda stack: Endpoint(
            stack,
            "Endpoint",
            name="flights-arrival-delay",
            schema=ProjectSchema(
                stack, "Schema", catalog="prod", name="flights", comment="", volumes={}, disposable=False
            ),
            table_prefix="arrival_delay",
            tags={"project": "flights"},
            budget_policy="policy-id",
            permissions=[PermissionsAccessControl(group_name="askers", permission_level="CAN_QUERY")],
        )
    )


def test_what_it_serves_is_the_jobs_own() -> None:
    """No configuration is declared, and the one it has is ignored."""
    made = declare()
    endpoint = made.one("model_serving", name="flights-arrival-delay")
    assert "config" not in endpoint
    assert endpoint["lifecycle"] == {"ignore_changes": ["config"]}
    assert endpoint["budget_policy_id"] == "policy-id"
    assert endpoint["tags"] == [{"key": "project", "value": "flights"}]
    assert made.one("permissions")["serving_endpoint_id"].endswith(".serving_endpoint_id}")


def test_requests_and_answers_are_logged() -> None:
    """Its inference table lies beside the project's tables, from the first request on."""
    gateway = declare().one("model_serving")["ai_gateway"]
    assert gateway["inference_table_config"] == {
        "catalog_name": "prod",
        "schema_name": "flights",
        "table_name_prefix": "arrival_delay",
        "enabled": True,
    }
