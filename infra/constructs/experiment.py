"""The MLflow experiment of a project's training runs."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.mlflow_experiment import MlflowExperiment
from constructs import Construct

from infra.constructs.folders import ProjectFolder
from infra.constructs.permissions import AccessControl, permit


class Experiment(Construct):
    """An experiment in its project's folder."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        folder: ProjectFolder,
        name: str,
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        experiment = MlflowExperiment(self, "Experiment", name=name, depends_on=[folder.directory])
        self.name = experiment.name
        permit(self, permissions, experiment=experiment.id)
