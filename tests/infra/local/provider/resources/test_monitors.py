"""Monitors as they are planned, sent and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import pytest

from infra.local.provider.client import Api
from infra.local.provider.engine.objects import Type
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import NotServedError
from infra.local.provider.resources.registry import RESOURCES
from infra.local.provider.schema.catalogue import Catalogue
from infra.local.provider.schema.facts import facts_of
from infra.local.provider.wire.msgpack import UNKNOWN

_NAME = "databricks_quality_monitor"
_PATH = "/api/2.1/unity-catalog/tables/c.s.t/monitor"
_ANSWER = {
    "table_name": "c.s.t",
    "output_schema_name": "c.m",
    "assets_dir": "/Shared/x",
    "monitor_version": 0,
    "status": "MONITOR_STATUS_ACTIVE",
    "snapshot": {},
    "schedule": {"quartz_cron_expression": "0 0 6 * * ?", "timezone_id": "UTC", "pause_status": "UNPAUSED"},
}


@pytest.fixture
def monitor(provider_cache: Path) -> Type:
    """The type."""
    return Type(RESOURCES[_NAME], Catalogue(provider_cache).resource(_NAME), facts_of(_NAME))


@pytest.fixture
def api() -> Any:
    """An API that answers with one monitor."""
    answering = create_autospec(Api, instance=True)
    answering.post.return_value = answering.find.return_value = answering.call.return_value = _ANSWER
    return answering


def _config(monitor: Type, **values: Any) -> Element:
    schedule = {"quartz_cron_expression": "0 0 6 * * ?", "timezone_id": "UTC", "pause_status": None}
    declared = {"table_name": "C.S.T", "output_schema_name": "c.m", "assets_dir": "/Shared/x"}
    return monitor.block.empty() | declared | {"snapshot": [{}], "schedule": [schedule]} | values


def test_blocks_are_objects_to_the_api(monitor: Type, api: Any) -> None:
    """What is a list of one block to Terraform is sent and read as an object, an empty one too."""
    planned, _ = monitor.plan(_config(monitor), None)
    state = monitor.create(api, planned)
    path, body = api.post.call_args.args
    assert path == _PATH.replace("c.s.t", "C.S.T")
    assert body["snapshot"] == {}
    assert body["schedule"] == {"quartz_cron_expression": "0 0 6 * * ?", "timezone_id": "UTC"}
    assert (state["table_name"], state["snapshot"], state["monitor_version"]) == ("C.S.T", [{}], 0)
    assert monitor.plan(_config(monitor), state) == (state, [])


def test_a_change_makes_the_version_unknown(monitor: Type, api: Any) -> None:
    """Which version a changed monitor has only the API tells: the plan does not promise the old one."""
    state = monitor.create(api, monitor.plan(_config(monitor), None)[0])
    planned, _ = monitor.plan(_config(monitor, slicing_exprs=["kind"]), state)
    assert planned["monitor_version"] is UNKNOWN
    monitor.update(api, state, planned)
    method, path = api.call.call_args.args
    assert (method, path, api.call.call_args.kwargs["body"]["slicing_exprs"]) == ("PUT", _PATH, ["kind"])


def test_what_stays_is_named(monitor: Type, api: Any) -> None:
    """A monitor's folder can't be changed in place, and the official provider would end inconsistent."""
    state = monitor.create(api, monitor.plan(_config(monitor), None)[0])
    planned, _ = monitor.plan(_config(monitor, assets_dir="/Shared/y"), state)
    with pytest.raises(NotServedError, match="can't change assets_dir of a monitor"):
        monitor.update(api, state, planned)
