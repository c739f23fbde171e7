"""What alerts find when their time comes, and who is told."""

from __future__ import annotations

import queue
import time
from typing import Any

import pytest
from databricks.sdk.service.settings import Config, GenericWebhookConfig
from databricks.sdk.service.sql import AlertEvaluationState, AlertV2

from tests.infra.local.workspace.alerts.watch import Watch
from tests.infra.local.workspace.engine.lake import OPEN, OWNER, READER, SECRET
from tests.infra.local.workspace.notifications.inbox import subjects, wait_for_mail
from tests.infra.local.workspace.notifications.receiver import Receiver

_OPS = "ops@example.com"
_COUNT = f"SELECT count(*) AS value FROM {OPEN}"
_HOUR = 3600


@pytest.fixture
def hook(watch: Watch, receiver: Receiver) -> str:
    """The destination that stands for the receiver."""
    webhook = GenericWebhookConfig(url=receiver.url, username="alerts", password="geheim")
    made = watch.client.notification_destinations.create(
        display_name="hook", config=Config(generic_webhook=webhook)
    )
    assert made.id
    return made.id


def _told(*subscriptions: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"notification": {"subscriptions": list(subscriptions), **more}}


def test_an_alert_follows_its_value(watch: Watch) -> None:
    """It is unknown, then fine, triggered when a row comes, and fine again."""
    alert_id = watch.create(_COUNT, threshold=2)
    evaluation = watch.get(alert_id).evaluation
    assert (evaluation.state, evaluation.last_evaluated_at) == (AlertEvaluationState.UNKNOWN, None)
    assert watch.state(alert_id) == "OK"
    watch.lake.run(f"INSERT INTO {OPEN} VALUES (3, 'three')")
    assert watch.state(alert_id) == "TRIGGERED"
    watch.lake.remake(OPEN)
    assert watch.state(alert_id) == "OK"


def test_the_evaluations_time_is_the_accounts(watch: Watch) -> None:
    """An alert that was due by the account's clock says when, by the same clock."""
    alert_id = watch.create(_COUNT)
    alert = watch.evaluate(alert_id, hours=48)
    told = alert.evaluation.last_evaluated_at or ""
    expected = time.gmtime(watch.lake.account.clock.now())
    assert told.startswith(time.strftime("%Y-%m-%dT%H:", expected))


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ("AVG", 2.5),
        ("COUNT", 4),
        ("COUNT_DISTINCT", 3),
        ("MAX", 4),
        ("MEDIAN", 2.5),
        ("MIN", 1),
        ("STDDEV", 1.29099),
        ("SUM", 10),
    ],
)
def test_aggregations(watch: Watch, aggregation: str, expected: float) -> None:
    """Each aggregates all rows of the query, a common table expression of its own among them."""
    values = "(1), (4), (2), (3)" if aggregation != "COUNT_DISTINCT" else "(1), (1), (2), (3)"
    query = f"WITH v AS (SELECT * FROM VALUES {values} AS t(value)) SELECT value FROM v -- all of them"
    source = {"name": "value", "aggregation": aggregation}
    low, high = (
        watch.create(query, expected + gap, evaluation={"source": source}) for gap in (-0.001, 0.001)
    )
    assert watch.state(low) == "TRIGGERED"
    assert watch.get(high).evaluation.state is not None
    assert watch.state(high) == "OK"


def test_parameters_are_bound(watch: Watch) -> None:
    """An alert's query has named parameters with types."""
    parameters = [{"name": "least", "value": "2", "type": "INT"}]
    query = f"SELECT count(*) AS value FROM {OPEN} WHERE id >= :least"
    alert_id = watch.create(query, threshold=0, parameters=parameters)
    assert watch.state(alert_id) == "TRIGGERED"


