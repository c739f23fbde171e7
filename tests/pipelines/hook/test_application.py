"""The hook over real HTTPS: who is believed, what is refused, what is started."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from pipelines.hook.answers import Refused, Unanswered
from pipelines.hook.application import LARGEST_BODY
from pipelines.hook.settings import Settings
from tests.pipelines.hook.conftest import (
    CALLER,
    PASSWORD,
    Clock,
    FakeTrainings,
    StartHook,
    connect,
    make_payload,
    post,
)


def told(response: httpx.Response) -> tuple[int, str]:
    """Status and message of an answer, which is JSON whatever it says."""
    assert response.headers["content-type"] == "application/json"
    message = response.json()["message"]
    assert isinstance(message, str)
    assert "\n" not in message
    return response.status_code, message


def test_a_triggered_alert_starts_training(hook: httpx.Client, trainings: FakeTrainings) -> None:
    """The run's id comes back with 202."""
    response = post(hook)
    assert told(response) == (202, "flights-drift is triggered: started run 100")
    assert response.json()["run_id"] == 100
    assert len(trainings.runs) == 1


def test_a_repeat_is_told_the_earlier_run(hook: httpx.Client, trainings: FakeTrainings) -> None:
    """The same firing again, however often, starts nothing more."""
    post(hook)
    for _ in range(3):
        response = post(hook)
        assert told(response) == (200, "flights-drift: a repeat, run 100 was started for it")
        assert response.json()["run_id"] == 100
    assert trainings.asked == 1


def test_a_replay_after_a_restart_is_a_repeat(start_hook: StartHook, trainings: FakeTrainings) -> None:
    """What was started is remembered by the next process."""
    post(start_hook())
    assert told(post(start_hook()))[0] == 200
    assert trainings.asked == 1


def test_copies_at_once_start_one_run(hook: httpx.Client, trainings: FakeTrainings) -> None:
    """Twenty simultaneous deliveries of one firing are one run; one is told 202, the others 200."""
    trainings.seconds = 0.2
    with ThreadPoolExecutor(20) as pool:
        responses = list(pool.map(lambda _: post(hook), range(20)))
    assert sorted(response.status_code for response in responses) == [*[200] * 19, 202]
    assert {response.json()["run_id"] for response in responses} == {100}
    assert trainings.asked == 1


def test_other_firings_at_once_start_one_run(hook: httpx.Client, trainings: FakeTrainings) -> None:
    """Several alerts of one cause start one training; the others are told when to come again."""
    trainings.seconds = 0.1
    payloads = [make_payload(alert=str(number)) for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        responses = list(pool.map(lambda payload: post(hook, payload), payloads))
    assert sorted(response.status_code for response in responses) == [202, *[429] * 4]
    assert len(trainings.runs) == 1


def test_the_next_firing_waits_for_its_time(
    hook: httpx.Client, trainings: FakeTrainings, clock: Clock
) -> None:
    """Within the pause it is told how long to wait; after it, it starts a run of its own."""
    post(hook)
    clock.now += timedelta(minutes=20)
    again = make_payload(firing="firing-2")
    response = post(hook, again)
    assert told(response) == (429, "flights-drift: training was started less than 60 minutes ago")
    assert response.headers["retry-after"] == "2400"
    clock.now += timedelta(minutes=40)
    assert told(post(hook, again))[0] == 202
    assert len(trainings.runs) == 2


@pytest.mark.parametrize("state", ["OK", "UNKNOWN", "ERROR"])
def test_other_states_start_nothing(hook: httpx.Client, trainings: FakeTrainings, state: str) -> None:
    """An alert that recovered or failed is heard, and that is all."""
    assert told(post(hook, make_payload(state=state))) == (
        200,
        f"flights-drift is {state}: nothing is started",
    )
    assert trainings.asked == 0


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        f"Bearer {PASSWORD}",
        "Basic " + base64.b64encode(b"databricks").decode(),
        "Basic " + base64.b64encode(f"databricks:{PASSWORD} ".encode()).decode(),
        "Basic " + base64.b64encode(f"someone:{PASSWORD}".encode()).decode(),
        "Basic " + base64.b64encode(b"databricks:").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(),
    ],
)
def test_a_forged_call_is_refused(
    hook: httpx.Client,
    trainings: FakeTrainings,
    capfd: pytest.CaptureFixture[str],
    authorization: str | None,
) -> None:
    """Without the right name and password nothing is read and nothing started, and no secret is logged."""
    headers = {"content-type": "application/json"}
    if authorization is not None:
        headers["authorization"] = authorization
    response = post(hook, auth=None, headers=headers)
    assert told(response) == (401, "user name and password are not those of the notification destination")
    assert response.headers["www-authenticate"].startswith("Basic ")
    assert trainings.asked == 0
    out = capfd.readouterr().out
    assert "POST /alerts 401 127.0.0.1" in out
    assert PASSWORD not in out


