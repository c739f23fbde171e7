"""The account's clock, as account admins read and move it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.errors import InvalidParameterValue, PermissionDenied
from databricks.sdk.service.jobs import BaseRun, ConditionTask, ConditionTaskOp, CronSchedule, Task

from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.scheduling.clock import WorkspaceClock
from infra.local.workspace.store import Store
from tests.infra.local.workspace.members import Workspace

_DAY = 86_400
_CLOCK = "/local/clock"
_TASK = Task("a", condition_task=ConditionTask(op=ConditionTaskOp.EQUAL_TO, left="1", right="1"))
_NIGHTLY = CronSchedule("0 0 5 * * ?", "UTC")


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
    job_id = workspace.client.jobs.create(name="nightly", tasks=[_TASK], schedule=_NIGHTLY).job_id
    before = _ask(account_client, "GET")
    [due] = before["due"]
    assert (due["what"], due["workspace_id"]) == (f"job {job_id} nightly", workspace.id)
    assert 0 < due["at"] - before["now"] <= _DAY
    assert _ask(account_client, "POST", {"forward_seconds": 0.5})["became_due"] == []
    moved = _ask(account_client, "POST", {"to": due["at"] + 3 * _DAY})
    assert moved["became_due"] == [due]
    assert moved["now"] >= due["at"] + 3 * _DAY
    runs = _wait_for_run(workspace, job_id)
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


def test_a_restarted_account_goes_on_where_it_was(tmp_path: Path) -> None:
    """The clock stays ahead, what has fired does not fire again, and the next time is the same."""
    account = LocalAccount(tmp_path)
    account.start()
    workspace = Workspace(account, _admin(account), "workspace")
    job_id = workspace.client.jobs.create(name="nightly", tasks=[_TASK], schedule=_NIGHTLY).job_id
    account.clock.forward(_DAY)
    _wait_for_run(workspace, job_id)
    before, due = account.clock.now(), account.agenda.due()
    account.stop()
    account = LocalAccount(tmp_path)
    account.start()
    assert before <= account.clock.now() < before + 600
    assert account.agenda.due() == due
    client = workspace.client
    assert len(list(client.jobs.list_runs(job_id=job_id))) == 1
    account.stop()


def _admin(account: LocalAccount) -> AccountClient:
    first = account.first_principal()
    return AccountClient(
        host=account.host,
        account_id=account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )


def _wait_for_run(workspace: Workspace, job_id: int | None) -> list[BaseRun]:
    deadline = time.monotonic() + 20
    while not (runs := list(workspace.client.jobs.list_runs(job_id=job_id))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return runs


def _ask(client: AccountClient, method: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = client.api_client.do(method, _CLOCK, body=body)
    assert isinstance(answer, dict)
    return answer