def test_a_trigger_is_told_once(watch: Watch, receiver: Receiver, hook: str) -> None:
    """People get a mail, the webhook what Databricks documents; nothing comes while it lasts."""
    evaluation = _told({"user_email": _OPS}, {"destination_id": hook})
    alert_id = watch.create(
        _COUNT,
        threshold=1,
        display_name="rows",
        custom_description="Look at {{ALERT_COLUMN}}.",
        evaluation=evaluation,
    )
    alert = watch.evaluate(alert_id)
    message = wait_for_mail(watch.lake.account.folder)
    assert (message["To"], message["Subject"]) == (_OPS, 'Alert "rows" changed status to TRIGGERED')
    owner, url = watch.lake.house.name(OWNER), watch.client.config.host
    evaluated = (alert.evaluation.last_evaluated_at or "")[:19].replace("T", " ")
    workspace = watch.lake.house.dev
    assert message.get_content().splitlines() == [
        "Alert rows is TRIGGERED, it was UNKNOWN.",
        "The condition: value is greater than 1. The value: 2.",
        "Look at value.",
        f"Evaluated at {evaluated} UTC, as deployer ({owner}).",
        "",
        f"Alert {alert_id}: {url}/sql/alerts-v2/{alert_id}?o={workspace}",
        f"Workspace: dev ({workspace}), {url}",
    ]
    received = receiver.next()
    assert received.user == "alerts:geheim"
    payload = received.payload
    evaluation_id = payload["alert"]["alert"]["evaluations"][0].pop("id")
    assert evaluation_id
    told = payload["alert"]["alert"]
    assert told.pop("created_at") > 0
    assert told.pop("parent").startswith("folders/")
    assert told["owner"].pop("id") > 0
    assert told["evaluations"][0].pop("last_evaluated_at") > 0
    assert payload == {
        "event": "alert_state_change",
        "url_base": f"{url}/sql?o={workspace}",
        "alert": {
            "title": 'Alert "rows" changed status to TRIGGERED',
            "description": "Look at value.",
            "alert": {
                "id": alert_id,
                "name": "rows",
                "owner": {"name": "deployer", "email": owner},
                "query_text": _COUNT,
                "warehouse_id": watch.warehouse_id,
                "custom_description": "Look at {{ALERT_COLUMN}}.",
                "evaluations": [
                    {
                        "source": {"name": "value", "aggregation": "AGGREGATION_UNSPECIFIED"},
                        "comparison_operator": "GREATER_THAN",
                        "threshold": {"value": {"double_value": 1}},
                        "notification": evaluation["notification"],
                        "state": "TRIGGERED",
                    }
                ],
            },
        },
    }
    assert watch.state(alert_id) == "TRIGGERED"
    assert_quiet(watch, receiver)


def test_a_trigger_is_repeated_when_the_alert_says_so(watch: Watch, receiver: Receiver, hook: str) -> None:
    """After `retrigger_seconds`, not before; each firing has an id of its own."""
    evaluation = _told({"destination_id": hook}, retrigger_seconds=2 * _HOUR)
    alert_id = watch.create(_COUNT, evaluation=evaluation)
    watch.evaluate(alert_id)
    first = receiver.next().payload["alert"]["alert"]["evaluations"][0]["id"]
    watch.evaluate(alert_id)
    assert_quiet(watch, receiver)
    watch.evaluate(alert_id)
    assert receiver.next().payload["alert"]["alert"]["evaluations"][0]["id"] != first


