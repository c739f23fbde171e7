"""Production data where it may not be granted: dev reads masked copies, and nothing of prod itself.

The account is one of its own, deployed from the shipped settings with snapshots in the place of the
read-only catalog. In the same account staging is purged of what people left there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import mlflow
import pytest
from databricks.sdk.service import jobs

from infra.local import daemon
from infra.local.folder import Folder
from infra.local.people import IdentityProvider
from infra.local.stacks import Stacks
from tests.e2e.conftest import PROJECT, Deployed
from tests.e2e.operations import Operations
from tests.e2e.test_access import refusal, registry, rows
from tests.infra.conftest import copy_files
from tests.infra.local.workspace.mlflow.studio import log_model
from tests.infra.snapshot_settings import switch_to_snapshots

pytestmark = pytest.mark.slow

SNAPSHOT = "flights-snapshot_dev"
MONTH = {"from_month": "2013-01", "to_month": "2013-01"}
MODEL = "staging.flights.arrival_delay"
SALT = "as long as a salt should be"


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The four stacks of the switched settings, and nothing run yet."""
    files = copy_files(tmp_path_factory.mktemp("settings"))
    switch_to_snapshots(files)
    folder = Folder(tmp_path_factory.mktemp("local"))
    environment = {**os.environ, "LOCAL_FOLDER": str(folder.root)}
    command = [sys.executable, "-m", "infra.local"]
    subprocess.run([*command, "up"], cwd=PROJECT, env=environment, check=True, timeout=180)
    try:
        with pytest.MonkeyPatch.context() as shell:
            shell.setenv("SETTINGS", str(files.folder))
            _deploy(folder)
        yield Deployed(folder.root, "")
    finally:
        subprocess.run([*command, "down"], cwd=PROJECT, env=environment, check=True, timeout=120)


def _deploy(folder: Folder) -> None:
    running = daemon.find(folder)
    assert running is not None
    stacks = Stacks(running)
    first, *others = stacks.synthesize()
    stacks.deploy(first)
    IdentityProvider(folder).bring_in()
    for stack in others:
        stacks.deploy(stack)


@pytest.fixture(scope="module")
def copied(switched: Deployed) -> Operations:
    """A month of prod's data, copied; the first try had no salt, and copied nothing."""
    prod = Operations(switched, "prod")
    prod.succeed("flights-ingest", **MONTH)
    without = prod.run(SNAPSHOT)
    assert without.state is not None
    assert without.state.result_state == jobs.RunResultState.FAILED
    assert "no secret snapshot_salt in scope flights" in prod.explain(without)
    assert rows(switched.execute("dana-dev", "SELECT count(*) FROM dev.flights_snapshot.flights")) == [["0"]]
    prod.engineer.secrets.put_secret("flights", "snapshot_salt", string_value=SALT)
    prod.succeed(SNAPSHOT)
    return prod


@pytest.mark.usefixtures("copied")
def test_dana_reads_the_snapshot_masked(switched: Deployed) -> None:
    """Half of Kennedy's flights, planes by their hash, which joins; flight numbers are empty."""
    ((flights, numbers, origins, hashes),) = rows(
        switched.execute(
            "dana-dev",
            "SELECT count(*), count(flight_number), count(DISTINCT origin), min(length(tail_number)) "
            "FROM dev.flights_snapshot.flights",
        )
    )
    assert 3_000 < int(flights) < 6_000
    assert (numbers, origins, hashes) == ("0", "1", "64")
    both = "dev.flights_snapshot.flights JOIN dev.flights_snapshot.planes USING (tail_number)"
    ((planes,),) = rows(switched.execute("dana-dev", f"SELECT count(*) FROM {both}"))
    assert int(planes) > 0.5 * int(flights)


@pytest.mark.usefixtures("copied")
def test_dana_sees_nothing_of_prod_from_dev(switched: Deployed) -> None:
    """Neither the data nor that there is a catalog; nor can she write the snapshot, which prod's job can."""
    assert refusal(switched.execute("dana-dev", "SELECT count(*) FROM prod.flights.flights"))
    names = {catalog.name for catalog in switched.client("dana-dev").catalogs.list()}
    assert "dev" in names
    assert "prod" not in names
    assert "INSUFFICIENT_PERMISSIONS" in refusal(
        switched.execute("dana-dev", "DELETE FROM dev.flights_snapshot.flights")
    )


def test_an_engineer_of_prod_reads_it_there(switched: Deployed, copied: Operations) -> None:
    """Who has compute in prod reads prod; dev's catalog is bound to that workspace for the job."""
    assert copied.environment == "prod"
    assert (
        int(rows(switched.execute("emil-prod", "SELECT count(*) FROM prod.flights.flights"))[0][0]) > 20_000
    )


def test_a_second_snapshot_is_the_same(switched: Deployed, copied: Operations) -> None:
    """The same rows with the same hashes."""
    sql = "SELECT flight_id, tail_number FROM dev.flights_snapshot.flights ORDER BY flight_id"
    before = rows(switched.execute("dana-dev", sql))
    copied.succeed(SNAPSHOT)
    assert rows(switched.execute("dana-dev", sql)) == before


@pytest.fixture
def leftovers(switched: Deployed, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What people left in staging: two tables, and two versions of which one is the Champion; their runs."""
    for schema in ("flights", "flights_metrics"):
        rows(switched.execute("staging", f"CREATE TABLE staging.{schema}.scratch (id INT)"))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(switched.folder / "databrickscfg"))
    monkeypatch.setenv("DATABRICKS_CONFIG_PROFILE", "emil-staging")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "databricks")
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc")
    monkeypatch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    experiment = mlflow.get_experiment_by_name("/Projects/flights/arrival_delay")
    assert experiment is not None
    runs = []
    for _ in range(2):
        with mlflow.start_run(experiment_id=experiment.experiment_id) as run:
            log_model(MODEL)
        runs.append(str(run.info.run_id))
    registry("emil-staging").set_registered_model_alias(MODEL, "Champion", "1")
    return runs


def test_purge_removes_what_is_left_over(switched: Deployed, leftovers: list[str]) -> None:
    """Tables, a version without an alias and its run go; the Champion, its run and what is declared stay."""
    staging = Operations(switched, "staging")
    declared = len(list(switched.client("staging").tables.list("staging", "flights")))
    told = _log(staging, staging.succeed("flights-purge", dry_run="true", after_days="0"))
    assert "would remove table staging.flights.scratch" in told
    assert "nothing was removed" in told
    told = _log(staging, staging.succeed("flights-purge"))
    assert "nothing was removed" in told, "all of it is younger"
    told = _log(staging, staging.succeed("flights-purge", after_days="0"))
    assert f"removed model version {MODEL}/2, 0 days old" in told
    names = {table.name for table in switched.client("staging").tables.list("staging", "flights")}
    assert "scratch" not in names
    assert len(names) == declared - 1
    assert "scratch" not in {
        table.name for table in switched.client("staging").tables.list("staging", "flights_metrics")
    }
    versions = registry("emil-staging").search_model_versions(f"name='{MODEL}'")
    assert [str(version.version) for version in versions] == ["1"]
    client = mlflow.MlflowClient("databricks://emil-staging")
    stages = [client.get_run(run).info.lifecycle_stage for run in leftovers]
    assert stages == ["active", "deleted"]


def _log(operations: Operations, run: jobs.Run) -> str:
    (task,) = run.tasks or []
    return operations.engineer.jobs.get_run_output(task.run_id or 0).logs or ""
