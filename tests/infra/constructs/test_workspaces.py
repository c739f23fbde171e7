"""A workspace is made, or named when it exists."""

from __future__ import annotations

from cdktf import TerraformOutput, TerraformStack

from infra.config.environment import Workspace
from infra.constructs.workspaces import EnvironmentWorkspace
from tests.infra.synthesis import Synthesized, synthesize


def workspace(settings: Workspace) -> Synthesized:
    """A workspace, with its id and host told."""

    def build(stack: TerraformStack) -> None:
        made = EnvironmentWorkspace(
            stack, "Workspace", account_id="a1", region="eu-west-1", workspace=settings
        )
        TerraformOutput(stack, "id", value=made.id, static_id=True)
        TerraformOutput(stack, "host", value=made.host, static_id=True)

    return synthesize(build)


def test_made_workspace_is_serverless() -> None:
    """No cloud network, storage or role is asked for."""
    made = workspace(Workspace(name="mlops-lab"))
    assert made.one("mws_workspaces") == {
        "account_id": "a1",
        "workspace_name": "mlops-lab",
        "aws_region": "eu-west-1",
        "compute_mode": "SERVERLESS",
    }
    assert made.outputs()["host"].endswith(".workspace_url}")


def test_existing_workspace_is_left_alone() -> None:
    """What exists already is told as it is named, and no resource is declared."""
    settings = Workspace(id=1234567890123456, host="https://lab.cloud.databricks.com")
    made = workspace(settings)
    assert "resource" not in made.document
    assert made.outputs() == {"id": 1234567890123456, "host": "https://lab.cloud.databricks.com"}
