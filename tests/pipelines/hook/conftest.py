"""The hook, listening over HTTPS on loopback with a certificate made for the test."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.certificates import make_certificate
from pipelines.hook.answers import Refused
from pipelines.hook.application import make_application
from pipelines.hook.ledger import Ledger
from pipelines.hook.retraining import Retraining
from pipelines.hook.settings import Settings

PASSWORD = "correct horse battery staple"
CALLER = ("databricks", PASSWORD)
NOON = datetime(2013, 10, 4, 12, tzinfo=UTC)


def make_payload(
    *,
    alert: str = "4711",
    firing: str | None = "firing-1",
    state: str | None = "TRIGGERED",
    evaluated: str | int | None = "2013-10-04T11:00:00Z",
) -> dict[str, Any]:
    """What Databricks posts for an alert; fields without a value are left out."""
    evaluation = {
        "id": firing,
        "source": {"name": "psi", "display": "psi"},
        "comparison_operator": "GREATER_THAN",
        "threshold": {"value": {"double_value": 0.2}},
        "state": state,
        "last_evaluated_at": evaluated,
    }
    return {
        "event": "alert_state_change",
        "url_base": "https://workspace.example.com/sql?o=1",
        "alert": {
            "title": 'Alert "flights-drift" changed status to TRIGGERED',
            "alert": {
                "id": alert,
                "name": "flights-drift",
                "evaluations": [{key: value for key, value in evaluation.items() if value is not None}],
            },
        },
    }


@dataclass
class FakeTrainings:
    """Starts runs as Databricks does, one a token; fails as told."""

    runs: dict[str, int] = field(default_factory=dict)
    failures: list[Refused] = field(default_factory=list)
    asked: int = 0
    seconds: float = 0

    def start(self, token: str) -> int:
        """Return the run of a token."""
        self.asked += 1
        time.sleep(self.seconds)
        if self.failures:
            raise self.failures.pop(0)
        return self.runs.setdefault(token, 100 + len(self.runs))


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self.now


@pytest.fixture
def trainings() -> FakeTrainings:
    """What the hook starts."""
    return FakeTrainings()


@pytest.fixture
def clock() -> Clock:
    """The hook's clock."""
    return Clock()


@pytest.fixture(scope="package")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    made = make_certificate(tmp_path_factory.mktemp("tls"), "hook")
    return made.certificate, made.key


@dataclass
class Listening:
    """A server over HTTPS that answers by whichever hook a test has made."""

    port: int
    hook: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        assert self.hook is not None
        await self.hook(scope, receive, send)


@pytest.fixture(scope="package")
def listening(certificate: tuple[Path, Path]) -> Iterator[Listening]:
    """The server that all tests have in common: starting one takes longer than most of them."""
    common = Listening(find_port())
    config = uvicorn.Config(
        common,
        port=common.port,
        ssl_certfile=certificate[0],
        ssl_keyfile=certificate[1],
        lifespan="off",
        log_config=None,  # pytest's own
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield common
    server.should_exit = True
    thread.join()


@pytest.fixture
def settings(listening: Listening, certificate: tuple[Path, Path], tmp_path: Path) -> Settings:
    """The hook's settings, with an hour between starts."""
    return Settings(
        host="127.0.0.1",
        port=listening.port,
        certificate=certificate[0],
        key=certificate[1],
        username=CALLER[0],
        password=PASSWORD,
        job="flights-training",
        between_starts=timedelta(hours=1),
        state=tmp_path / "hook.db",
    )


def find_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


StartHook = Callable[[], httpx.Client]


@pytest.fixture
def start_hook(
    listening: Listening, settings: Settings, trainings: FakeTrainings, clock: Clock
) -> Iterator[StartHook]:
    """Makes the hook, in the place of one that was there, and returns a client that trusts it."""
    clients: list[httpx.Client] = []

    def start() -> httpx.Client:
        retraining = Retraining(Ledger(settings.state), trainings, settings.between_starts, clock)
        listening.hook = make_application(settings, retraining)
        clients.append(connect(settings))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def hook(start_hook: StartHook) -> httpx.Client:
    """A client of the listening hook, without credentials."""
    return start_hook()


def connect(settings: Settings) -> httpx.Client:
    """A client that trusts the certificate and nothing else."""
    context = ssl.create_default_context(cafile=str(settings.certificate))
    url = f"https://127.0.0.1:{settings.port}"
    return httpx.Client(base_url=url, verify=context, trust_env=False, timeout=30)


def post(hook: httpx.Client, payload: Any = None, **options: Any) -> httpx.Response:
    """Post a payload as the notification destination does; options of httpx replace what it sends."""
    content = json.dumps(make_payload() if payload is None else payload)
    sent = {"content": content, "auth": CALLER, "headers": {"content-type": "application/json"}} | options
    return hook.post("/alerts", **sent)
