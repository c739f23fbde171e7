"""Refreshes: on demand and by schedule, cancelled, failing, and who is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pyarrow as pa
import pytest
from databricks.sdk.errors import InvalidParameterValue, NotFound
from databricks.sdk.service.catalog import (
    MonitorCronSchedule,
    MonitorDestination,
    MonitorNotifications,
    MonitorSnapshot,
)

from infra.local.workspace.monitors.refresh import Refresh
from infra.local.workspace.store import Document
from tests.infra.local.workspace.monitors.observatory import Observatory

_HOURLY = MonitorCronSchedule("0 0 * * * ?", "UTC")
_TO = "on-call@example.com"
_NOTIFICATIONS = MonitorNotifications(on_failure=MonitorDestination(email_addresses=[_TO]))
_HOUR = 3600


@pytest.fixture
def table(observatory: Observatory) -> str:
    """A new table with a row."""
    return observatory.make_table(pa.table({"x": [1.0]}))


class Brake:
    """Holds refreshes up once they are under way, until it is released."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self._released = threading.Event(), threading.Event()
        carry_out = Refresh.carry_out

        def held(refresh: Refresh, monitor: Document, checkpoint: Callable[[], None]) -> None:
            self.reached.set()
            while not self._released.wait(0.01):
                checkpoint()
            carry_out(refresh, monitor, checkpoint)

        monkeypatch.setattr(Refresh, "carry_out", held)

    def release(self) -> None:
        """Let them go on."""
        self._released.set()


@pytest.fixture
def brake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Brake]:
    """A brake that is on."""
    pulled = Brake(monkeypatch)
    yield pulled
    pulled.release()


def test_on_demand(observatory: Observatory, table: str) -> None:
    """A refresh waits, runs and succeeds; it is listed with those before it, newest first."""
    observatory.monitor(table, snapshot=MonitorSnapshot())
    started = observatory.client.quality_monitors.run_refresh(table)
    assert (started.state.value, started.trigger and started.trigger.value) == ("PENDING", "MANUAL")
    first, second = observatory.wait(table, started.refresh_id), observatory.refresh(table)
    assert (first.state.value, first.message) == ("SUCCESS", None)
    assert first.end_time_ms
    assert first.end_time_ms >= first.start_time_ms
    listed = observatory.client.quality_monitors.list_refreshes(table).refreshes or []
    assert [each.refresh_id for each in listed] == [second.refresh_id, first.refresh_id]
    with pytest.raises(NotFound, match="has no refresh 7"):
        observatory.client.quality_monitors.get_refresh(table, 7)
    path = f"/api/2.1/unity-catalog/tables/{table}/monitor/refreshes/last"
    with pytest.raises(InvalidParameterValue):
        observatory.client.api_client.do("GET", path)


def test_one_after_the_other(observatory: Observatory, table: str, brake: Brake) -> None:
    """A second refresh waits for the first; one that is cancelled while it waits never runs."""
    observatory.monitor(table, snapshot=MonitorSnapshot())
    monitors = observatory.client.quality_monitors
    first, second, third = (monitors.run_refresh(table).refresh_id for _ in range(3))
    assert brake.reached.wait(5)
    assert monitors.get_refresh(table, second).state.value == "PENDING"
    monitors.cancel_refresh(table, second)
    brake.release()
    states = [observatory.wait(table, each).state.value for each in (first, second, third)]
    assert states == ["SUCCESS", "CANCELED", "SUCCESS"]


def test_cancelled(observatory: Observatory, table: str, brake: Brake) -> None:
    """A refresh that is cancelled while it runs writes nothing, and stays cancelled."""
    observatory.monitor(table, snapshot=MonitorSnapshot())
    monitors = observatory.client.quality_monitors
    refresh = monitors.run_refresh(table).refresh_id
    assert brake.reached.wait(5)
    monitors.cancel_refresh(table, refresh)
    assert observatory.wait(table, refresh).state.value == "CANCELED"
    brake.release()
    assert observatory.refresh(table).state.value == "SUCCESS"
    assert len(observatory.profile(table, "column_name = 'x'")) == 1
    assert monitors.get_refresh(table, refresh).state.value == "CANCELED"
    monitors.cancel_refresh(table, refresh)


def test_by_schedule(observatory: Observatory, table: str) -> None:
    """The workspace's clock starts refreshes; a paused, changed or deleted schedule starts no more."""
    clock, monitors = observatory.account.clock, observatory.client.quality_monitors
    observatory.monitor(table, snapshot=MonitorSnapshot(), schedule=_HOURLY)
    (due,) = [each for each in observatory.account.monitors.due() if each.what == f"monitor of {table}"]
    assert due.workspace_id == observatory.lake.house.dev
    assert clock.now() < due.at <= clock.now() + _HOUR
    clock.forward(due.at - clock.now())
    (refresh,) = observatory.wait_for_scheduled(table, 1)
    assert refresh.state.value == "SUCCESS"
    assert len(observatory.profile(table, "column_name = 'x'")) == 1
    monitors.update(table, "dev.metrics", snapshot=MonitorSnapshot())
    assert not [each for each in observatory.account.monitors.due() if table in each.what]
    monitors.delete(table)


