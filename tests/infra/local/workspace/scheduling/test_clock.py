"""The account's clock, as account admins read and move it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import InvalidParameterValue, PermissionDenied
from databricks.sdk.service.jobs import ConditionTask, ConditionTaskOp, CronSchedule, Task

from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.scheduling.clock import WorkspaceClock
from infra.local.workspace.store import Store
from tests.infra.local.workspace.members import Workspace

_DAY = 86_400
_CLOCK = "/local/clock"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store of its own."""
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()


def test_the_clock_stays_ahead_after_a_restart(store: Store) -> None:
    """How far the clock was moved is kept."""
    WorkspaceClock(store).forward(2 * _DAY)
    clock = WorkspaceClock(store)
    clock.forward(_DAY)
    assert 3 * _DAY <= clock.now() - time.time() + 1 < 3 * _DAY + 2


def test_what_is_due_can_be_read_and_brought_on(account_client: AccountClient, workspace: Workspace) -> None:
    """The route lists a schedule's next time; moving the clock there starts exactly one run."""
    task = Task("a", condition_task=ConditionTask(op=ConditionTaskOp.EQUAL_TO, left="1", right="1"))
    schedule = CronSchedule("0 0 5 * * ?", "UTC")
    job_id = workspace.client.jobs.create(name="nightly", tasks=[task], schedule=schedule).job_id
    before = _ask(account_client, "GET")
    [due] = before["due"]
    assert (due["what"], due["workspace_id"]) == (f"job {job_id} nightly", workspace.id)
    assert 0 < due["at"] - before["now"] <= _DAY
    assert _ask(account_client, "POST", {"forward_seconds": 0.5})["became_due"] == []
    moved = _ask(account_client, "POST", {"to": due["at"] + 3 * _DAY})
    assert moved["became_due"] == [due]
    assert moved["now"] >= due["at"] + 3 * _DAY
    deadline = time.monotonic() + 20
    while not (runs := list(workspace.client.jobs.list_runs(job_id=job_id))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(runs) == 1
    assert _ask(account_client, "GET")["due"][0]["at"] == due["at"] + 4 * _DAY
    assert abs(runs[0].start_time / 1000 - time.time()) < 60  # type: ignore[operator] # a run has one
    workspace.client.jobs.delete(job_id)  # type: ignore[arg-type] # a job has one


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"forward_seconds": -1}, "only moves forward"),
        ({"to": 0}, "only moves forward"),
        ({"forward_seconds": 1e11}, "beyond the year 3000"),
        ({"forward_seconds": "1d"}, "must be a number"),
        ({"forward_seconds": 1, "to": 1}, "either"),
        ({}, "either"),
    ],
)
def test_the_clock_is_never_set_back(
    account_client: AccountClient, body: dict[str, Any], message: str
) -> None:
    """What is no step forward is refused."""
    with pytest.raises(InvalidParameterValue, match=message):
        _ask(account_client, "POST", body)


def test_only_account_admins_move_the_clock(local_account: LocalAccount, workspace: Workspace) -> None:
    """Another principal of the account may not even read it."""
    member = workspace.add_service_principal(admin=True)
    secret, _ = local_account.tokens.create_secret(member.principal.id)
    client = AccountClient(
        host=local_account.host,
        account_id=local_account.account_id,
        client_id=member.principal.name,
        client_secret=secret,
    )
    for method in ("GET", "POST"):
        with pytest.raises(PermissionDenied):
            _ask(client, method, {"forward_seconds": 1} if method == "POST" else None)


def _ask(client: AccountClient, method: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = client.api_client.do(method, _CLOCK, body=body)
    assert isinstance(answer, dict)
    return answer
