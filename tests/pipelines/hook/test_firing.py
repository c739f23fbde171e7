"""What identifies a firing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pipelines.hook.firing import Firing, read_firing
from tests.pipelines.hook.conftest import make_payload


def read(payload: dict[str, Any]) -> Firing:
    """Read a payload."""
    return read_firing(json.dumps(payload).encode())


def test_every_delivery_of_a_firing_has_its_token() -> None:
    """Fields that are new or in another order change nothing; the token is short enough for Databricks."""
    payload = make_payload()
    again = dict(reversed(payload.items())) | {"attempt": 2}
    assert read(again) == read(payload)
    assert len(read(payload).token) == 64


def test_other_firings_have_other_tokens() -> None:
    """Another alert, evaluation or time of evaluation is another firing."""
    payloads = [
        make_payload(),
        make_payload(alert="4712"),
        make_payload(firing="firing-2"),
        make_payload(evaluated="2013-10-04T12:00:00Z"),
        make_payload(firing=None),
        make_payload(evaluated=None),
    ]
    assert len({read(payload).token for payload in payloads}) == len(payloads)


def test_without_an_evaluation_the_content_identifies() -> None:
    """A payload that names no evaluation is a repeat only of its own bytes."""
    payload = make_payload(firing=None, evaluated=None)
    assert read(payload).token == read(payload).token
    assert read(payload).token != read(payload | {"url_base": "https://other.example.com"}).token
    assert read(payload).evaluated_at is None


def test_the_default_title_tells_a_state_that_is_left_out() -> None:
    """Where the evaluation has no state, the title that Databricks gives by itself does."""
    assert read(make_payload(state=None)).state == "TRIGGERED"


def test_instants_are_text_or_milliseconds() -> None:
    """Both spellings are the same instant."""
    milliseconds = round(datetime(2013, 10, 4, 11, tzinfo=UTC).timestamp() * 1000)
    assert read(make_payload(evaluated=milliseconds)) == read(make_payload())
    assert read(make_payload(evaluated="2013-10-04T11:00:00")) == read(make_payload())
