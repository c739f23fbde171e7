"""Real months arrive: a quiet one fires nothing, a shifted one trains anew; a bad model goes nowhere.

July and August arrive together, then September, when delays all but vanished. Limits come from the months
January to June by the rule in infra/constructs/metric_queries.py, the same for every month.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from databricks.sdk.service import jobs
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from mlflow.entities.model_registry import ModelVersion

from pipelines.projects.flights import model as flights
from tests.e2e.conftest import Deployed, Statement
from tests.e2e.operations import Operations, Traffic, asking
from tests.e2e.test_access import rows

pytestmark = pytest.mark.slow

MODEL = "prod.flights.arrival_delay"
ENDPOINT = "flights-arrival-delay"
ON_CALL = "mlops-on-call@example.com"
DRIFT = "prod.flights_metrics.flight_features_drift_metrics"


@pytest.fixture(scope="module")
def prod(deployed: Deployed) -> Operations:
    """Production as `make local` leaves it: January to June, a Champion, all alerts evaluated."""
    return Operations(deployed, "prod")


@pytest.fixture(scope="module", autouse=True)
def _as_engineer(deployed: Deployed) -> Iterator[None]:
    """MLflow's clients are an ML engineer's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABRICKS_CONFIG_FILE", str(deployed.folder / "databrickscfg"))
        patch.setenv("DATABRICKS_CONFIG_PROFILE", "emil-prod")  # what MLflow reads artifacts with
        patch.setenv("MLFLOW_TRACKING_URI", "databricks://emil-prod")
        patch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc://emil-prod")
        yield


def registry() -> mlflow.MlflowClient:
    """MLflow's client of an ML engineer."""
    return mlflow.MlflowClient("databricks://emil-prod", "databricks-uc://emil-prod")


def champion() -> str:
    """The Champion's version."""
    return str(registry().get_model_version_by_alias(MODEL, "Champion").version)


def served(prod: Operations) -> list[str | None]:
    """The versions that the endpoint serves."""
    config = prod.engineer.serving_endpoints.get(ENDPOINT).config
    assert config is not None
    return [entity.entity_version for entity in config.served_entities or []]


def bring_in(prod: Operations, first: str, last: str) -> None:
    """Months arrive: their data, features and predictions."""
    for job in ("flights-ingest", "flights-inference"):
        prod.succeed(job, from_month=first, to_month=last)
    prod.succeed("flights-monitoring")


@dataclass(frozen=True)
class Quiet:
    """What a month like those before leads to."""

    states: dict[str, str]
    runs: list[int]


@dataclass(frozen=True)
class Shift:
    """What a month unlike those before leads to."""

    states: dict[str, str]
    run: jobs.Run
    traffic: Traffic
    before: str  # the Champion's version


def training_runs(prod: Operations) -> list[int]:
    """All runs of the training job, the newest first."""
    found = prod.engineer.jobs.list_runs(job_id=prod.job_id("flights-training"))
    return [run.run_id or 0 for run in found]


@pytest.fixture(scope="module")
def quiet(prod: Operations) -> Quiet:
    """July and August have arrived, and every alert was evaluated on August."""
    bring_in(prod, "2013-07", "2013-08")
    prod.refresh()
    return Quiet(prod.evaluate(), training_runs(prod))


@pytest.fixture(scope="module")
def shift(prod: Operations, quiet: Quiet) -> Shift:
    """September has arrived; what the alert started has ended, while the endpoint was asked all along."""
    before = champion()
    with asking(prod.engineer, ENDPOINT, prod.deployed.sample()) as traffic:
        bring_in(prod, "2013-09", "2013-09")
        prod.refresh()
        states = prod.evaluate()
        deadline = time.monotonic() + 60
        while not (new := [run for run in training_runs(prod) if run not in quiet.runs]):
            assert time.monotonic() < deadline, (prod.deployed.folder / "hook.log").read_text()
            time.sleep(0.25)
        run = prod.wait(new[0])
    return Shift(states, run, traffic, before)


