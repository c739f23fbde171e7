"""Moving the clock from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from databricks.sdk import AccountClient
from databricks.sdk.service.jobs import ConditionTask, ConditionTaskOp, CronSchedule, Task

from infra.local.folder import Folder
from infra.local.forward import move_clock, parse_duration
from infra.local.profiles import Profiles
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Workspace


@pytest.mark.parametrize(("text", "seconds"), [("1d", 86_400), ("6h", 21_600), ("30m", 1800), ("5s", 5)])
def test_durations(text: str, seconds: int) -> None:
    """Days, hours, minutes and seconds are told by their letter."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "d", "-1d", "1.5h", "1 d", "1w"])
def test_what_is_no_duration_is_one_clear_line(text: str) -> None:
    """Anything else is refused with what to write."""
    with pytest.raises(ValueError, match="is no duration: write a whole number and d, h, m or s"):
        parse_duration(text)


def test_what_became_due_is_told(local_account: LocalAccount, tmp_path: Path) -> None:
    """The new time comes first, then every schedule that was passed, with its workspace."""
    folder = Folder(tmp_path)
    first = local_account.first_principal()
    Profiles(folder.profiles).put(
        "account",
        host=local_account.host,
        account_id=local_account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )
    client = AccountClient(profile="account", config_file=str(folder.profiles))
    workspace = Workspace(local_account, client, "workspace")
    task = Task("a", condition_task=ConditionTask(op=ConditionTaskOp.EQUAL_TO, left="1", right="1"))
    schedule = CronSchedule("0 0 5 * * ?", "UTC")
    job_id = workspace.client.jobs.create(name="nightly", tasks=[task], schedule=schedule).job_id
    now, heading, due = move_clock(folder, 86_400)
    assert now.startswith("It is ")
    assert heading == "Became due:"
    assert due.endswith(f" 05:00:00 UTC  job {job_id} nightly (workspace {workspace.id})")
    assert move_clock(folder, 0)[1:] == ["Nothing became due."]