def test_all_is_well_again_is_told_where_wanted(watch: Watch, receiver: Receiver, hook: str) -> None:
    """Only an alert with `notify_on_ok` tells it, with its own summary as the subject, and only once."""
    summary = "{{ ALERT_NAME }}: {{ALERT_STATUS}} at {{QUERY_RESULT_VALUE}} of {{ALERT_THRESHOLD}}"
    told = _told({"user_email": _OPS}, notify_on_ok=True)
    talking = watch.create(_COUNT, 2, display_name="talking", custom_summary=summary, evaluation=told)
    silent = watch.create(_COUNT, 2, display_name="silent", evaluation=_told({"destination_id": hook}))
    watch.evaluate(talking)
    watch.lake.run(f"INSERT INTO {OPEN} VALUES (3, 'three')")
    watch.evaluate(talking)
    assert wait_for_mail(watch.lake.account.folder)["Subject"] == "talking: TRIGGERED at 3 of 2"
    assert receiver.next().payload["alert"]["alert"]["id"] == silent
    watch.lake.remake(OPEN)
    watch.evaluate(talking)
    assert wait_for_mail(watch.lake.account.folder)["Subject"] == "talking: OK at 2 of 2"
    watch.evaluate(talking)
    assert_quiet(watch, receiver)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT count(*) AS value FROM dev.flights.gone", "`dev`.`flights`.`gone` cannot be found"),
        ("SELEKT 1", "SELEKT"),
        ("SELECT 1 AS other", "The result has no column value, it has other."),
        ("SELECT 'many' AS value", "The value 'many' is no number"),
    ],
)
def test_an_alert_whose_sql_fails_tells_why_and_harms_nothing(watch: Watch, query: str, reason: str) -> None:
    """It is in error, its subscribers are told once; other alerts go on, and it recovers when repaired."""
    broken = watch.create(
        query, display_name="broken", evaluation=_told({"user_email": _OPS}), custom_summary="broken"
    )
    other = watch.create(_COUNT)
    assert watch.state(broken) == "ERROR"
    message = wait_for_mail(watch.lake.account.folder, "broken")
    first, second, *_ = message.get_content().splitlines()
    assert first == "Alert broken is ERROR, it was UNKNOWN."
    assert second.startswith("It can't be evaluated: ")
    assert reason in second
    assert watch.state(other) == "TRIGGERED"
    assert watch.state(broken) == "ERROR"
    assert subjects(watch.lake.account.folder) == []
    repaired = AlertV2.from_dict(watch.document(_COUNT, 2))
    watch.client.alerts_v2.update_alert(broken, repaired, "query_text,evaluation.threshold")
    assert watch.state(broken) == "OK"


def test_an_alert_sees_what_its_principal_sees(watch: Watch) -> None:
    """A reader's alert on a table that is not theirs is in error, and so is one without the warehouse."""
    reader = watch.lake.house.client(READER)
    entry = {"user_name": READER, "permission_level": "CAN_USE"}
    path = f"/api/2.0/permissions/sql/warehouses/{watch.warehouse_id}"
    watch.client.api_client.do("PATCH", path, body={"access_control_list": [entry]})
    own = watch.create(_COUNT, client=reader)
    foreign = watch.create(f"SELECT count(*) AS value FROM {SECRET}", client=reader)
    assert watch.state(own) == "TRIGGERED"
    assert watch.state(foreign) == "ERROR"
    watch.client.api_client.do("PUT", path, body={"access_control_list": []})
    assert watch.state(own) == "ERROR"


def test_a_paused_or_trashed_alert_is_not_evaluated(watch: Watch) -> None:
    """Time passes, and nothing happens to it."""
    paused = watch.document(_COUNT)
    paused["schedule"]["pause_status"] = "PAUSED"
    paused_id = watch.client.alerts_v2.create_alert(AlertV2.from_dict(paused)).id or ""
    trashed, other = (watch.create(_COUNT, display_name=name) for name in ("trashed", "other"))
    watch.client.alerts_v2.trash_alert(trashed)
    due = {item.what for item in watch.lake.account.alerts.due()}
    assert due == {f"alert {other} other"}
    watch.evaluate(other)
    assert watch.get(paused_id).evaluation.last_evaluated_at is None
    assert watch.get(trashed).evaluation.last_evaluated_at is None
    watch.client.alerts_v2.trash_alert(paused_id, purge=True)


def assert_quiet(watch: Watch, receiver: Receiver) -> None:
    """Nobody is told anything."""
    with pytest.raises(queue.Empty):
        receiver.next(seconds=0.2)
    assert subjects(watch.lake.account.folder) == []
