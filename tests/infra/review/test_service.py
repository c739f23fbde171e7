"""What stops, moves or goes otherwise is one sentence each, and one for all that it is the same of."""

from __future__ import annotations

from typing import Any

import pytest

from infra.review.finding import Finding, Section, Severity
from infra.review.service import find_service
from tests.infra.review.plans import Json, change, plan, replaced

WHEELS = "/Volumes/prod/flights/artifacts/wheels"
OLD, NEW = (
    f"{WHEELS}/aaa/mlops_pipelines-1.2-py3-none-any.whl",
    f"{WHEELS}/bbb/mlops_pipelines-1.3-py3-none-any.whl",
)
RUN = {"outputs": {"prod_run_application_id": "c9e0", "prod_deploy_application_id": "3066"}}
PEOPLE = {"id": "bf91", "display_name": "mlops-prod"}


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


def _cron(expression: str, status: str = "UNPAUSED") -> list[Json]:
    return [{"quartz_cron_expression": expression, "timezone_id": "UTC", "pause_status": status}]


def _told(*changes: Json, production: bool = True) -> list[tuple[str, Severity]]:
    found = list(find_service(plan("prod", *changes, prior=[RUN, PEOPLE]), production))
    assert {finding.section for finding in found} <= {Section.SERVICE}
    return [(finding.text, finding.severity) for finding in found]


def _only(*changes: Json, production: bool = True) -> Finding:
    [finding] = find_service(plan("prod", *changes, prior=[RUN, PEOPLE]), production)
    return finding


