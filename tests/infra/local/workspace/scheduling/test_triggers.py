"""What starts things by itself, as documents declare it."""

from __future__ import annotations

from infra.local.workspace.scheduling.triggers import Period, parse_trigger


def test_paused_schedules_do_not_fire() -> None:
    """A trigger is one only while it is not paused."""
    trigger = {"periodic": {"interval": 2, "unit": "HOURS"}}
    assert parse_trigger({"trigger": trigger}) == Period(7200)
    assert parse_trigger({"trigger": {**trigger, "pause_status": "PAUSED"}}) is None
