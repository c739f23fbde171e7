"""The warehouse costs nothing while nobody asks it."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.config.environment import Warehouse as Settings
from infra.constructs.warehouse import Warehouse
from tests.infra.synthesis import synthesize


def test_is_serverless_and_stops_by_itself() -> None:
    """Size and idle time are the settings'; it is serverless."""
    made = synthesize(
        lambda stack: Warehouse(
            stack,
            "Warehouse",
            name="mlops-prod",
            settings=Settings(size="Small", auto_stop_minutes=5),
            tags={"environment": "prod"},
            permissions=[PermissionsAccessControl(group_name="readers", permission_level="CAN_USE")],
        )
    )
    warehouse = made.one("sql_endpoint", name="mlops-prod")
    assert warehouse["cluster_size"] == "Small"
    assert warehouse["auto_stop_mins"] == 5
    assert warehouse["enable_serverless_compute"] is True
    assert warehouse["tags"] == {"custom_tags": [{"key": "environment", "value": "prod"}]}
    assert made.one("permissions")["access_control"] == [
        {"group_name": "readers", "permission_level": "CAN_USE"}
    ]
