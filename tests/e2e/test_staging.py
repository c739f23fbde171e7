"""Every job of the deployed staging, on its reduced settings, one after the other as data flows."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from databricks.sdk.service import jobs
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.sql import AlertV2, CronSchedule, SchedulePauseStatus

from tests.e2e.conftest import PROJECT, Deployed, Statement
from tests.e2e.finished import output_of
from tests.e2e.operations import Operations, asking
from tests.e2e.test_access import rows

pytestmark = pytest.mark.slow

ENDPOINT = "flights-arrival-delay"


@pytest.fixture(scope="module")
def staging(deployed: Deployed) -> Operations:
    """Staging, with its data brought in and a model trained, validated, deployed and asked."""
    staging = Operations(deployed, "staging")
    for job in ("flights-ingest", "flights-training", "flights-inference"):
        staging.succeed(job)
    return staging


def test_endpoint_is_created_and_queried(staging: Operations, deployed: Deployed) -> None:
    """The endpoint serves what staging's own jobs made, and answers."""
    answer = staging.engineer.api_client.do(
        "POST", f"/serving-endpoints/{ENDPOINT}/invocations", body=deployed.sample()
    )
    assert isinstance(answer, dict)
    assert len(answer["predictions"]) == len(deployed.sample()["dataframe_split"]["data"])
    config = staging.engineer.serving_endpoints.get(ENDPOINT).config
    assert config is not None
    (entity,) = config.served_entities or []
    assert entity.entity_name == "staging.flights.arrival_delay"


def test_settings_are_reduced(staging: Operations, execute: Statement) -> None:
    """Fewer months and rows than in prod: only to see everything work."""
    ((months,),) = rows(
        execute("emil-staging", "SELECT count(DISTINCT month) FROM staging.flights.flight_features")
    )
    assert int(months) == 3
    ((predicted,),) = rows(
        execute("emil-staging", "SELECT count(*) FROM staging.flights.arrival_delay_predictions")
    )
    assert int(predicted) > 20_000
    (job,) = staging.engineer.jobs.list(name="flights-training", expand_tasks=True)
    assert job.job_id is not None


@pytest.mark.usefixtures("staging")
def test_baselines_are_what_the_champion_was_made_of(execute: Statement) -> None:
    """The promotion left the months that the Champion knows, and its predictions of the month it didn't."""
    ((first, last),) = rows(
        execute(
            "dana-dev",
            "SELECT min(scheduled_at), max(scheduled_at) FROM staging.flights.flight_features_baseline",
        )
    )
    assert (first[:7], last[:7]) == ("2013-01", "2013-04")  # in UTC New York's March ends in April
    ((versions, predicted, labelled),) = rows(
        execute(
            "dana-dev",
            "SELECT count(DISTINCT model_version), count(*), count(arrival_delay) "
            "FROM staging.flights.arrival_delay_predictions_baseline",
        )
    )
    assert versions == "1"
    assert 0.9 * int(predicted) < int(labelled) < int(predicted), "some flights were cancelled"


def test_monitoring_unpacks_labels_and_measures(staging: Operations, execute: Statement) -> None:
    """What was asked is a row, labelled by its flight; jobs, endpoint and tables are measured."""
    ((flight, label),) = rows(
        execute(
            "emil-staging",
            "SELECT flight_id, arrival_delay FROM staging.flights.flight_features "
            "WHERE arrival_delay IS NOT NULL AND month = 3 AND temperature IS NOT NULL LIMIT 1",
        )
    )
    staging.engineer.api_client.do(
        "POST",
        f"/serving-endpoints/{ENDPOINT}/invocations",
        body={"client_request_id": flight, **staging.deployed.sample()},
    )
    wait_until_logged(execute, flight)
    staging.succeed("flights-monitoring")
    found = rows(
        execute(
            "dana-dev",
            f"SELECT arrival_delay FROM staging.flights.arrival_delay_requests WHERE flight_id = '{flight}'",
        )
    )
    assert found == [[label]]
    measured = rows(
        execute(
            "dana-dev",
            "SELECT DISTINCT subject_type, metric FROM staging.flights.operational_metrics",
        )
    )
    assert {(kind, metric) for kind, metric in measured} >= {
        *{("job", metric) for metric in ("runs", "failed_runs", "mean_seconds")},
        *{("endpoint", metric) for metric in ("requests", "errors", "p50_milliseconds", "p95_milliseconds")},
        *{("table", metric) for metric in ("rows", "hours_since_write")},
    }


def wait_until_logged(execute: Statement, request: str) -> None:
    """Requests are written some time after they were answered, and the first of them makes the table."""
    logged = f"SELECT 1 FROM staging.flights.arrival_delay_payload WHERE client_request_id = '{request}'"
    deadline = time.monotonic() + 60
    while (result := execute("staging", logged).result) is None or not result.data_array:
        assert time.monotonic() < deadline, f"the request {request} is not logged"
        time.sleep(0.25)


