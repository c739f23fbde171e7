"""The MLflow experiment of a project's training runs."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_databricks.directory import Directory
from cdktf_cdktf_provider_databricks.mlflow_experiment import MlflowExperiment
from cdktf_cdktf_provider_databricks.permissions import Permissions, PermissionsAccessControl
from constructs import Construct


class Experiment(Construct):
    """An experiment in a folder of its own."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        folder: str,
        name: str,
        permissions: Sequence[PermissionsAccessControl],
    ) -> None:
        super().__init__(scope, id_)
        directory = Directory(self, "Folder", path=folder)
        experiment = MlflowExperiment(self, "Experiment", name=name, depends_on=[directory])
        self.name = experiment.name
        Permissions(self, "Permissions", experiment_id=experiment.id, access_control=permissions)
