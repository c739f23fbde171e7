"""How often something runs, and what a run computes, is told with its factor."""

from __future__ import annotations

from typing import Any

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change
from tests.infra.review.telling import cron, told_of_money

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


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
            {"schedule": cron("0 30 5 * * ?")},
            {"schedule": cron("0 30 * * * ?")},
            "30 → 720 runs in 30 days (24×)",
            HIGH,
        ),
        ({"schedule": []}, {"schedule": cron("0 30 5 * * ?")}, "0 → 30 runs in 30 days", MEDIUM),
        ({"schedule": cron("0 30 5 * * ?")}, {"schedule": []}, "30 → 0 runs in 30 days", LOW),
        (
            {"schedule": cron("0 0 4 3 * ?")},
            {"schedule": cron("0 0 4 L * ?")},
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
    assert told_of_money(changed, production=True) == [(f"job flights-training: {text}", severity)]


def test_same_schedule_of_many_is_one_line() -> None:
    """Each of them runs as often."""
    jobs = [
        change("databricks_job", name, before=_job(name), after=_job(name, schedule=cron("0 0 * * * ?")))
        for name in ("b", "a")
    ]
    assert told_of_money(*jobs) == [("2 jobs (a, b), each: 0 → 720 runs in 30 days", MEDIUM)]


def test_alerts_and_monitors_run_too() -> None:
    """An alert asks its warehouse whenever it is evaluated; a monitor computes."""
    alerts = [
        {"display_name": "drift", "schedule": {"quartz_cron_schedule": each, "timezone_id": "UTC"}}
        for each in ("0 0 * * * ?", "0 * * * * ?")
    ]
    monitor = {"table_name": "prod.flights.planes", "schedule": cron("0 0 6 * * ?")}
    assert told_of_money(
        change("databricks_alert_v2", before=alerts[0], after=alerts[1]),
        change("databricks_quality_monitor", after=monitor),
    ) == [
        ("alert drift: 720 → 43,200 runs in 30 days (60×)", HIGH),
        ("monitor prod.flights.planes: 0 → 30 runs in 30 days", MEDIUM),
    ]


def test_another_hour_costs_the_same() -> None:
    """When it runs is nothing of this section, as long as it runs as often."""
    before, after = _job(schedule=cron("0 0 4 * * ?")), _job(schedule=cron("0 0 5 * * ?"))
    assert not told_of_money(change("databricks_job", before=before, after=after))


def test_size_that_is_not_known_here() -> None:
    """It is told without a factor."""
    before, after = _job(), _job(parameter=_parameters(workload_size="XLarge"))
    changed = change("databricks_job", before=before, after=after)
    assert told_of_money(changed) == [
        ("job flights-training: the endpoint has the size Small → XLarge", MEDIUM)
    ]


def test_training_on_fewer_rows_than_all_costs_less() -> None:
    """0 stands for all rows."""
    before, after = _job(parameter=_parameters(max_rows="0")), _job()
    changed = change("databricks_job", before=before, after=after)
    assert told_of_money(changed) == [("job flights-training: trains on all rows → at most 1000 rows", LOW)]