def test_monitors_compute_what_dev_may_read(staging: Operations, execute: Statement) -> None:
    """Each monitored table has profile metrics, in a schema that data scientists read from dev."""
    refreshed = staging.refresh()
    assert {item.table for item in refreshed} == {
        f"staging.flights.{table}"
        for table in ("flight_features", "arrival_delay_predictions", "arrival_delay_requests", "planes")
    }
    for item in refreshed:
        ((count,),) = rows(execute("dana-dev", f"SELECT count(*) FROM {item.profile_table}"))
        assert int(count) > 0, item.profile_table


def test_nothing_asks_for_retraining(staging: Operations) -> None:
    """Alerts are paused in staging: the job decides against training, and none is started."""
    run = staging.succeed("flights-retraining")
    assert staging.results(run) == {
        "decide": "SUCCESS",
        "if_retrain": "SUCCESS",
        "training": "EXCLUDED",
    }


def test_an_alert_asks_for_retraining(staging: Operations) -> None:
    """Where no hook is told, the job reads the alert's state, and the condition lets training run: once."""
    deployer = staging.deployed.client("staging")
    (known,) = [alert for alert in deployer.alerts_v2.list_alerts() if alert.display_name == "flights-drift"]
    asked = AlertV2.from_dict(deployer.alerts_v2.get_alert(known.id or "").as_dict())
    asked.id, asked.display_name, asked.query_text = None, "flights-asked", "SELECT 2.0 AS value"
    asked.schedule = CronSchedule(
        quartz_cron_schedule="0 * * * * ?",
        timezone_id="UTC",
        pause_status=SchedulePauseStatus.UNPAUSED,
    )
    alert_id = deployer.alerts_v2.create_alert(asked).id or ""
    state = json.loads((staging.deployed.folder / "state" / "account.tfstate").read_text())
    run_id = state["outputs"]["staging_run_application_id"]["value"]
    reader = AccessControlRequest(service_principal_name=run_id, permission_level=PermissionLevel.CAN_READ)
    deployer.permissions.update("alertsv2", alert_id, access_control_list=[reader])
    staging.succeed("flights-ingest")  # what is trained on is newer than the last training
    assert staging.evaluate()["flights-asked"] == "TRIGGERED"
    run = staging.succeed("flights-retraining", alerts="flights-asked")
    assert set(staging.results(run).values()) == {"SUCCESS"}, staging.explain(run)
    again = staging.succeed("flights-retraining", alerts="flights-asked")
    assert staging.results(again)["training"] == "EXCLUDED"
    deployer.alerts_v2.trash_alert(alert_id)


def served(staging: Operations) -> list[str | None]:
    """The versions that the endpoint serves."""
    config = staging.engineer.serving_endpoints.get(ENDPOINT).config
    assert config is not None
    return [entity.entity_version for entity in config.served_entities or []]


@pytest.fixture(scope="module")
def first(staging: Operations) -> int:
    """The version that staging's first training made; others may have come and gone before."""
    found = staging.engineer.model_versions.list("staging.flights.arrival_delay")
    return min(int(version.version or 0) for version in found)


def test_rollback_without_a_version_before_is_refused(staging: Operations, first: int) -> None:
    """The first Champion has none before it: the job fails in one clear line and changes nothing."""
    run = staging.run("flights-rollback")
    assert run.state is not None
    assert run.state.result_state == jobs.RunResultState.FAILED
    assert "replaced none: there is none to return to" in staging.explain(run)
    assert served(staging) == [str(first)]


def test_one_command_returns_to_the_version_before(staging: Operations, first: int) -> None:
    """More months make a better model, which is promoted; an ML engineer returns to the one before.

    The endpoint is asked all along and answers every time.
    """
    with asking(staging.engineer, ENDPOINT, staging.deployed.sample()) as traffic:
        staging.succeed("flights-ingest", from_month="2013-04", to_month="2013-06")
        staging.succeed("flights-training", max_rows="0", trials="0")
        (promoted,) = served(staging)
        assert promoted != str(first)
        finished = subprocess.run(
            [sys.executable, "-m", "pipelines", "run", "flights-rollback"],
            cwd=PROJECT,
            env={**staging.deployed.environment, "DATABRICKS_CONFIG_PROFILE": "emil-staging"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        output_of(finished)
        assert served(staging) == [str(first)]
    model = staging.engineer.registered_models.get("staging.flights.arrival_delay", include_aliases=True)
    aliases = {alias.alias_name: alias.version_num for alias in model.aliases or []}
    assert aliases["Champion"] == first
    assert traffic.failures == []
    assert len(traffic.answers) > 100


def test_an_environment_that_ran_for_a_while_goes_and_comes_back(deployed: Deployed) -> None:
    """Runs, versions, metrics, logged requests and what the endpoint serves all go with the stack."""
    flags = ("--auto-approve", "--skip-synth", "--no-color", "--output", str(deployed.folder / "cdktf.out"))
    cdktf = "node_modules/.bin/cdktf"
    assert "Destroy complete!" in output_of(deployed.run(cdktf, "destroy", "staging", *flags))
    deployer = deployed.client("staging")
    assert "staging" not in {catalog.name for catalog in deployer.catalogs.list()}
    assert list(deployer.serving_endpoints.list()) == []
    output_of(deployed.run(cdktf, "deploy", "staging", *flags))
