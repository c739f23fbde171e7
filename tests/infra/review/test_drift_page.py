"""Pages of drift."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.review.adopting import setting_of
from infra.review.audit import Event
from infra.review.drift import Drift, Drifted
from infra.review.drift_page import drift_json, drift_markdown
from infra.review.finding import Finding, Section, Severity
from tests.infra.review.plans import change, plan

EVENT = Event(datetime(2026, 11, 26, 7, 10, tzinfo=UTC), "paula@example.com", "databrickssql editWarehouse")
RESIZED = Drifted(
    "prod",
    "databricks_sql_endpoint mlops-prod",
    ("cluster_size: 2X-Small → Medium",),
    EVENT,
    "prod.yaml: warehouse.size: Medium",
    "the next deploy of prod",
)
GAIN = Finding(Section.ACCESS, Severity.HIGH, "prod", "readers gains BROWSE on prod", ("why",))


def test_page() -> None:
    """What changed, by whom and when, what it means, and what to do about it."""
    assert drift_markdown(Drift(("prod",), (RESIZED,), (GAIN,), 2, ("not seen",), "1 difference")) == (
        "### Drift in prod: 1 thing was changed outside of the code\n"
        "\n"
        "- **prod** databricks_sql_endpoint mlops-prod\n"
        "  - cluster_size: 2X-Small → Medium\n"
        "  - by paula@example.com, 2026-11-26 07:10 UTC (databrickssql editWarehouse)\n"
        "  - to keep it: prod.yaml: warehouse.size: Medium\n"
        "  - to undo it: the next deploy of prod\n"
        "\n"
        "**What it means for people**\n"
        "- 🟧 **high** readers gains BROWSE on prod\n"
        "  - why\n"
        "\n"
        "> 2 more changed in what the code does not decide: jobs and Databricks do\n"
        "\n"
        "> Noise: 1 difference\n"
        "\n"
        "> not seen\n"
    )


def test_no_drift() -> None:
    """It is said where there is none."""
    assert "### No drift in dev, prod" in drift_markdown(Drift(("dev", "prod"), (), (), 0, ()))


def test_all_of_it_as_json() -> None:
    """For programs."""
    found = json.loads(json.dumps(drift_json(Drift(("prod",), (RESIZED,), (GAIN,), 0, ()))))
    assert found["drifted"][0]["event"]["by"] == "paula@example.com"
    assert found["access"][0]["severity"] == "high"


WAREHOUSE = ("databricks_sql_endpoint", "prod/Warehouse")
TRAINING = ("databricks_job", "prod/flights/training/Job")
JOB = "projects.flights.jobs.training"
NIGHTLY = {"quartz_cron_expression": "0 0 4 * * ?", "pause_status": "UNPAUSED"}


@pytest.mark.parametrize(
    ("of", "before", "after", "line"),
    [
        (WAREHOUSE, {}, {"cluster_size": "Medium"}, 'warehouse.size: "Medium"'),
        (WAREHOUSE, {}, {"auto_stop_mins": 45}, "warehouse.auto_stop_minutes: 45"),
        (
            WAREHOUSE,
            {},
            {"cluster_size": "Medium", "tags": []},
            'warehouse.size: "Medium"; no setting says tags',
        ),
        (TRAINING, {}, {"schedule": [NIGHTLY]}, f'{JOB}.schedule: "0 0 4 * * ?"'),
        (TRAINING, {}, {"schedule": [NIGHTLY | {"pause_status": "PAUSED"}]}, f"{JOB}.schedule: null"),
        (TRAINING, {}, {"timeout_seconds": 7200}, f"{JOB}.timeout_minutes: 120"),
        (TRAINING, {}, {"timeout_seconds": 7210}, None),
        (TRAINING, {"parameter": ["trials=0"]}, {"parameter": ["trials=5"]}, f"{JOB}.trials: 5"),
        (
            TRAINING,
            {"parameter": ["from_month=2013-01"]},
            {"parameter": ["from_month=2013-02"]},
            f'{JOB}.from_month: "2013-02"',
        ),
        (TRAINING, {"parameter": ["catalog=prod"]}, {"parameter": ["catalog=dev"]}, None),
        (TRAINING, {"parameter": ["trials=0"]}, {"parameter": []}, None),
        (TRAINING, {}, {"description": "x"}, None),
    ],
)
def test_settings_that_keep_it(
    of: tuple[str, str], before: dict[str, Any], after: dict[str, Any], line: str | None
) -> None:
    """The key of the YAML file and its value, where there is one."""
    type_, path = of
    (only,) = plan("prod", change(type_, before=_spelled(before), after=_spelled(after))).changes
    assert setting_of(only, list(after), path) == (line and f"prod.yaml: {line}")


def _spelled(values: dict[str, Any]) -> dict[str, Any]:
    """A job's parameters as a plan has them."""
    if "parameter" not in values:
        return values
    parted = [text.split("=") for text in values["parameter"]]
    return {"parameter": [{"name": name, "default": default} for name, default in parted]}
