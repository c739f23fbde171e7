"""What becomes of a job is one sentence each, and one for all jobs that it is the same of."""

from __future__ import annotations

from typing import Any

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change, replaced
from tests.infra.review.telling import cron, only_of_service, told_of_service

WHEELS = "/Volumes/prod/flights/artifacts/wheels"
OLD, NEW = (
    f"{WHEELS}/aaa/mlops_pipelines-1.2-py3-none-any.whl",
    f"{WHEELS}/bbb/mlops_pipelines-1.3-py3-none-any.whl",
)


def _task(**values: Any) -> Json:
    return {"task_key": "train", "timeout_seconds": 7200, "max_retries": 0, "depends_on": [], **values}


def _job(name: str = "flights-training", **values: Any) -> Json:
    return {
        "name": name,
        "schedule": [
            {"quartz_cron_expression": "0 0 4 3 * ?", "timezone_id": "UTC", "pause_status": "UNPAUSED"}
        ],
        "run_as": [{"service_principal_name": "c9e0", "user_name": None}],
        "environment": [{"environment_key": "default", "spec": [{"dependencies": [OLD], "client": None}]}],
        "parameter": [{"name": "trials", "default": "0"}, {"name": "workload_size", "default": "Small"}],
        "task": [_task()],
        "timeout_seconds": 108000,
        "email_notifications": [{"on_failure": ["on-call@example.com"], "on_start": None}],
        "webhook_notifications": [],
        "tags": {"owner": "ml-engineers"},
        **values,
    }


@pytest.mark.parametrize(
    ("values", "text", "severity"),
    [
        (
            {"schedule": []},
            "loses its schedule: nothing starts it by itself any more (was 0 0 4 3 * ? UTC)",
            Severity.HIGH,
        ),
        ({"schedule": cron("0 0 4 3 * ?", "PAUSED")}, "is paused (0 0 4 3 * ? UTC)", Severity.HIGH),
        (
            {"schedule": cron("0 0 5 * * ?")},
            "runs at other times: 0 0 4 3 * ? UTC → 0 0 5 * * ? UTC",
            Severity.MEDIUM,
        ),
        (
            {"run_as": [{"service_principal_name": "3066", "user_name": None}]},
            "runs as deploy-prod instead of run-prod",
            Severity.HIGH,
        ),
        (
            {"environment": [{"environment_key": "default", "spec": [{"dependencies": [NEW]}]}]},
            "runs other code (mlops_pipelines 1.2 → mlops_pipelines 1.3)",
            Severity.LOW,
        ),
        (
            {
                "parameter": [
                    {"name": "trials", "default": "20"},
                    {"name": "workload_size", "default": "Small"},
                ]
            },
            "runs with trials 0 → 20",
            Severity.MEDIUM,
        ),
        (
            {
                "parameter": [
                    {"name": "trials", "default": "0"},
                    {"name": "workload_size", "default": "Large"},
                ]
            },
            "deploys with workload_size Small → Large",
            Severity.MEDIUM,
        ),
        ({"task": [_task(), _task(task_key="deploy")]}, "gets the task deploy", Severity.LOW),
        ({"task": [_task(task_key="deploy")]}, None, Severity.HIGH),
        (
            {"task": [_task(timeout_seconds=3600)]},
            "has another timeout of train: 7200 s → 3600 s",
            Severity.LOW,
        ),
        ({"timeout_seconds": 0}, "has another timeout: 108000 s → none", Severity.HIGH),
        (
            {"task": [_task(depends_on=[{"task_key": "ingest"}])]},
            "has another task train: depends_on",
            Severity.MEDIUM,
        ),
        (
            {"email_notifications": []},
            "tells on-call@example.com no more of failed runs",
            Severity.HIGH,
        ),
        (
            {"webhook_notifications": [{"on_failure": [{"id": "bf91"}]}]},
            "tells mlops-prod of failed runs, too",
            Severity.LOW,
        ),
        ({"name": "flights-trains"}, "is renamed to flights-trains", Severity.MEDIUM),
    ],
)
def test_changed_job(values: Json, text: str | None, severity: Severity) -> None:
    """Each change of a job is told by itself, with what it was and what it becomes."""
    told = told_of_service(change("databricks_job", before=_job(), after=_job(**values)))
    if text is None:
        assert told == [
            ("job flights-training loses the task train", Severity.HIGH),
            ("job flights-training gets the task deploy", Severity.LOW),
        ]
    else:
        assert told == [(f"job flights-training {text}", severity)]