@pytest.mark.parametrize(
    ("values", "text", "severity"),
    [
        (
            {"schedule": []},
            "loses its schedule: nothing starts it by itself any more (was 0 0 4 3 * ? UTC)",
            Severity.HIGH,
        ),
        ({"schedule": _cron("0 0 4 3 * ?", "PAUSED")}, "is paused (0 0 4 3 * ? UTC)", Severity.HIGH),
        (
            {"schedule": _cron("0 0 5 * * ?")},
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
    told = _told(change("databricks_job", before=_job(), after=_job(**values)))
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
    assert _only(paused, production=False).severity == Severity.MEDIUM
    later = change("databricks_job", before=_job(), after=_job(schedule=_cron("0 0 5 * * ?")))
    assert _only(later, production=False).severity == Severity.LOW


def test_new_and_deleted_jobs() -> None:
    """A new job is told with its schedule; a deleted one is grave, and a forgotten one is nobody's."""
    assert _told(
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
    finding = _only(file, *jobs)
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
    finding = _only(change("databricks_job", before=_job(), after=_job(environment=environment)))
    assert finding.text == "job flights-training runs other code (mlops_pipelines 1.2: aaa → ccc)"


def test_parameters_of_code_are_no_others() -> None:
    """The commit that training notes is told as other code, with which it changes."""
    before, after = (_job(parameter=[{"name": "code_commit", "default": each}]) for each in ("a1", "b2"))
    finding = _only(change("databricks_job", before=before, after=after))
    assert finding.text == "job flights-training runs other code (code_commit a1 → b2)"


def test_what_only_the_deploy_tells_is_no_loss() -> None:
    """A value that is not known yet is told as such, not as nothing."""
    after = _job(run_as=[{"user_name": None}])
    unknown = {"run_as": [{"service_principal_name": True}], "task": [{}], "environment": [{"spec": [{}]}]}
    finding = _only(change("databricks_job", before=_job(), after=after, unknown=unknown))
    assert finding.text == "job flights-training runs as what only the deploy will tell instead of run-prod"


def test_what_changes_besides_is_told_too() -> None:
    """A change that is told is told whole: the page does not list it again."""
    told = _told(
        change("databricks_job", before=_job(), after=_job(schedule=[], tags={}, max_concurrent_runs=2))
    )
    assert told[1] == ("job flights-training changes in tags, max_concurrent_runs, too", Severity.LOW)


def test_what_the_platform_computes_is_not_told() -> None:
    """An update leaves open when it will have been, and that is no change of its own."""
    after = _alert(query_text="SELECT 2")
    moved = change("databricks_alert_v2", before=_alert(), after=after, unknown={"update_time": True})
    assert _told(moved) == [("alert flights-drift asks another query", Severity.MEDIUM)]


def test_what_nobody_notices_is_left_to_other_changes() -> None:
    """Other tags alone are nothing of this section, nor is null where there was an empty list."""
    assert not _told(change("databricks_job", before=_job(), after=_job(tags={}, webhook_notifications=None)))


ENDPOINT: Json = {
    "name": "flights-delay",
    "config": [
        {
            "served_entities": [
                {
                    "name": "a",
                    "entity_name": "prod.flights.delay",
                    "entity_version": "3",
                    "workload_size": "Small",
                }
            ],
            "traffic_config": [{"routes": [{"served_model_name": "a", "traffic_percentage": 100}]}],
        }
    ],
    "ai_gateway": [
        {
            "inference_table_config": [
                {
                    "catalog_name": "prod",
                    "schema_name": "flights",
                    "table_name_prefix": "delay",
                    "enabled": True,
                }
            ],
            "rate_limits": [],
        }
    ],
}


def _config(version: str = "3", size: str = "Small", share: int = 100) -> list[Json]:
    entity = {
        "name": "a",
        "entity_name": "prod.flights.delay",
        "entity_version": version,
        "workload_size": size,
    }
    routes = [{"served_model_name": "a", "traffic_percentage": share}]
    return [{"served_entities": [entity], "traffic_config": [{"routes": routes}]}]


@pytest.mark.parametrize(
    ("values", "text", "severity"),
    [
        (
            {"config": _config(version="4")},
            "serves another version as a: prod.flights.delay version 3 → prod.flights.delay version 4",
            Severity.MEDIUM,
        ),
        ({"config": _config(size="Large")}, "serves a with workload_size Small → Large", Severity.MEDIUM),
        ({"config": _config(share=90)}, "sends its traffic elsewhere: a 100 → 90 %", Severity.MEDIUM),
        (
            {"ai_gateway": []},
            "logs its requests no more: its inference table is switched off",
            Severity.HIGH,
        ),
        (
            {"ai_gateway": [{**ENDPOINT["ai_gateway"][0], "rate_limits": [{"calls": 5}]}]},
            "has another AI gateway: rate_limits",
            Severity.MEDIUM,
        ),
        ({"name": "delay"}, "is renamed to delay: callers use another URL", Severity.HIGH),
    ],
)
def test_changed_endpoint(values: Json, text: str, severity: Severity) -> None:
    """What callers or monitoring notice of an endpoint."""
    told = _told(change("databricks_model_serving", before=ENDPOINT, after={**ENDPOINT, **values}))
    assert told == [(f"endpoint flights-delay {text}", severity)]


def test_endpoints_that_come_and_go() -> None:
    """A URL that no longer answers breaks its callers."""
    type_ = "databricks_model_serving"
    assert _told(
        change(type_, "new", after={"name": "new"}),
        change(type_, "gone", before={"name": "gone"}),
        replaced(type_, "other", before={"name": "other"}, by="name", to="another"),
        replaced(
            type_, "anew", before={"name": "anew", "route_optimized": False}, by="route_optimized", to=True
        ),
    ) == [
        ("endpoint new is new and answers nobody before a model is deployed to it", Severity.LOW),
        ("endpoint gone is deleted: its callers get no answer", Severity.HIGH),
        ("endpoint other is renamed to another by replacing it: callers use another URL", Severity.HIGH),
        (
            "endpoint anew is replaced: it answers nobody before a model is deployed to it again",
            Severity.HIGH,
        ),
    ]


def _alert(name: str = "flights-drift", **values: Any) -> Json:
    return {
        "display_name": name,
        "query_text": "SELECT 1",
        "custom_summary": "too much",
        "schedule": {"quartz_cron_schedule": "0 0 * * * ?", "timezone_id": "UTC", "pause_status": "UNPAUSED"},
        "evaluation": _evaluation(1),
        "run_as": {"service_principal_name": "c9e0", "user_name": None},
        **values,
    }


def _evaluation(threshold: float, *destinations: str) -> Json:
    subscriptions = [{"destination_id": each, "user_email": None} for each in destinations or ("bf91",)]
    return {
        "comparison_operator": "GREATER_THAN",
        "empty_result_state": "OK",
        "source": {"name": "value"},
        "threshold": {"value": {"double_value": threshold, "bool_value": None}, "column": None},
        "notification": {"subscriptions": subscriptions, "notify_on_ok": False},
    }


@pytest.mark.parametrize(
    ("values", "text", "severity"),
    [
        (
            {"evaluation": _evaluation(2.5)},
            "fires when it is greater than 2.5 instead of greater than 1",
            Severity.MEDIUM,
        ),
        ({"query_text": "SELECT 2"}, "asks another query", Severity.MEDIUM),
        ({"evaluation": _evaluation(1, "ffbb")}, None, Severity.HIGH),
        (
            {"schedule": {**_alert()["schedule"], "pause_status": "PAUSED"}},
            "is paused (0 0 * * * ? UTC)",
            Severity.HIGH,
        ),
        (
            {"schedule": {**_alert()["schedule"], "quartz_cron_schedule": "0 0 6 * * ?"}},
            "runs at other times: 0 0 * * * ? UTC → 0 0 6 * * ? UTC",
            Severity.MEDIUM,
        ),
        ({"display_name": "drift"}, "is renamed to drift", Severity.LOW),
        (
            {"run_as": {"service_principal_name": "3066"}},
            "asks as deploy-prod instead of run-prod",
            Severity.HIGH,
        ),
    ],
)
def test_changed_alert(values: Json, text: str | None, severity: Severity) -> None:
    """When an alert fires, and whom it tells, by the destinations' names."""
    told = _told(change("databricks_alert_v2", before=_alert(), after=_alert(**values)))
    if text is None:
        assert told == [
            ("alert flights-drift tells mlops-prod no more", Severity.HIGH),
            ("alert flights-drift tells ffbb, too", Severity.LOW),
        ]
    else:
        assert told == [(f"alert flights-drift {text}", severity)]


def test_alerts_that_go_are_one_line() -> None:
    """Two that are deleted are told together."""
    gone = [change("databricks_alert_v2", name, before=_alert(name)) for name in ("quality", "drift")]
    assert _told(*gone) == [("2 alerts are deleted: drift, quality", Severity.HIGH)]


MONITOR: Json = {
    "table_name": "prod.flights.planes",
    "schedule": _cron("0 0 6 * * ?"),
    "slicing_exprs": ["origin"],
    "notifications": [{"on_failure": [{"email_addresses": ["on-call@example.com"]}]}],
}


@pytest.mark.parametrize(
    ("values", "text", "severity"),
    [
        (
            {"schedule": []},
            "loses its schedule: nothing starts it by itself any more (was 0 0 6 * * ? UTC)",
            Severity.HIGH,
        ),
        ({"slicing_exprs": ["origin", "carrier"]}, "measures otherwise: slicing_exprs", Severity.MEDIUM),
        ({"notifications": []}, "tells on-call@example.com no more", Severity.HIGH),
    ],
)
def test_changed_monitor(values: Json, text: str, severity: Severity) -> None:
    """Whether, when and what a monitor measures, and whom it tells."""
    told = _told(change("databricks_quality_monitor", before=MONITOR, after={**MONITOR, **values}))
    assert told == [(f"monitor prod.flights.planes {text}", severity)]


def test_destinations_tell_no_secret() -> None:
    """People who are told no more are named; a webhook's address and password never are."""
    mails = {
        "display_name": "people",
        "config": [{"email": [{"addresses": ["a@example.com", "b@example.com"]}]}],
    }
    fewer = {"display_name": "people", "config": [{"email": [{"addresses": ["a@example.com"]}]}]}
    hooks = [
        {
            "display_name": "hook",
            "config": [{"generic_webhook": [{"url": f"https://{each}", "password": each}]}],
        }
        for each in ("old-secret", "new-secret")
    ]
    type_ = "databricks_notification_destination"
    told = _told(
        change(type_, "a", before=mails, after=fewer), change(type_, "b", before=hooks[0], after=hooks[1])
    )
    assert told == [
        ("notification destination people tells b@example.com no more", Severity.HIGH),
        ("notification destination hook sends elsewhere or otherwise", Severity.MEDIUM),
    ]


def test_dashboards_and_warehouses_that_go() -> None:
    """Links to a dashboard break; what runs on a warehouse stops."""
    assert _told(
        change("databricks_dashboard", before={"display_name": "flights"}),
        change("databricks_sql_endpoint", before={"name": "mlops-prod"}),
    ) == [
        ("dashboard flights is deleted", Severity.MEDIUM),
        (
            "warehouse mlops-prod is deleted: queries, alerts and dashboards that run on it stop",
            Severity.HIGH,
        ),
    ]


def test_nothing_is_told_of_nothing() -> None:
    """A plan without changes means nothing for anybody."""
    assert not _told()
