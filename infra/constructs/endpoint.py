"""The serving endpoint of a project's model."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_databricks.model_serving import (
    ModelServing,
    ModelServingAiGateway,
    ModelServingAiGatewayInferenceTableConfig,
    ModelServingTags,
)
from constructs import Construct

from infra.constructs.permissions import AccessControl, permit
from infra.constructs.schema import ProjectSchema


class Endpoint(Construct):
    """An endpoint that exists before its model does.

    Its requests and answers are logged to an inference table. What it serves, and with which
    traffic, is the deployment job's: it is declared without a configuration and ignores the one
    it has, so that a promotion is no drift and a deploy undoes none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        schema: ProjectSchema,
        table_prefix: str,
        tags: Mapping[str, str],
        budget_policy: str | None,  # that it is billed under, by its id
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        endpoint = ModelServing(
            self,
            "Endpoint",
            name=name,
            budget_policy_id=budget_policy,
            tags=[ModelServingTags(key=key, value=value) for key, value in tags.items()],
            ai_gateway=ModelServingAiGateway(
                inference_table_config=ModelServingAiGatewayInferenceTableConfig(
                    catalog_name=schema.catalog,
                    schema_name=schema.name,
                    table_name_prefix=table_prefix,
                    enabled=True,
                )
            ),
            lifecycle=TerraformResourceLifecycle(ignore_changes=["config"]),
        )
        self.name = endpoint.name
        permit(self, permissions, endpoint=endpoint.serving_endpoint_id)
