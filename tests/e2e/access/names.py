"""What a project's things are called in an environment, scratch ones of these tests among them."""

from __future__ import annotations

from dataclasses import dataclass

from infra.config.project import Project
from infra.config.settings import AllSettings
from infra.constructs import naming

SCRATCH = "access_scratch"


@dataclass(frozen=True)
class Names:
    """Names in one environment, for one of its projects."""

    settings: AllSettings
    environment: str
    project_name: str

    @property
    def project(self) -> Project:
        """The project's settings."""
        return self.settings.projects[self.project_name]

    @property
    def catalog(self) -> str:
        """The environment's catalog."""
        return self.settings.environments[self.environment].catalog.name

    @property
    def schema(self) -> str:
        """The project's schema."""
        return f"{self.catalog}.{self.project.schema_name}"

    @property
    def table(self) -> str:
        """A table of one column `id`, with a row, that these tests make and drop."""
        return f"{self.schema}.{SCRATCH}"

    @property
    def features(self) -> str:
        """A feature table."""
        return f"{self.schema}.{self.project.tables_of('features')[0]}"

    @property
    def predictions(self) -> str:
        """A table of predictions."""
        return f"{self.schema}.{self.project.tables_of('inference_tables')[0]}"

    @property
    def metrics(self) -> str:
        """A metric table."""
        profile, _ = naming.metric_tables(next(iter(self.project.monitors)))
        return f"{self.catalog}.{naming.metrics_schema(self.project.schema_name)}.{profile}"

    @property
    def model(self) -> str:
        """The project's registered model."""
        return f"{self.schema}.{self.project.model.name}"

    @property
    def volume(self) -> str:
        """One of the project's volumes, as a path."""
        return f"/Volumes/{self.schema.replace('.', '/')}/{next(iter(self.project.volumes))}"

    @property
    def experiment(self) -> str:
        """The project's experiment."""
        return naming.experiment(self.project_name, self.project.model.name)

    @property
    def endpoint(self) -> str:
        """The project's serving endpoint."""
        return naming.endpoint(self.project_name, self.project.model.name)

    @property
    def folder(self) -> str:
        """The project's workspace folder."""
        return naming.folder(self.project_name)

    @property
    def git_folder(self) -> str:
        """The project's clone of the repository."""
        return naming.git_folder(self.project_name)

    @property
    def secrets(self) -> str:
        """The project's secret scope."""
        return naming.secret_scope(self.project_name)
