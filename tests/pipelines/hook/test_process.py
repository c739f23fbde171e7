"""The hook as a process, in front of a workspace that speaks the Jobs API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipelines.hook.__main__ import main
from pipelines.hook.settings import Settings
from tests.pipelines.hook.conftest import PASSWORD, connect, find_port, make_payload, post

TOKEN = "dapi-of-the-retraining-principal"


@dataclass
class Workspace:
    """A workspace's jobs: names to ids, and a run for each idempotency token; or a failure."""

    url: str = ""
    jobs: dict[str, int] = field(default_factory=lambda: {"flights-training": 7})
    tokens: dict[str, int] = field(default_factory=dict)
    failure: tuple[int, str] | None = None

    def answer(self, path: str, body: dict[str, Any], authorization: str | None) -> tuple[int, Any]:
        """Answer one call of the SDK's."""
        if authorization != f"Bearer {TOKEN}":
            return 401, {"error_code": "UNAUTHENTICATED", "message": "who are you?"}
        if "/jobs/list" in path:
            found = [
                {"job_id": number, "settings": {"name": name}}
                for name, number in self.jobs.items()
                if f"name={name}" in path
            ]
            return 200, {"jobs": found}
        if self.failure:
            status, code = self.failure
            return status, {"error_code": code, "message": f"details of {code}"}
        token = body["idempotency_token"]
        return 200, {"run_id": self.tokens.setdefault(token, 900 + len(self.tokens))}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """A workspace on loopback."""
    stub = Workspace()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _answer(self, body: dict[str, Any]) -> None:
            status, answer = stub.answer(self.path, body, self.headers["authorization"])
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings for a port of the process's own."""
    return replace(settings, port=find_port())


@pytest.fixture
def profiles(tmp_path: Path) -> Path:
    """Where the SDK looks for credentials; not there yet."""
    return tmp_path / "databrickscfg"


@pytest.fixture
def environment(settings: Settings, profiles: Path) -> dict[str, str]:
    """The process's environment: the hook's settings and where its credentials will be."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("DATABRICKS_")}
    return own | {
        "HOOK_HOST": settings.host,
        "HOOK_PORT": str(settings.port),
        "HOOK_CERTIFICATE": str(settings.certificate),
        "HOOK_KEY": str(settings.key),
        "HOOK_USERNAME": settings.username,
        "HOOK_PASSWORD": settings.password,
        "HOOK_JOB": settings.job,
        "HOOK_STATE": str(settings.state),
        "DATABRICKS_CONFIG_FILE": str(profiles),
        "DATABRICKS_CONFIG_PROFILE": "retrain",
    }


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The hook's process; ended after the test."""
    with (tmp_path / "hook.log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "pipelines.hook"], env=environment, stdout=log, stderr=log
        )
    yield started
    started.terminate()
    started.wait()


def wait(hook: httpx.Client) -> None:
    """Wait until the hook listens."""
    deadline = time.monotonic() + 60
    while True:
        try:
            hook.get("/health")
        except httpx.TransportError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def test_from_a_firing_to_a_run(
    settings: Settings,
    process: subprocess.Popen[bytes],
    workspace: Workspace,
    profiles: Path,
    tmp_path: Path,
) -> None:
    """Credentials may come after the start; what the workspace refuses is told; a run is started once."""
    payload = make_payload(evaluated=datetime.now(tz=UTC).isoformat())
    with connect(settings) as hook:
        wait(hook)

        def tell() -> tuple[int, str]:
            response = post(hook, payload)
            return response.status_code, response.json()["message"]

        assert tell() == (503, "the hook has no credentials for the workspace")
        profiles.write_text(f"[retrain]\nhost = {workspace.url}\ntoken = dapi-old\n")
        assert tell() == (503, "the workspace doesn't accept the hook's own credentials")
        profiles.write_text(f"[retrain]\nhost = {workspace.url}\ntoken = {TOKEN}\n")
        workspace.jobs = {"flights-ingest": 5}
        assert tell() == (502, "the hook sees 0 jobs of the name flights-training, not one")
        workspace.jobs = {"flights-training": 7}
        workspace.failure = (403, "PERMISSION_DENIED")
        assert tell() == (403, "the hook's service principal may not start job flights-training")
        workspace.failure = (400, "INVALID_STATE")
        assert tell() == (502, "the workspace doesn't start job flights-training: INVALID_STATE")
        workspace.failure = None
        assert tell() == (202, "flights-drift is triggered: started run 900")
        assert tell() == (200, "flights-drift: a repeat, run 900 was started for it")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) in {0, -signal.SIGTERM}
    assert len(workspace.tokens) == 1
    log = (tmp_path / "hook.log").read_text()
    assert log.count("POST /alerts") == 7
    assert PASSWORD not in log
    assert TOKEN not in log
    assert "Traceback" not in log


def test_wrong_settings_end_with_two(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What can't work is one line, before anything listens."""
    for variable, text in (environment | {"HOOK_PORT": "everywhere"}).items():
        monkeypatch.setenv(variable, text)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == "hook: HOOK_PORT is no whole number from 1 to 65535: 'everywhere'\n"