def test_a_quiet_month_fires_nothing(quiet: Quiet) -> None:
    """August is like the months that the Champion knows: all is well, and nothing is trained."""
    assert set(quiet.states) == {
        f"flights-{name}" for name in ("drift", "quality", "freshness", "endpoint-errors", "failed-runs")
    }
    assert set(quiet.states.values()) == {"OK"}
    assert len(quiet.runs) == 1, "only the training of `make local`"


def test_a_shift_raises_the_drift_metric(shift: Shift, execute: Statement) -> None:
    """A data scientist in dev sees it: September is further from the baseline than any month before."""
    assert shift.states["flights-drift"] == "TRIGGERED"
    statistics = rows(
        execute(
            "dana-dev",
            f"SELECT date_format(window.start, 'yyyy-MM') AS month, ks_test.statistic FROM {DRIFT} "
            "WHERE drift_type = 'BASELINE' AND column_name = 'arrival_delay' AND slice_key IS NULL "
            "AND granularity = '1 month' ORDER BY month",
        )
    )
    by_month = {month: float(statistic) for month, statistic in statistics}
    assert set(by_month) >= {f"2013-{month:02d}" for month in range(1, 10)}
    assert by_month["2013-09"] > 1.2 * max(by_month[f"2013-{month:02d}"] for month in range(1, 9))


def test_people_are_told_and_training_is_started_by_the_hook(prod: Operations, shift: Shift) -> None:
    """The alert's mail reaches who is on call; the run was started by the hook's own principal."""
    mail = prod.wait_for_mail(lambda message: "flights-drift" in message["subject"])
    assert mail["to"] == ON_CALL
    state = json.loads((prod.deployed.folder / "state" / "account.tfstate").read_text())
    assert shift.run.creator_user_name == state["outputs"]["prod_retrain_application_id"]["value"]


def test_the_challenger_is_validated_compared_and_promoted_or_refused(prod: Operations, shift: Shift) -> None:
    """Every task of the run succeeded; the outcome is on the version, and alias and endpoint follow it."""
    assert set(prod.results(shift.run).values()) == {"SUCCESS"}, prod.explain(shift.run)
    newest = max(int(version.version) for version in registry().search_model_versions(f"name='{MODEL}'"))
    version = registry().get_model_version(MODEL, str(newest))
    assert version.tags["model_validation_status"] == "PASSED"
    assert version.tags["held_out_month"] == "2013-09"
    promoted = " better than" in version.tags["comparison"] and "not better" not in version.tags["comparison"]
    assert champion() == (str(newest) if promoted else shift.before)
    assert served(prod) == [champion()]


def test_the_endpoint_answered_every_request_meanwhile(shift: Shift) -> None:
    """Not one request failed while months arrived, a model was trained and the endpoint changed."""
    assert shift.traffic.failures == []
    assert len(shift.traffic.answers) > 100


def test_a_lasting_alert_does_not_train_again(prod: Operations, shift: Shift) -> None:
    """Evaluated again, the alert starts no second training."""
    before = training_runs(prod)
    prod.evaluate()
    time.sleep(3)
    assert training_runs(prod) == before
    assert (shift.run.run_id or 0) in before


@pytest.fixture(scope="module")
def bad(shift: Shift) -> ModelVersion:
    """A version of the project's own kind that learnt ten hours' delay, with the Champion's tags."""
    assert shift.run.run_id
    good = registry().get_model_version(MODEL, champion())
    info = mlflow.models.get_model_info(f"models:/{MODEL}/{good.version}")
    example = mlflow.pyfunc.load_model(f"models:/{MODEL}/{good.version}").input_example
    assert example is not None
    estimator = flights.MODEL.estimator({"n_estimators": 5, "min_child_samples": 1}, 1)
    estimator.fit(example, pd.Series([600.0] * len(example)))
    mlflow.set_experiment("/Projects/flights/arrival_delay")
    with mlflow.start_run(run_name="by hand") as run:
        logged = mlflow.sklearn.log_model(
            estimator,
            name="model",
            signature=info.signature,
            input_example=example,
            serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
        )
    left = ("check_", "model_validation_status", "comparison")
    tags = {key: value for key, value in good.tags.items() if not key.startswith(left)}
    return registry().create_model_version(
        MODEL,
        f"models:/{logged.model_id}",
        run_id=run.info.run_id,
        tags=tags,
        description=good.description,
        model_id=logged.model_id,
    )


