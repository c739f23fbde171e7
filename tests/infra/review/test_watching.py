"""What monitors and alerts no longer see, or tell nobody, is told."""

from __future__ import annotations

from typing import Any

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change, replaced
from tests.infra.review.telling import cron, told_of_service


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
    told = told_of_service(change("databricks_alert_v2", before=_alert(), after=_alert(**values)))
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
    assert told_of_service(*gone) == [("2 alerts are deleted: drift, quality", Severity.HIGH)]


MONITOR: Json = {
    "table_name": "prod.flights.planes",
    "schedule": cron("0 0 6 * * ?"),
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
    told = told_of_service(change("databricks_quality_monitor", before=MONITOR, after={**MONITOR, **values}))
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
    told = told_of_service(
        change(type_, "a", before=mails, after=fewer), change(type_, "b", before=hooks[0], after=hooks[1])
    )
    assert told == [
        ("notification destination people tells b@example.com no more", Severity.HIGH),
        ("notification destination hook sends elsewhere or otherwise", Severity.MEDIUM),
    ]


def test_what_the_platform_computes_is_not_told() -> None:
    """An update leaves open when it will have been, and that is no change of its own."""
    after = _alert(query_text="SELECT 2")
    moved = change("databricks_alert_v2", before=_alert(), after=after, unknown={"update_time": True})
    assert told_of_service(moved) == [("alert flights-drift asks another query", Severity.MEDIUM)]


def test_watchers_that_come_and_change_hands() -> None:
    """A new one, one that is replaced, and one that nobody manages any more."""
    type_ = "databricks_quality_monitor"
    tables = [{"table_name": f"prod.flights.{name}"} for name in ("a", "b", "c")]
    assert told_of_service(
        change(type_, "a", after=tables[0]),
        replaced(type_, "b", before=tables[1], by="assets_dir", to="/Shared"),
        change(type_, "c", before=tables[2], actions=["forget"]),
    ) == [
        ("monitor prod.flights.a is new", Severity.LOW),
        ("monitor prod.flights.b is replaced by a new one", Severity.MEDIUM),
        ("monitor prod.flights.c is managed by no stack any more", Severity.MEDIUM),
    ]


def test_other_ways_to_fire() -> None:
    """What an empty result means, and whether people are told that it is over."""
    before, after = _evaluation(1), _evaluation(1)
    after["empty_result_state"] = "UNKNOWN"
    after["notification"]["notify_on_ok"] = True
    changed = change("databricks_alert_v2", before=_alert(evaluation=before), after=_alert(evaluation=after))
    assert told_of_service(changed) == [
        ("alert flights-drift has another empty_result_state", Severity.MEDIUM),
        ("alert flights-drift has another notify_on_ok: false → true", Severity.LOW),
    ]


def test_other_words_of_an_alert() -> None:
    """What it tells is told in other words, to the same people."""
    changed = change("databricks_alert_v2", before=_alert(), after=_alert(custom_summary="far too much"))
    assert told_of_service(changed) == [("alert flights-drift tells it in other words", Severity.LOW)]
