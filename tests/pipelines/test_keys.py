"""The primary key of the feature table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import create_autospec

import pytest
from databricks.sdk.errors import NotFound
from databricks.sdk.service.catalog import PrimaryKeyConstraint
from pyspark.sql import SparkSession

from pipelines.errors import PipelineError
from pipelines.keys import declare_key
from pipelines.lakehouse import Lakehouse
from pipelines.projects.flights import PROJECT
from tests.pipelines.conftest import KEY, MakeLakehouse, make_workspace

TABLE = PROJECT.features


@pytest.fixture
def session() -> Any:
    """A Spark session that takes every statement."""
    return create_autospec(SparkSession, instance=True)


@pytest.fixture
def lakehouse(session: Any) -> Lakehouse:
    """A schema in that session."""
    return Lakehouse(session, "dev", "flights")


def test_table_without_a_key_gets_it(lakehouse: Lakehouse, session: Any) -> None:
    """Key and time become one primary key, the time as its time series."""
    workspace = make_workspace(None)
    declare_key(workspace, lakehouse, TABLE)
    workspace.tables.get.assert_called_once_with("dev.flights.flight_features")
    session.sql.assert_called_once_with(
        "ALTER TABLE dev.flights.flight_features ADD CONSTRAINT flight_features_key "
        "PRIMARY KEY (flight_id, scheduled_at TIMESERIES)"
    )


@pytest.mark.parametrize("columns", [["flight_id", "scheduled_at"], ["scheduled_at", "flight_id"]])
def test_table_with_its_key_is_left_alone(lakehouse: Lakehouse, session: Any, columns: Sequence[str]) -> None:
    """The same key under any name, in any order, is the project's."""
    declare_key(make_workspace(replace(KEY, name="other", child_columns=list(columns))), lakehouse, TABLE)
    session.sql.assert_not_called()


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (replace(KEY, child_columns=["flight_id"], timeseries_columns=None), r"\(flight_id\)"),
        (replace(KEY, timeseries_columns=None), r"\(flight_id, scheduled_at\)"),
        (
            replace(KEY, child_columns=["carrier", "scheduled_at"]),
            r"\(carrier, scheduled_at TIMESERIES\)",
        ),
    ],
    ids=["no time", "time is no time series", "other column"],
)
def test_another_key_is_refused(
    lakehouse: Lakehouse, session: Any, key: PrimaryKeyConstraint, told: str
) -> None:
    """A key that isn't the project's is told with what would be right, and not replaced."""
    wanted = r"not \(flight_id, scheduled_at TIMESERIES\): drop it with ALTER TABLE"
    with pytest.raises(PipelineError, match=f"has the primary key {told}, {wanted}"):
        declare_key(make_workspace(key), lakehouse, TABLE)
    session.sql.assert_not_called()


def test_missing_table_is_one_line(lakehouse: Lakehouse) -> None:
    """A table that isn't there is named in one line."""
    workspace = make_workspace(None)
    workspace.tables.get.side_effect = NotFound("Table does not exist.\nMore of it.")
    with pytest.raises(PipelineError, match=r"flight_features can't be described: Table does not exist\.$"):
        declare_key(workspace, lakehouse, TABLE)


def test_engine_that_refuses_is_one_line(make_lakehouse: MakeLakehouse) -> None:
    """What an engine says against the statement ends the step in one line: this one has no constraints."""
    with pytest.raises(
        PipelineError, match=r"keyless\.flight_features can't be given its primary key: .+"
    ) as caught:
        declare_key(make_workspace(None), make_lakehouse("keyless"), TABLE)
    assert "\n" not in str(caught.value)