@pytest.fixture(scope="module")
def refused(prod: Operations, bad: ModelVersion) -> jobs.Run:
    """The training job's own tasks after the training, on that version."""
    deployer = prod.deployed.client("prod")
    job = deployer.jobs.get(prod.job_id("flights-training"))
    assert job.settings is not None
    copied: dict[str, Any] = json.loads(
        json.dumps(job.settings.as_dict()).replace(
            "{{tasks.train.values.model_uri}}", f"models:/{MODEL}/{bad.version}"
        )
    )
    copied["name"] = "flights-validation-by-hand"
    copied["run_as"] = {"service_principal_name": job.run_as_user_name}
    copied.pop("schedule", None)
    copied["tasks"] = [task for task in copied["tasks"] if task["task_key"] != "train"]
    for task in copied["tasks"]:
        task["depends_on"] = [other for other in task.get("depends_on", []) if other["task_key"] != "train"]
    created = deployer.api_client.do("POST", "/api/2.2/jobs/create", body=copied)
    assert isinstance(created, dict)
    seen = AccessControlRequest(group_name="ml-engineers", permission_level=PermissionLevel.CAN_VIEW)
    deployer.permissions.update("jobs", str(created["job_id"]), access_control_list=[seen])
    started = deployer.jobs.run_now(created["job_id"])
    return prod.wait(int(started.bind()["run_id"]))


def test_a_bad_model_never_gets_past_validation(
    prod: Operations, bad: ModelVersion, refused: jobs.Run
) -> None:
    """Validation fails the run; the version gets no alias, the endpoint goes on with the Champion."""
    results = prod.results(refused)
    assert results["validate"] == "FAILED"
    assert results["deploy"] == "UPSTREAM_FAILED"
    version = registry().get_model_version(MODEL, bad.version)
    assert version.tags["model_validation_status"] == "FAILED"
    assert version.aliases == []
    assert champion() != str(bad.version)
    assert served(prod) == [champion()]


@pytest.mark.usefixtures("refused")
def test_who_was_told_of_the_bad_model(prod: Operations) -> None:
    """Who is on call got a mail that names the job and what failed."""
    mail = prod.wait_for_mail(lambda message: "flights-validation-by-hand" in message["subject"])
    assert mail["to"] == ON_CALL
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "validate" in body.decode()


@pytest.mark.usefixtures("refused")
def test_a_data_scientist_sees_why_from_dev(bad: ModelVersion, tmp_path: Path) -> None:
    """From dev's workspace: the version loads, its description and a report beside it name what failed."""
    dana = mlflow.MlflowClient("databricks://dana-prod", "databricks-uc://dana-dev")
    version = dana.get_model_version(MODEL, bad.version)
    assert "## Validation" in (version.description or "")
    assert "failed" in version.tags["check_performance"]
    assert "failed: mean absolute error" in (version.description or "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABRICKS_CONFIG_PROFILE", "dana-prod")
        report = Path(dana.download_artifacts(version.run_id or "", "validation.md", str(tmp_path)))
        assert "failed: mean absolute error" in report.read_text()
        patch.setenv("DATABRICKS_CONFIG_PROFILE", "dana-dev")
        patch.setenv("MLFLOW_TRACKING_URI", "databricks://dana-dev")
        patch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc://dana-dev")
        model = mlflow.pyfunc.load_model(f"models:/{MODEL}/{bad.version}")
        assert model.input_example is not None
        assert set(model.predict(model.input_example)) == {600.0}
