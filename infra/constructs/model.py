"""A project's registered model. Its versions and aliases are the jobs'."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.registered_model import RegisteredModel
from constructs import Construct

from infra.config.project import RegisteredModel as Settings
from infra.constructs.schema import ProjectSchema


class OwnedModel(Construct):
    """A model that the principal whose jobs register it owns: only its owner moves aliases."""

    def __init__(
        self, scope: Construct, id_: str, *, schema: ProjectSchema, settings: Settings, owner: str
    ) -> None:
        super().__init__(scope, id_)
        model = RegisteredModel(
            self,
            "Model",
            catalog_name=schema.catalog,
            schema_name=schema.name,
            name=settings.name,
            comment=settings.comment,
            owner=owner,
        )
        self.full_name = model.id
