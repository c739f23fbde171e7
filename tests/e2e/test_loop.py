"""What `make local` promises: the table, the prediction, nothing left to change, nothing done twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.e2e.conftest import Deployed
from tests.e2e.finished import output_of
from tests.e2e.leftovers import Leftovers

STACKS = ["account", "dev", "staging", "prod"]


def test_ends_with_a_table_of_what_runs(deployed: Deployed) -> None:
    """Stacks, jobs with their tasks, the Champion's metric beside the heuristic's, the endpoint."""
    for stack in STACKS:
        assert re.search(rf"│ {stack} +│ +[1-9]\d* │", deployed.output), stack
    for job, tasks in {
        "flights-ingest": ["ingest", "features"],
        "flights-training": ["train", "validate", "approve", "deploy"],
        "flights-inference": ["infer"],
        "flights-monitoring": ["unpack", "label", "observe"],
    }.items():
        line = next(line for line in deployed.output.splitlines() if f"│ {job}" in line)
        assert [task for task in tasks if task not in line] == []
    champion = re.search(r"prod\.flights\.arrival_delay.*?(\d+\.\d+).*?(\d+\.\d+)", deployed.output)
    assert champion is not None
    model, heuristic = map(float, champion.groups())
    assert model < heuristic, "a Champion's error is below the heuristic's"


def test_ends_with_metrics_and_the_alerts_states(deployed: Deployed) -> None:
    """Each monitored table has metrics, and each alert was evaluated on a number below its limit."""
    for table in ("flight_features", "arrival_delay_predictions", "arrival_delay_requests", "planes"):
        assert re.search(rf"│ {table} +│ +[1-9][\d,]* │", deployed.output), table
    for alert in ("drift", "quality", "freshness", "endpoint-errors", "failed-runs"):
        row = re.search(rf"│ flights-{alert} +│ (\w+) +│ +([\d.e-]+) │ +([\d.e+]+) │", deployed.output)
        assert row is not None, alert
        assert row[1] == "OK"
        assert float(row[2]) <= float(row[3])


def test_curl_line_works_when_pasted(deployed: Deployed) -> None:
    """The last line asks the endpoint for a prediction, and gets one."""
    answer = subprocess.run(deployed.curl(), capture_output=True, text=True, check=True, timeout=60)
    (prediction,) = json.loads(answer.stdout)["predictions"]
    assert isinstance(prediction, float)


@pytest.mark.parametrize("stack", STACKS)
def test_diff_says_no_changes(deployed: Deployed, stack: str) -> None:
    """After the deploy, and after the jobs promoted a model, `cdktf diff` plans nothing."""
    output = str(deployed.folder / "cdktf.out")
    cdktf = ("node_modules/.bin/cdktf", "diff", stack, "--skip-synth", "--no-color", "--output", output)
    assert "No changes. Your infrastructure matches the configuration." in output_of(deployed.run(*cdktf))


def test_second_loop_changes_nothing(deployed: Deployed) -> None:
    """Run again, the command deploys no change and runs no job."""
    told = output_of(deployed.run(sys.executable, "-m", "infra.local", "loop"))
    for stack in STACKS:
        assert re.search(rf"deployed +{stack}: 0 added, 0 changed, 0 destroyed", told), stack
    assert "running " not in told
    assert "refreshing " not in told
    assert told.count("done before") == 4


@pytest.mark.slow
def test_an_environment_is_destroyed_and_deployed_by_itself(deployed: Deployed) -> None:
    """Staging goes, with what people left in it, and comes back; the other stacks stay as they are."""
    Leftovers(deployed, "staging").leave()
    cdktf = "node_modules/.bin/cdktf"
    flags = ("--auto-approve", "--skip-synth", "--no-color", "--output", str(deployed.folder / "cdktf.out"))
    destroyed = output_of(deployed.run(cdktf, "destroy", "staging", *flags))
    assert re.search(r"Destroy complete! Resources: [1-9]\d* destroyed", destroyed)
    deployer = deployed.client("staging")
    assert "staging" not in {catalog.name for catalog in deployer.catalogs.list()}
    assert [item.path for item in deployer.workspace.list("/Projects")] == []
    assert [*deployer.jobs.list(), *deployer.serving_endpoints.list()] == []
    again = output_of(deployed.run(cdktf, "deploy", "staging", *flags))
    assert re.search(r"Apply complete! Resources: [1-9]\d* added, 0 changed, 0 destroyed", again)


def test_production_is_not_destroyed_unless_the_settings_say_so(deployed: Deployed) -> None:
    """Terraform names what is kept, before anything is gone."""
    flags = ("--auto-approve", "--skip-synth", "--no-color", "--output", str(deployed.folder / "cdktf.out"))
    refused = deployed.run("node_modules/.bin/cdktf", "destroy", "prod", *flags)
    assert refused.returncode != 0
    output = refused.stdout + refused.stderr
    for address in (
        "catalog.Catalog_",
        "sql_table.flights_Tables_planes_",
        "registered_model.flights_Model_",
    ):
        assert f"databricks_{address}" in output
    assert "lifecycle.prevent_destroy" in output
    assert "Destroy complete" not in output
    assert deployed.client("emil-prod").tables.get("prod.flights.planes").name == "planes"
