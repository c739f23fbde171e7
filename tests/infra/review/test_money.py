"""What costs more or less is told in sizes and factors, and is as bad as it is much."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.review.finding import Section, Severity
from infra.review.money import find_money
from infra.review.schedules import schedule_of
from tests.infra.review.plans import Json, change, plan

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


def _told(*changes: Json, production: bool = False) -> list[tuple[str, Severity]]:
    found = list(find_money(plan("prod", *changes), production))
    assert {finding.section for finding in found} <= {Section.MONEY}
    assert all(finding.addresses for finding in found)
    return [(finding.text, finding.severity) for finding in found]


def _warehouse(**values: Any) -> Json:
    return {
        "name": "mlops-prod",
        "cluster_size": "2X-Small",
        "max_num_clusters": 1,
        "auto_stop_mins": 10,
        "enable_serverless_compute": True,
        "warehouse_type": "PRO",
        **values,
    }


@pytest.mark.parametrize(
    ("values", "text", "elsewhere", "in_production"),
    [
        (
            {"cluster_size": "X-Small"},
            "2X-Small → X-Small: 4 → 6 DBU an hour while it runs (1.5×)",
            *(MEDIUM, MEDIUM),
        ),
        (
            {"cluster_size": "Small"},
            "2X-Small → Small: 4 → 12 DBU an hour while it runs (3×)",
            *(MEDIUM, HIGH),
        ),
        (
            {"cluster_size": "Medium"},
            "2X-Small → Medium: 4 → 24 DBU an hour while it runs (6×)",
            *(HIGH, HIGH),
        ),
        (
            {"max_num_clusters": 2},
            "2X-Small → 2X-Small with up to 2 clusters: 4 → 8 DBU an hour while it runs (2×)",
            *(MEDIUM, MEDIUM),
        ),
        ({"cluster_size": "9X-Large"}, "2X-Small → 9X-Large", MEDIUM, MEDIUM),
        (
            {"auto_stop_mins": 60},
            "stops after 10 idle minutes → stops after 60 idle minutes",
            *(MEDIUM, MEDIUM),
        ),
        ({"auto_stop_mins": 0}, "stops after 10 idle minutes → never stops by itself", MEDIUM, HIGH),
        ({"auto_stop_mins": 5}, "stops after 10 idle minutes → stops after 5 idle minutes", LOW, LOW),
        (
            {"enable_serverless_compute": False},
            "serverless → pro: each DBU has another price",
            *(MEDIUM, MEDIUM),
        ),
    ],
)
def test_changed_warehouse(values: Json, text: str, elsewhere: Severity, in_production: Severity) -> None:
    """A warehouse's size is told with what it takes an hour."""
    resized = change("databricks_sql_endpoint", before=_warehouse(), after=_warehouse(**values))
    assert _told(resized) == [(f"warehouse mlops-prod: {text}", elsewhere)]
    assert _told(resized, production=True) == [(f"warehouse mlops-prod: {text}", in_production)]


def test_smaller_warehouse_costs_less() -> None:
    """A factor below one is no cost."""
    resized = change("databricks_sql_endpoint", before=_warehouse(cluster_size="Large"), after=_warehouse())
    text = "warehouse mlops-prod: Large → 2X-Small: 40 → 4 DBU an hour while it runs (0.1×)"
    assert _told(resized, production=True) == [(text, LOW)]


def test_warehouses_that_come_and_go() -> None:
    """A new one costs from now on, a deleted one no more."""
    assert _told(
        change("databricks_sql_endpoint", "new", after=_warehouse(name="new", max_num_clusters=3)),
        change("databricks_sql_endpoint", "gone", before=_warehouse(name="gone")),
    ) == [
        (
            "warehouse new: starts: 2X-Small with up to 3 clusters, 12 DBU an hour while it runs, "
            "stops after 10 idle minutes",
            MEDIUM,
        ),
        ("warehouse gone: ends: 2X-Small, 4 DBU an hour while it runs", LOW),
    ]


