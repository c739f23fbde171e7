"""The MLflow experiment of a project's training runs."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.directory import Directory
from cdktf_cdktf_provider_databricks.mlflow_experiment import MlflowExperiment
from constructs import Construct

from infra.constructs.permissions import AccessControl, permit


class Experiment(Construct):
    """An experiment in a folder of its own."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        folder: str,
        name: str,
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        directory = Directory(self, "Folder", path=folder)
        experiment = MlflowExperiment(self, "Experiment", name=name, depends_on=[directory])
        self.name = experiment.name
        permit(self, permissions, experiment=experiment.id)
