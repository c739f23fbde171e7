"""The jobs' code in an environment: the wheel, in a volume."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_databricks.file import File
from constructs import Construct

from infra.config.wheel import Wheel
from infra.constructs import naming
from infra.constructs.schema import ProjectSchema


class DeployedWheel(Construct):
    """The wheel at a path that carries its hash: the same code deployed again changes nothing."""

    def __init__(self, scope: Construct, id_: str, *, schema: ProjectSchema, wheel: Wheel) -> None:
        super().__init__(scope, id_)
        volume = schema.volumes[naming.ARTIFACTS]
        file = File(
            self,
            "Wheel",
            path=naming.wheel(volume.catalog_name, volume.schema_name, wheel.version, wheel.path.name),
            source=wheel.source,
            depends_on=[volume],
            # Jobs point to the new wheel before the old one goes.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.path = file.path