def test_a_forger_learns_nothing_of_what_is_wrong(hook: httpx.Client) -> None:
    """A stranger's malformed body is not even read: who calls comes first."""
    assert post(hook, auth=("databricks", "wrong"), content=b"x" * (LARGEST_BODY + 1)).status_code == 401


def change(**changes: Any) -> dict[str, Any]:
    """A payload whose inner alert differs."""
    payload = make_payload()
    payload["alert"]["alert"] |= changes
    return payload


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the body is no JSON"),
        (b"{", "the body is no JSON"),
        (b"\xff", "the body is no JSON"),
        (b"[" * 60_000, "the body is no JSON"),
        (b"[]", "the body is no JSON object"),
        (b"{}", "event is not alert_state_change but None"),
        (json.dumps({"event": "job_failed"}).encode(), "event is not alert_state_change but 'job_failed'"),
        (json.dumps({"event": "alert_state_change"}).encode(), "alert is missing or no object"),
        (json.dumps({"event": "alert_state_change", "alert": {}}).encode(), "alert is missing or no object"),
        (json.dumps(change(id=None)).encode(), "the alert's id is missing or no text"),
        (json.dumps(change(id=4711)).encode(), "the alert's id is missing or no text"),
        (json.dumps(change(id="4\n200 POST")).encode(), "the alert's id is missing or no text"),
        (json.dumps(change(name="x" * 201)).encode(), "the alert's name is missing or no text"),
        (json.dumps(change(evaluations={"state": "OK"})).encode(), "evaluations is no list of objects"),
        (json.dumps(change(evaluations=["OK"])).encode(), "evaluations is no list of objects"),
        (json.dumps(make_payload(state="FINE")).encode(), "state is none of ERROR, OK, TRIGGERED, UNKNOWN"),
        (json.dumps(make_payload(evaluated="yesterday")).encode(), "last_evaluated_at is no instant"),
        (json.dumps(make_payload(evaluated=10**30)).encode(), "last_evaluated_at is no instant"),
        (json.dumps(make_payload(evaluated="2013-09-03T11:00:00Z")).encode(), "more than 30 days ago"),
    ],
)
def test_what_is_no_firing_is_refused(
    hook: httpx.Client, trainings: FakeTrainings, content: bytes, message: str
) -> None:
    """A body that isn't an alert's webhook is told in one line, and starts nothing."""
    status, said = told(post(hook, content=content))
    assert (status, message in said) == (400, True), said
    assert trainings.asked == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_kinds_of_body_are_refused(hook: httpx.Client, kind: str) -> None:
    """Only JSON is read."""
    assert told(post(hook, headers={"content-type": kind})) == (415, "the body is to be application/json")


def test_large_bodies_are_refused(hook: httpx.Client, trainings: FakeTrainings) -> None:
    """Over 64 kB nothing is read further, whether the length is announced or not."""
    padded = json.dumps(make_payload() | {"padding": "x" * LARGEST_BODY}).encode()
    assert told(post(hook, content=padded)) == (413, "the body has over 64 kB")
    assert told(post(hook, content=iter([padded[:40_000], padded[40_000:]])))[0] == 413
    assert trainings.asked == 0


