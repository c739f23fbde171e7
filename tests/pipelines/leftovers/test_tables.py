"""Which tables are left over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import TableInfo, TablesAPI

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.leftovers import tables
from pipelines.leftovers.tables import find_tables

NOW = datetime(2026, 3, 15, tzinfo=UTC)
BEFORE = NOW - timedelta(days=14)
LAKEHOUSE = create_autospec(Lakehouse, instance=True, catalog="staging", schema="flights")


def table(name: str, *, created: int, updated: int | None = None) -> TableInfo:
    """A table that was created, and altered, so many days ago."""
    times = [
        None if days is None else int((NOW - timedelta(days=days)).timestamp() * 1000)
        for days in (created, updated)
    ]
    full_name = f"staging.flights.{name}"
    return TableInfo(name=name, full_name=full_name, created_at=times[0], updated_at=times[1])


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """When tables were last written; what isn't in it has no history."""
    times: dict[str, datetime] = {}

    def find_last_write(_: Lakehouse, name: str) -> datetime:
        if name not in times:
            raise PipelineError("isn't told")
        return times[name]

    monkeypatch.setattr(tables, "find_last_write", find_last_write)
    return times


def find(*there: TableInfo, kept: frozenset[str] = frozenset()) -> tuple[list[str], Any]:
    """The names of those that are left over, and the client that was asked, after their removal."""
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.tables = create_autospec(TablesAPI, instance=True)
    workspace.tables.list.return_value = iter(there)
    found = list(find_tables(workspace, LAKEHOUSE, kept, BEFORE))
    for leftover in found:
        leftover.remove()
    return [leftover.name for leftover in found], workspace


@pytest.mark.usefixtures("written")
def test_what_is_declared_stays() -> None:
    """However old; what isn't goes by its full name."""
    names, workspace = find(
        table("flights", created=99), table("notes", created=99), kept=frozenset({"flights"})
    )
    assert names == ["staging.flights.notes"]
    workspace.tables.list.assert_called_once_with("staging", "flights", omit_columns=True)
    workspace.tables.delete.assert_called_once_with("staging.flights.notes")


@pytest.mark.usefixtures("written")
def test_what_was_altered_lately_stays() -> None:
    """Its last change counts, not its beginning."""
    names, _ = find(table("young", created=3), table("altered", created=99, updated=13))
    assert not names


def test_what_was_written_lately_stays(written: dict[str, datetime]) -> None:
    """Rows that go on arriving alter no description."""
    written["live"] = NOW - timedelta(days=1)
    written["dead"] = NOW - timedelta(days=20)
    names, _ = find(table("live", created=99), table("dead", created=99))
    assert names == ["staging.flights.dead"]
