"""Primary keys that are added to a table that exists, as a job gives a feature table its key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databricks.sdk.service.catalog import PrimaryKeyConstraint
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from tests.infra.local.workspace.engine.lake import OWNER, READER, SCHEMA, Lake

TABLE = f"{SCHEMA}.keyed"
ADD = f"ALTER TABLE {TABLE} ADD CONSTRAINT keyed_key PRIMARY KEY (id, at TIMESERIES)"


@pytest.fixture
def keyed(shared_lake: Lake) -> Iterator[Lake]:
    """The lake with a table without constraints, which READER reads and changes."""
    shared_lake.run(f"CREATE TABLE {TABLE} (id STRING NOT NULL, at TIMESTAMP NOT NULL, v STRING)")
    shared_lake.grant("table", TABLE, READER, "SELECT", "MODIFY")
    yield shared_lake
    shared_lake.run(f"DROP TABLE {TABLE}")


def find_keys(lake: Lake) -> list[PrimaryKeyConstraint | None]:
    """The table's constraints as the REST API tells them."""
    constraints = lake.house.client(OWNER).tables.get(TABLE).table_constraints or []
    return [constraint.primary_key_constraint for constraint in constraints]


def test_key_with_a_time_is_told(keyed: Lake, owner: SparkSession) -> None:
    """Name, columns and time series of a key are told; there is one key only."""
    owner.sql(ADD).collect()
    assert find_keys(keyed) == [
        PrimaryKeyConstraint(name="keyed_key", child_columns=["id", "at"], timeseries_columns=["at"])
    ]
    with pytest.raises(PySparkException, match="has a primary key already"):
        owner.sql(ADD).collect()


def test_key_is_for_who_manages_the_table(keyed: Lake, reader: SparkSession) -> None:
    """MODIFY is not enough to add or drop a constraint; MANAGE on the table is."""
    with pytest.raises(PySparkException, match=r"MANAGE on Table.*42501"):
        reader.sql(ADD).collect()
    assert find_keys(keyed) == []
    keyed.grant("table", TABLE, READER, "MANAGE")
    reader.sql(ADD).collect()
    keyed.revoke("table", TABLE, READER, "MANAGE")
    with pytest.raises(PySparkException, match=r"MANAGE on Table.*42501"):
        reader.sql(f"ALTER TABLE {TABLE} DROP PRIMARY KEY").collect()
    assert len(find_keys(keyed)) == 1


def test_key_of_nullable_columns_is_refused(keyed: Lake, owner: SparkSession) -> None:
    """A key's columns must not be nullable."""
    with pytest.raises(PySparkException, match=r"column\(s\) v is nullable"):
        owner.sql(f"ALTER TABLE {TABLE} ADD CONSTRAINT k PRIMARY KEY (id, v)").collect()
    assert find_keys(keyed) == []
