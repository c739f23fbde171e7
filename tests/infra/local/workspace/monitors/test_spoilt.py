"""Requests for monitors with something wrong in them: refused in one line, never a server's failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pyarrow as pa
import pytest

from tests.infra.local.workspace.engine.lake import OWNER
from tests.infra.local.workspace.monitors.observatory import Observatory

pytestmark = pytest.mark.slow  # some hundred requests, of which many are tried by the engine

_WRONG: tuple[Any, ...] = (None, 7, True, "", "é\x00`'", "x" * 300, [], [None], [[]], {}, {"a": []})
_BODY: dict[str, Any] = {
    "assets_dir": "/Shared/x",
    "output_schema_name": "dev.metrics",
    "baseline_table_name": "dev.flights.spoilt",
    "inference_log": {
        "timestamp_col": "at",
        "granularities": ["1 day"],
        "prediction_col": "x",
        "label_col": "y",
        "model_id_col": "name",
        "problem_type": "PROBLEM_TYPE_REGRESSION",
    },
    "slicing_exprs": ["name"],
    "custom_metrics": [
        {
            "name": "share",
            "type": "CUSTOM_METRIC_TYPE_AGGREGATE",
            "input_columns": [":table"],
            "definition": "avg({{prediction_col}})",
            "output_data_type": '{"name": "output", "type": "double"}',
        }
    ],
    "schedule": {"quartz_cron_expression": "0 0 5 * * ?", "timezone_id": "UTC", "pause_status": "PAUSED"},
    "notifications": {"on_failure": {"email_addresses": ["a@example.com"]}},
    "data_classification_config": {"enabled": False},
}
_ROWS = pa.table(
    {
        "at": pa.array([], pa.timestamp("us", "UTC")),
        "x": pa.array([], pa.float64()),
        "y": pa.array([], pa.float64()),
        "name": pa.array([], pa.string()),
    }
)


def _spoil(value: Any) -> Iterator[Any]:
    """The value with one part of it at a time replaced by each wrong value, or left out."""
    yield from _WRONG
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        for wrong in _spoil(part):
            changed = value.copy()
            changed[key] = wrong
            yield changed
        if isinstance(value, dict):
            yield {other: value[other] for other in value if other != key}


def test_spoilt_requests(observatory: Observatory) -> None:
    """Whatever one part of the body is replaced with, the answer is a success or a refusal with a message."""
    house = observatory.lake.house
    observatory.make_table(_ROWS, "spoilt")
    token = observatory.account.tokens.issue(house.ids[OWNER], house.dev, lifetime_seconds=None)
    url = f"{observatory.client.config.host}/api/2.1/unity-catalog/tables/dev.flights.spoilt/monitor"
    wrong: dict[str, object] = {}
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        for spoilt in _spoil(_BODY):
            answer = client.post(url, json=spoilt)
            if answer.status_code >= 500 and answer.status_code != 501:
                wrong[str(spoilt)[:300]] = answer.json()
            elif answer.status_code >= 400:
                assert "\n" not in answer.json()["message"]
            else:
                assert client.delete(url).status_code == 200
    assert wrong == {}
