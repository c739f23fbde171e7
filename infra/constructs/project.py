"""Everything that an environment has for one ML project."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from infra.config.access import RUN
from infra.config.environment import JobValues, ProjectValues
from infra.config.project import Project
from infra.config.wheel import Wheel
from infra.constructs import naming
from infra.constructs.code import DeployedWheel
from infra.constructs.endpoint import Endpoint
from infra.constructs.entity_tags import EntityTags
from infra.constructs.environment_jobs import EnvironmentJob
from infra.constructs.experiment import Experiment
from infra.constructs.folders import ProjectFolder
from infra.constructs.git_folder import GitFolder
from infra.constructs.grants import Grants
from infra.constructs.jobs import Code, PipelineJob
from infra.constructs.model import OwnedModel
from infra.constructs.monitoring import ProjectMonitoring
from infra.constructs.permissions import AccessControl
from infra.constructs.place import Place
from infra.constructs.schema import ProjectSchema
from infra.constructs.secrets import ProjectSecrets
from infra.constructs.snapshots import SnapshotTables
from infra.constructs.tables import DeclaredTables


class MlProject(Construct):
    """A project's schema, tables, model, experiment, secrets, code, endpoint, jobs and monitoring."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        place: Place,
        project: Project,
        values: ProjectValues,
        wheel: Wheel,
    ) -> None:
        super().__init__(scope, name)
        self._name, self._place, self._project = name, place, project
        schema = self._add_schema()
        tables = self._add_tables(schema)
        self._add_secrets()
        self.model = self._add_model(schema)
        folder = ProjectFolder(self, "Folder", path=naming.folder(name), disposable=place.disposable)
        self.experiment = self._add_experiment(folder)
        self.endpoint = self._add_endpoint(schema) if values.endpoint else None
        deployed = DeployedWheel(self, "Code", schema=schema, wheel=wheel)
        code = Code(deployed.path, place.principals[RUN].name, place.budget_policy)
        self.jobs = self._add_jobs(code, self._names(schema, values, wheel), values)
        self._add_git_folder()
        self._add_snapshot()
        ProjectMonitoring(
            self,
            "Monitoring",
            name=name,
            place=place,
            project=project,
            schema=schema,
            tables=tables,
            folder=folder,
        )

    def _add_schema(self) -> ProjectSchema:
        place = self._place
        schema = ProjectSchema(
            self,
            "Schema",
            catalog=place.catalog,
            name=self._project.schema_name,
            comment=f"The ML project {self._name}: tables, models and files",
            volumes=self._project.volumes,
            disposable=place.disposable,
        )
        EntityTags(
            self,
            "SchemaTags",
            entity_type="schemas",
            entity=schema.full_name,
            tags=self._project.entity_tags,
        )
        Grants(
            self,
            "SchemaGrants",
            securable_type="schema",
            securable=schema.full_name,
            rights=place.access.schema_grants(self._name),
            principals=place.principals,
        )
        return schema

    def _add_tables(self, schema: ProjectSchema) -> DeclaredTables:
        return DeclaredTables(
            self,
            "Tables",
            schema=schema,
            warehouse_id=self._place.warehouse_id,
            tables=self._project.tables,
            rights={
                table: self._place.access.table_grants(self._name, self._project.assets_of(table))
                for table in self._project.tables
            },
            principals=self._place.principals,
        )

    def _add_secrets(self) -> None:
        ProjectSecrets(
            self,
            "Secrets",
            name=naming.secret_scope(self._name),
            levels=self._place.access.permissions("secrets", self._name),
            principals=self._place.principals,
        )

    def _add_model(self, schema: ProjectSchema) -> OwnedModel:
        place = self._place
        model = OwnedModel(
            self, "Model", schema=schema, settings=self._project.model, owner=place.principals[RUN].name
        )
        Grants(
            self,
            "ModelGrants",
            securable_type="model",
            securable=model.full_name,
            rights=place.access.model_grants(self._name),
            principals=place.principals,
        )
        return model

    def _add_git_folder(self) -> None:
        """The code of all projects, as this one's people work on it, where the environment has it."""
        repository = self._place.repository
        if repository:
            GitFolder(
                self,
                "GitFolder",
                url=repository.url,
                provider=repository.provider,
                branch=repository.branch,
                path=naming.git_folder(self._name),
                permissions=self._permissions("git_folders"),
            )

    def _add_snapshot(self) -> None:
        """The tables that another environment copies here, where one does."""
        if arrival := self._place.arrivals.get(self._name):
            SnapshotTables(
                self,
                "Snapshot",
                name=self._name,
                place=self._place,
                project=self._project,
                arrival=arrival,
            )

    def _add_experiment(self, folder: ProjectFolder) -> Experiment:
        return Experiment(
            self,
            "Experiment",
            folder=folder,
            name=naming.experiment(self._name, self._project.model.name),
            permissions=self._permissions("experiments"),
        )

    def _add_endpoint(self, schema: ProjectSchema) -> Endpoint:
        return Endpoint(
            self,
            "Endpoint",
            name=naming.endpoint(self._name, self._project.model.name),
            schema=schema,
            table_prefix=self._project.model.name,
            tags=self._tags,
            budget_policy=self._place.budget_policy,
            permissions=self._permissions("endpoints"),
        )

    def _add_jobs(
        self, code: Code, names: Mapping[str, str], values: ProjectValues
    ) -> dict[str, PipelineJob]:
        """The jobs; those that run another one come after it."""
        jobs: dict[str, PipelineJob] = {}
        declared = {**self._own_jobs(values), **self._place.jobs[self._name]}
        for job, item in sorted(declared.items(), key=lambda item: item[1].settings.then is not None):
            jobs[job] = PipelineJob(
                self,
                job,
                name=naming.job(self._name, job),
                settings=item.settings,
                code=code,
                parameters={**names, **item.parameters},
                schedule=item.schedule,
                told=self._place.told,
                others=jobs,
                tags=self._tags,
                permissions=self._permissions("jobs"),
            )
        return jobs

    def _own_jobs(self, values: ProjectValues) -> dict[str, EnvironmentJob]:
        given = {job: values.jobs.get(job, JobValues()) for job in self._project.jobs}
        return {
            job: EnvironmentJob(settings.limited(given[job]), given[job].given(), given[job].schedule)
            for job, settings in self._project.jobs.items()
        }

    def _names(self, schema: ProjectSchema, values: ProjectValues, wheel: Wheel) -> dict[str, str]:
        """The parameters that follow from what is declared; an environment gives the others."""
        model = self._project.model.name
        alerts = [naming.alert(self._name, alert) for alert in self._project.alerts.retraining()]
        return {
            "project": self._name,
            "catalog": schema.catalog,
            "schema": schema.name,
            "model": self.model.full_name,
            "champion_model": naming.full_name(
                self._place.champion_catalog, self._project.schema_name, model
            ),
            "experiment": self.experiment.name,
            "code_version": wheel.version,
            "code_commit": wheel.commit,
            "alerts": ",".join(alerts),
            **self._served(values),
        }

    def _served(self, values: ProjectValues) -> dict[str, str]:
        if not self.endpoint or not values.endpoint:
            return {}
        return {
            "endpoint": self.endpoint.name,
            "workload_size": values.endpoint.workload_size,
            "scale_to_zero": str(values.endpoint.scale_to_zero).lower(),
        }

    @property
    def _tags(self) -> dict[str, str]:
        own = {**self._place.tags, **self._project.tags}
        return naming.tags(self._place.environment, own, self._name)

    def _permissions(self, asset: str) -> AccessControl:
        return self._place.permissions(asset, self._name)