def _job(name: str = "flights-training", **values: Any) -> Json:
    return {"name": name, "parameter": _parameters(), "schedule": [], "performance_target": None, **values}


def _parameters(**values: str) -> list[Json]:
    defaults = {
        "workload_size": "Small",
        "scale_to_zero": "true",
        "trials": "0",
        "max_rows": "1000",
        **values,
    }
    return [{"name": name, "default": value} for name, value in defaults.items()]


def _cron(expression: str) -> list[Json]:
    return [{"quartz_cron_expression": expression, "timezone_id": "UTC", "pause_status": "UNPAUSED"}]


def _cluster(workers: int, node: str = "m5d.xlarge") -> list[Json]:
    new = {"autoscale": [{"max_workers": workers}], "num_workers": 0, "node_type_id": node}
    return [{"job_cluster_key": "main", "new_cluster": [new]}]


@pytest.mark.parametrize(
    ("before", "after", "text", "severity"),
    [
        (
            {"parameter": _parameters()},
            {"parameter": _parameters(workload_size="Medium")},
            "the endpoint has the size Small → Medium: up to 4 → 16 requests at once (4×)",
            HIGH,
        ),
        (
            {"parameter": _parameters(workload_size="Large")},
            {"parameter": _parameters()},
            "the endpoint has the size Large → Small: up to 64 → 4 requests at once (0.062×)",
            LOW,
        ),
        (
            {"parameter": _parameters()},
            {"parameter": _parameters(scale_to_zero="false")},
            "the endpoint no longer scales to zero: it costs while nobody calls it",
            MEDIUM,
        ),
        (
            {"parameter": _parameters(scale_to_zero="false")},
            {"parameter": _parameters()},
            "the endpoint scales to zero while nobody calls it",
            LOW,
        ),
        (
            {"parameter": _parameters()},
            {"parameter": _parameters(trials="20")},
            "0 → 20 trials a training (20×)",
            HIGH,
        ),
        (
            {"parameter": _parameters()},
            {"parameter": _parameters(max_rows="0")},
            "trains on at most 1000 rows → all rows",
            MEDIUM,
        ),
        (
            {"parameter": _parameters()},
            {"parameter": _parameters(max_rows="500")},
            "trains on at most 1000 rows → at most 500 rows (0.5×)",
            LOW,
        ),
        (
            {"schedule": _cron("0 30 5 * * ?")},
            {"schedule": _cron("0 30 * * * ?")},
            "30 → 720 runs in 30 days (24×)",
            HIGH,
        ),
        ({"schedule": []}, {"schedule": _cron("0 30 5 * * ?")}, "0 → 30 runs in 30 days", MEDIUM),
        ({"schedule": _cron("0 30 5 * * ?")}, {"schedule": []}, "30 → 0 runs in 30 days", LOW),
        (
            {"schedule": _cron("0 0 4 3 * ?")},
            {"schedule": _cron("0 0 4 L * ?")},
            "0 0 4 3 * ? UTC → 0 0 4 L * ? UTC: how often it runs can't be counted",
            MEDIUM,
        ),
        (
            {"performance_target": "STANDARD"},
            {"performance_target": "PERFORMANCE_OPTIMIZED"},
            "performance target STANDARD → PERFORMANCE_OPTIMIZED",
            MEDIUM,
        ),
        (
            {"performance_target": None},
            {"performance_target": "STANDARD"},
            "performance target the default → STANDARD",
            LOW,
        ),
        (
            {"job_cluster": _cluster(3)},
            {"job_cluster": _cluster(11)},
            "cluster main: up to 3 workers of m5d.xlarge → up to 11 workers of m5d.xlarge (3×)",
            HIGH,
        ),
        (
            {"job_cluster": _cluster(3)},
            {"job_cluster": _cluster(3, "m5d.4xlarge")},
            "cluster main: up to 3 workers of m5d.xlarge → up to 3 workers of m5d.4xlarge",
            MEDIUM,
        ),
        (
            {"job_cluster": []},
            {"job_cluster": _cluster(3)},
            "has a cluster main: up to 3 workers of m5d.xlarge",
            MEDIUM,
        ),
        ({"budget_policy_id": "05e8"}, {"budget_policy_id": None}, "billed under 05e8 → no policy", HIGH),
    ],
)
def test_changed_job(before: Json, after: Json, text: str, severity: Severity) -> None:
    """What makes a run cost more, or makes more of them, in production."""
    changed = change("databricks_job", before=_job(**before), after=_job(**after))
    assert _told(changed, production=True) == [(f"job flights-training: {text}", severity)]