def test_a_schedule_that_is_due_while_it_runs_starts_no_second(
    observatory: Observatory, table: str, brake: Brake
) -> None:
    """A monitor that is due twice during one refresh is refreshed once."""
    observatory.monitor(table, snapshot=MonitorSnapshot(), schedule=_HOURLY)
    clock = observatory.account.clock
    clock.forward(_HOUR)
    assert brake.reached.wait(5)
    for _ in range(2):
        clock.forward(_HOUR)
        _wait_until(lambda: min(_due(observatory, table)) > clock.now())
    brake.release()
    assert len(observatory.wait_for_scheduled(table, 1)) == 1
    observatory.client.quality_monitors.delete(table)


def test_a_dropped_table(observatory: Observatory, table: str) -> None:
    """The refresh fails and says why, its owners are told, and the metrics of before can be read."""
    observatory.monitor(table, snapshot=MonitorSnapshot(), notifications=_NOTIFICATIONS, schedule=_HOURLY)
    observatory.refresh(table)
    before = observatory.profile(table)
    observatory.lake.run(f"DROP TABLE {table}")
    observatory.account.clock.forward(_HOUR)
    (failed,) = observatory.wait_for_scheduled(table, 1)
    assert failed.state.value == "FAILED"
    assert f"'{table}' does not exist any more" in (failed.message or "")
    assert observatory.profile(table) == before
    subject, text = _mail(observatory, table)
    assert subject == f"The monitor of {table} could not be refreshed"
    assert str(failed.message) in text
    monitors = observatory.client.quality_monitors
    with pytest.raises(NotFound):
        monitors.get(table)
    monitors.delete(table)
    assert not _due(observatory, table)


def test_a_table_made_anew_has_no_monitor(observatory: Observatory, table: str) -> None:
    """A table with the name of a dropped one is another table: its monitor is made anew, too."""
    observatory.monitor(table, snapshot=MonitorSnapshot(), schedule=_HOURLY)
    observatory.lake.run(f"DROP TABLE {table}")
    observatory.make_table(pa.table({"x": [2.0]}), table.rpartition(".")[2])
    with pytest.raises(NotFound):
        observatory.client.quality_monitors.get(table)
    assert observatory.refresh(table).state.value == "FAILED"
    observatory.monitor(table, snapshot=MonitorSnapshot(), schedule=_HOURLY)
    assert len(_due(observatory, table)) == 1
    assert observatory.refresh(table).state.value == "SUCCESS"
    observatory.client.quality_monitors.delete(table)


def test_rights_that_are_lost(observatory: Observatory, table: str) -> None:
    """A refresh runs as the creator: without its rights it fails, and with them again it succeeds."""
    lake = observatory.lake
    reader = "alice@example.com"
    lake.grant("table", table, reader, "SELECT", "MANAGE")
    lake.grant("schema", "dev.metrics", reader, "USE_SCHEMA", "CREATE_TABLE")
    observatory.client_of(reader).quality_monitors.create(
        table, "dev.metrics", "/Shared/x", snapshot=MonitorSnapshot()
    )
    lake.revoke("table", table, reader, "SELECT")
    failed = observatory.refresh(table)
    assert (failed.state.value, "SELECT" in (failed.message or "")) == ("FAILED", True)
    lake.grant("table", table, reader, "SELECT")
    assert observatory.refresh(table).state.value == "SUCCESS"
    lake.revoke("schema", "dev.metrics", reader, "USE_SCHEMA", "CREATE_TABLE")


def test_a_column_that_was_renamed(observatory: Observatory, table: str) -> None:
    """Where the baseline has lost a column the refresh fails, naming it; the metrics of before stay."""
    baseline = observatory.make_table(pa.table({"x": [1.0]}), "renamed_baseline")
    observatory.monitor(table, snapshot=MonitorSnapshot(), baseline_table_name=baseline)
    observatory.refresh(table)
    before = observatory.profile(table)
    observatory.lake.run(f"DROP TABLE {baseline}")
    observatory.make_table(pa.table({"y": [1.0]}), "renamed_baseline")
    failed = observatory.refresh(table)
    assert (failed.state.value, failed.message) == ("FAILED", f"Table '{baseline}' lacks the column(s) x.")
    assert observatory.profile(table) == before


def test_metric_tables_that_were_dropped_come_back(observatory: Observatory, table: str) -> None:
    """A refresh makes the metric tables that somebody has dropped."""
    made = observatory.monitor(table, snapshot=MonitorSnapshot())
    observatory.lake.run(f"DROP TABLE {made.profile_metrics_table_name}")
    assert observatory.refresh(table).state.value == "SUCCESS"
    assert observatory.profile(table, "column_name = 'x'")


def _due(observatory: Observatory, table: str) -> list[float]:
    return [each.at for each in observatory.account.monitors.due() if each.what == f"monitor of {table}"]


def _mail(observatory: Observatory, table: str) -> tuple[str, str]:
    """Subject and text of the e-mail about a table."""
    folder = observatory.account.folder / "mail" / "new"
    found: list[EmailMessage] = []

    def arrived() -> Any:
        letters = [message_from_bytes(path.read_bytes(), policy=default) for path in folder.glob("*")]
        found[:] = [each for each in letters if table in str(each["Subject"]) and each["To"] == _TO]
        return found

    _wait_until(arrived)
    (message,) = found
    return str(message["Subject"]), message.get_content()


def _wait_until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
