"""Events between a request and the table: none is lost, none is there twice."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import deltalake
import pytest
from databricks.sdk import AccountClient

from infra.local.workspace.audit import table
from infra.local.workspace.audit.requests import Told
from infra.local.workspace.audit.table import TABLE
from infra.local.workspace.audit.trail import Origin, Trail
from infra.local.workspace.identity.caller import Caller, Principal
from infra.local.workspace.platform import LocalAccount
from infra.local.workspace.store import Document, Store


def _admin(account: LocalAccount) -> AccountClient:
    first = account.first_principal()
    return AccountClient(
        host=account.host,
        account_id=account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )


def _created(location: Path) -> list[str]:
    rows: list[Document] = deltalake.DeltaTable(str(location)).to_pyarrow_table().to_pylist()
    return [
        dict(row["request_params"])["targetGroupName"] for row in rows if row["action_name"] == "createGroup"
    ]


def test_what_waits_at_the_end_is_written(tmp_path: Path) -> None:
    """An account that stops right after a request has its event in the table."""
    account = LocalAccount(tmp_path)
    account.start()
    _admin(account).groups.create(display_name="last")
    location = account.catalog.table_location(TABLE)
    account.stop()
    assert _created(location) == ["last"]


def test_what_was_written_before_a_kill_is_not_written_again(tmp_path: Path) -> None:
    """A process that ends between writing an event and forgetting it leaves one row of it."""
    account = LocalAccount(tmp_path)
    account.start()
    _admin(account).groups.create(display_name="once")
    location = account.catalog.table_location(TABLE)
    account.stop()
    assert _created(location) == ["once"]

    again = LocalAccount(tmp_path)
    again.store.collection("audit").put(*_first("again"))
    again.start()
    _admin(again).groups.create(display_name="later")
    again.stop()
    assert set(_created(location)) == {"once", "later"}


def test_the_table_stays_of_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many commits it has; no event is lost or told again when files are joined."""
    monkeypatch.setattr(table, "COMMITS_TOGETHER", 2)
    names = [f"group-{number}" for number in range(4)]
    for name in names:
        account = LocalAccount(tmp_path)
        account.start()
        _admin(account).groups.create(display_name=name)
        location = account.catalog.table_location(TABLE)
        account.stop()
    assert sorted(_created(location)) == names
    assert len(deltalake.DeltaTable(str(location)).file_uris()) <= 2


def _first(group: str) -> tuple[str, Document]:
    """The first event of an account, by its key in the store."""
    caller = Caller(Principal("1", "user", "ann@example.com", "Ann"), frozenset())
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.db")
        told = Told("accounts", "createGroup", {"targetGroupName": group})
        Trail(store, account_id="a").tell(Origin(caller, None, None, None), told, {"status_code": 200})
        ((key, event),) = store.collection("audit").items()
        store.close()
    return key, event