def test_same_schedule_of_many_is_one_line() -> None:
    """Each of them runs as often."""
    jobs = [
        change("databricks_job", name, before=_job(name), after=_job(name, schedule=_cron("0 0 * * * ?")))
        for name in ("b", "a")
    ]
    assert _told(*jobs) == [("2 jobs (a, b), each: 0 → 720 runs in 30 days", MEDIUM)]


def test_alerts_and_monitors_run_too() -> None:
    """An alert asks its warehouse whenever it is evaluated; a monitor computes."""
    alerts = [
        {"display_name": "drift", "schedule": {"quartz_cron_schedule": each, "timezone_id": "UTC"}}
        for each in ("0 0 * * * ?", "0 * * * * ?")
    ]
    monitor = {"table_name": "prod.flights.planes", "schedule": _cron("0 0 6 * * ?")}
    assert _told(
        change("databricks_alert_v2", before=alerts[0], after=alerts[1]),
        change("databricks_quality_monitor", after=monitor),
    ) == [
        ("alert drift: 720 → 43,200 runs in 30 days (60×)", HIGH),
        ("monitor prod.flights.planes: 0 → 30 runs in 30 days", MEDIUM),
    ]


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("0 0 6 * * ?", 30),
        ("0 0/15 * * * ?", 2880),
        ("0 0 8-17/3 ? * MON-FRI", 86),  # 8, 11, 14 and 17 o'clock of five days in seven
        ("0 30 5 ? * SUN,4", 9),
        ("0 0 4 3 JAN-DEC ?", 1),
        ("0 0 4 L * ?", None),
        ("0 0 4 ? * 6#3", None),
        ("0 0 6 * * ? 2027", None),
        ("every day", None),
    ],
)
def test_runs_are_counted_by_quartz(expression: str, runs: int | None) -> None:
    """Seconds first, Sunday is 1; what is not counted is told not to be."""
    schedule = schedule_of({"schedule": _cron(expression)})
    assert schedule is not None
    assert (None if schedule.runs is None else round(schedule.runs)) == runs


def test_other_ways_to_start_a_job() -> None:
    """A period is counted, too; what arrives can't be; what is paused runs never."""
    periodic = schedule_of(
        {"trigger": [{"periodic": [{"interval": 2, "unit": "HOURS"}], "pause_status": None}]}
    )
    assert periodic is not None
    assert (periodic.text, periodic.runs) == ("every 2 hours", 360)
    arriving = schedule_of({"trigger": [{"file_arrival": [{"url": "/Volumes/x"}]}]})
    assert arriving is not None
    assert arriving.runs is None
    paused = schedule_of({"continuous": [{"pause_status": "PAUSED"}]})
    assert paused is not None
    assert (paused.text, paused.runs) == ("all the time", 0)


def _policy(**limits: Json) -> Json:
    definition = {
        "node_type_id": {"type": "allowlist", "values": ["m5d.xlarge"]},
        "num_workers": {"type": "range", "maxValue": 8},
        **limits,
    }
    return {"name": "mlops-prod-job", "definition": json.dumps(definition), "max_clusters_per_user": None}