@pytest.mark.parametrize(
    ("status", "message"), [(403, "may not start"), (502, "no job"), (503, "not reached")]
)
def test_failed_starts_are_told_and_can_be_repeated(
    hook: httpx.Client, trainings: FakeTrainings, status: int, message: str
) -> None:
    """A start that failed leaves nothing behind: the same firing, and any other, may try at once."""
    trainings.failures.append(Refused(status, message, retry_after=60 if status == 503 else None))
    response = post(hook)
    assert told(response) == (status, message)
    assert response.headers.get("retry-after") == ("60" if status == 503 else None)
    assert told(post(hook, make_payload(firing="firing-2")))[0] == 202


def test_an_unanswered_start_is_repeated_with_its_token(hook: httpx.Client, trainings: FakeTrainings) -> None:
    """When it isn't known whether a run was started, only the same firing may ask again."""
    trainings.failures.append(Unanswered(503, "the workspace doesn't answer"))
    assert told(post(hook))[0] == 503
    assert told(post(hook, make_payload(firing="firing-2")))[0] == 429
    assert told(post(hook))[0] == 202
    assert len(trainings.runs) == 1


def test_health_needs_no_password(hook: httpx.Client) -> None:
    """Whoever watches the hook learns that it listens, and no more."""
    assert told(hook.get("/health")) == (200, "listening")


def test_other_paths_and_methods_are_refused(hook: httpx.Client) -> None:
    """Everything else is refused in JSON too."""
    assert told(hook.get("/alerts")) == (405, "Method Not Allowed")
    assert told(hook.post("/")) == (404, "Not Found")


def test_every_request_is_one_line(hook: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """The log has what was asked and answered, on one line whatever a caller puts into a path."""
    post(hook)
    hook.get("/health%0APOST%20/forged")
    lines = capfd.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "POST /alerts 202 127.0.0.1" in lines[0]
    assert lines[0].endswith("flights-drift is triggered: started run 100")
    assert "GET /health\\nPOST /forged 404 127.0.0.1" in lines[1]


def test_a_defect_is_told_without_its_details(
    hook: httpx.Client,
    settings: Settings,
    trainings: FakeTrainings,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What nobody foresaw is 500 to the caller, a line and a traceback in the log, and the hook goes on."""
    trainings.runs = None  # type: ignore[assignment] # what breaks it
    assert told(post(hook)) == (500, "the hook failed: see its log")
    assert "POST /alerts 500" in capfd.readouterr().out
    trainings.runs = {}
    with connect(settings) as other:
        assert told(post(other))[0] == 202
    assert "AttributeError" in caplog.text


def test_plain_http_is_no_way_in(hook: httpx.Client, settings: Settings, trainings: FakeTrainings) -> None:
    """The port speaks TLS alone: a password is never asked for in the clear."""
    with pytest.raises(httpx.TransportError), httpx.Client(trust_env=False) as plain:
        plain.post(f"http://127.0.0.1:{settings.port}/alerts", json=make_payload(), auth=CALLER)
    with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False) as strangers:
        strangers.get(f"https://127.0.0.1:{settings.port}/health")
    assert hook.get("/health").status_code == 200
    assert trainings.asked == 0


def test_an_old_tls_is_refused(hook: httpx.Client, settings: Settings) -> None:
    """Nothing before TLS 1.2 is spoken."""
    context = ssl.create_default_context(cafile=str(settings.certificate))
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    address = ("127.0.0.1", settings.port)
    with socket.create_connection(address) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="127.0.0.1")
    assert hook.get("/health").status_code == 200


def test_a_caller_who_goes_away_leaves_no_trace(
    hook: httpx.Client, settings: Settings, trainings: FakeTrainings
) -> None:
    """A body that breaks off starts nothing, and the hook goes on."""

    def break_off() -> Any:
        yield b'{"event": '
        raise ConnectionError

    with connect(settings) as other, pytest.raises(ConnectionError):
        post(other, content=break_off())
    assert told(post(hook))[0] == 202
    assert trainings.asked == 1