def test_outside_of_production_it_is_milder() -> None:
    """What is grave in production is to be looked at elsewhere."""
    paused = change("databricks_job", before=_job(), after=_job(schedule=[]))
    assert only_of_service(paused, production=False).severity == Severity.MEDIUM
    later = change("databricks_job", before=_job(), after=_job(schedule=cron("0 0 5 * * ?")))
    assert only_of_service(later, production=False).severity == Severity.LOW


def test_new_and_deleted_jobs() -> None:
    """A new job is told with its schedule; a deleted one is grave, and a forgotten one is nobody's."""
    assert told_of_service(
        change("databricks_job", "new", after=_job("flights-new")),
        change("databricks_job", "gone", before=_job("flights-gone")),
        change("databricks_job", "kept", before=_job("flights-kept"), actions=["forget"]),
    ) == [
        ("job flights-new is new", Severity.LOW),
        ("job flights-new gets a schedule: 0 0 4 3 * ? UTC", Severity.MEDIUM),
        ("job flights-gone is deleted", Severity.HIGH),
        ("job flights-kept is managed by no stack any more", Severity.HIGH),
    ]


def test_same_code_of_many_jobs_is_one_line() -> None:
    """Its addresses are all the jobs' and the wheel's own."""
    environment = [{"environment_key": "default", "spec": [{"dependencies": [NEW]}]}]
    jobs = [
        change("databricks_job", name, before=_job(name), after=_job(name, environment=environment))
        for name in ("flights-training", "flights-ingest")
    ]
    file = replaced("databricks_file", "wheel", before={"path": OLD}, by="path", to=NEW)
    finding = only_of_service(file, *jobs)
    assert finding.text == (
        "2 jobs run other code: flights-ingest, flights-training (mlops_pipelines 1.2 → mlops_pipelines 1.3)"
    )
    assert set(finding.addresses) == {
        *("databricks_job.flights-ingest", "databricks_job.flights-training", "databricks_file.wheel"),
    }


def test_same_version_of_code_is_told_by_its_folder() -> None:
    """Wheels of one version differ by the hash that their folder is named after."""
    other = OLD.replace("aaa", "ccc")
    environment = [{"environment_key": "default", "spec": [{"dependencies": [other]}]}]
    finding = only_of_service(change("databricks_job", before=_job(), after=_job(environment=environment)))
    assert finding.text == "job flights-training runs other code (mlops_pipelines 1.2: aaa → ccc)"


def test_parameters_of_code_are_no_others() -> None:
    """The commit that training notes is told as other code, with which it changes."""
    before, after = (_job(parameter=[{"name": "code_commit", "default": each}]) for each in ("a1", "b2"))
    finding = only_of_service(change("databricks_job", before=before, after=after))
    assert finding.text == "job flights-training runs other code (code_commit a1 → b2)"


def test_what_only_the_deploy_tells_is_no_loss() -> None:
    """A value that is not known yet is told as such, not as nothing."""
    after = _job(run_as=[{"user_name": None}])
    unknown = {"run_as": [{"service_principal_name": True}], "task": [{}], "environment": [{"spec": [{}]}]}
    finding = only_of_service(change("databricks_job", before=_job(), after=after, unknown=unknown))
    assert finding.text == "job flights-training runs as what only the deploy will tell instead of run-prod"


def test_what_changes_besides_is_told_too() -> None:
    """A change that is told is told whole: the page does not list it again."""
    told = told_of_service(
        change("databricks_job", before=_job(), after=_job(schedule=[], tags={}, max_concurrent_runs=2))
    )
    assert told[1] == ("job flights-training changes in tags, max_concurrent_runs, too", Severity.LOW)


def test_what_nobody_notices_is_left_to_other_changes() -> None:
    """Other tags alone are nothing of this section, nor is null where there was an empty list."""
    assert not told_of_service(
        change("databricks_job", before=_job(), after=_job(tags={}, webhook_notifications=None))
    )


def test_replaced_job_has_another_id() -> None:
    """Its runs are gone, and whoever starts it by its id finds none."""
    anew = replaced("databricks_job", before=_job(), by="format", to="SINGLE_TASK")
    assert told_of_service(anew)[0] == (
        "job flights-training is replaced: its id changes and its runs are gone",
        Severity.HIGH,
    )


def test_schedule_that_goes_on() -> None:
    """A paused one that is not any more."""
    before, after = (_job(schedule=cron("0 0 4 3 * ?", status)) for status in ("PAUSED", "UNPAUSED"))
    finding = only_of_service(change("databricks_job", before=before, after=after))
    assert finding.text == "job flights-training is no longer paused (0 0 4 3 * ? UTC)"