@pytest.mark.parametrize(
    ("limits", "text", "severity"),
    [
        ({"num_workers": {"maxValue": 20}}, "up to 8 → 20 workers (2.5×)", HIGH),
        ({"num_workers": {"maxValue": 4}}, "up to 8 → 4 workers (0.5×)", LOW),
        ({"num_workers": {}}, "up to 8 → any number of workers", HIGH),
        (
            {"node_type_id": {"values": ["m5d.xlarge", "m5d.4xlarge"]}},
            "allows the node types m5d.4xlarge, too",
            MEDIUM,
        ),
        ({"dbus_per_hour": {"maxValue": 9}}, "any number of → up to 9 DBU an hour", LOW),
    ],
)
def test_changed_compute_policy(limits: Json, text: str, severity: Severity) -> None:
    """What may be started: a limit that goes is worse than one that is raised a little."""
    changed = change("databricks_cluster_policy", before=_policy(), after=_policy(**limits))
    assert _told(changed, production=True) == [(f"compute policy mlops-prod-job: {text}", severity)]


def _budget(dollars: str, *emails: str) -> Json:
    actions = [{"action_type": "EMAIL_NOTIFICATION", "target": each} for each in emails]
    alert = {"quantity_threshold": dollars, "action_configurations": actions}
    return {"display_name": "mlops-prod", "alert_configurations": [alert]}


@pytest.mark.parametrize(
    ("after", "texts"),
    [
        (
            _budget("20000", "a@example.com"),
            [("people are told from 5000 → 20000 dollars a month on (4×)", HIGH)],
        ),
        (
            _budget("2500", "a@example.com"),
            [("people are told from 5000 → 2500 dollars a month on (0.5×)", LOW)],
        ),
        (
            _budget("5000", "b@example.com"),
            [
                ("a@example.com is told no more of what a month costs", HIGH),
                ("b@example.com is told what a month costs, too", LOW),
            ],
        ),
        (None, [("nobody is told any more what a month costs; it was from 5000 dollars on", HIGH)]),
    ],
    ids=["raised", "lowered", "others told", "removed"],
)
def test_changed_budget(after: Json | None, texts: list[tuple[str, Severity]]) -> None:
    """From how much on people are told, and who."""
    changed = change("databricks_budget", before=_budget("5000", "a@example.com"), after=after)
    told = [(f"budget mlops-prod: {text}", severity) for text, severity in texts]
    assert _told(changed, production=True) == told


def test_budget_policies() -> None:
    """Other tags are told; without its policy, what was billed under it is told apart no more."""
    policy = {"policy_name": "mlops-prod", "custom_tags": [{"key": "cost_center", "value": "a"}]}
    after = {"policy_name": "mlops-prod", "custom_tags": [{"key": "cost_center", "value": "b"}]}
    type_ = "databricks_budget_policy"
    assert _told(change(type_, before=policy, after=after), change(type_, "gone", before=policy)) == [
        ("budget policy mlops-prod: bills with other tags: cost_center a → b", LOW),
        ("budget policy mlops-prod: what was billed under it is told apart no more", MEDIUM),
    ]


def test_served_entities_of_a_plan_that_tells_them() -> None:
    """Where an endpoint's configuration is declared, its sizes cost as a deployment's parameters do."""
    before, after = (
        {
            "name": "delay",
            "config": [
                {"served_entities": [{"name": "a", "workload_size": size, "scale_to_zero_enabled": zero}]}
            ],
        }
        for size, zero in (("Small", True), ("Large", False))
    )
    assert _told(change("databricks_model_serving", before=before, after=after)) == [
        ("endpoint delay: a has the size Small → Large: up to 4 → 64 requests at once (16×)", HIGH),
        ("endpoint delay: a no longer scales to zero: it costs while nobody calls it", MEDIUM),
    ]


def test_what_costs_the_same_is_not_told() -> None:
    """Another name or another hour is nothing of this section."""
    before, after = _job(schedule=_cron("0 0 4 * * ?")), _job(schedule=_cron("0 0 5 * * ?"))
    renamed = change("databricks_sql_endpoint", before=_warehouse(), after=_warehouse(tags=[]))
    assert not _told(change("databricks_job", before=before, after=after), renamed)
    assert not _told()
