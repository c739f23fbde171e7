"""What people leave in an environment that they work in: nothing of it is declared."""

from __future__ import annotations

import io
from dataclasses import dataclass

from databricks.sdk.service.catalog import VolumeType
from databricks.sdk.service.dashboards import Dashboard
from databricks.sdk.service.workspace import ImportFormat

from tests.e2e.conftest import Deployed

FOLDER = "/Projects/flights"


@dataclass(frozen=True)
class Leftovers:
    """An ML engineer's and a platform admin's, in one environment."""

    deployed: Deployed
    environment: str

    def leave(self) -> None:
        """Leave something of every kind, and a job running."""
        emil, paula = (self.deployed.client(f"{name}-{self.environment}") for name in ("emil", "paula"))
        self._execute("paula", "CREATE TABLE {}.flights.notes AS SELECT 'why' AS note")
        paula.volumes.create(self.environment, "flights", "mine", VolumeType.MANAGED)
        emil.files.upload(f"/Volumes/{self.environment}/flights/mine/why.txt", io.BytesIO(b"Because."))
        emil.registered_models.create(catalog_name=self.environment, schema_name="flights", name="challenger")
        paula.schemas.create("scratch", self.environment)
        self._execute("paula", "CREATE TABLE {}.scratch.joined AS SELECT 1 AS one")
        paula.workspace.mkdirs(f"{FOLDER}/notes")
        paula.workspace.upload(f"{FOLDER}/notes/why.txt", io.BytesIO(b"Because."), format=ImportFormat.AUTO)
        paula.lakeview.create(Dashboard(display_name="Mine", parent_path=FOLDER, serialized_dashboard="{}"))
        paula.experiments.create_experiment(f"{FOLDER}/tried")
        (job,) = emil.jobs.list(name="flights-ingest")
        emil.jobs.run_now(job.job_id or 0)

    def _execute(self, who: str, sql: str) -> None:
        response = self.deployed.execute(f"{who}-{self.environment}", sql.format(self.environment))
        assert response.status is not None
        assert response.status.error is None, response.status.error
