"""Snapshots: which rows are copied, what masked columns say, and what stops a copy before it begins."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from unittest.mock import create_autospec

import pandas as pd
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.workspace import GetSecretResponse, SecretsAPI
from pyspark.sql import SparkSession

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import SnapshotParameters
from pipelines.snapshots import mask
from pipelines.steps import snapshot
from tests.pipelines.conftest import declare_tables, where

SALT = "pepper and salt, 24 chars"
Copy = Callable[..., Lakehouse]


def chosen(table: str, **settings: Any) -> dict[str, Any]:
    """A selection of a table, whole and as it is unless it is said."""
    nothing: dict[str, Any] = {"by": ["flight_id"], "keys": ["flight_id"], "where": None}
    return {"table": table, "sample": 1, "hashed": [], "emptied": [], **nothing, **settings}


def make_workspace(salt: str | DatabricksError) -> Any:
    """A client whose secret scope has the salt, or answers with an error."""
    workspace = create_autospec(WorkspaceClient, instance=True)
    workspace.secrets = create_autospec(SecretsAPI, instance=True)
    if isinstance(salt, str):
        answer = GetSecretResponse(key="snapshot_salt", value=base64.b64encode(salt.encode()).decode())
        workspace.secrets.get_secret.return_value = answer
    else:
        workspace.secrets.get_secret.side_effect = salt
    return workspace


@pytest.fixture(scope="module")
def target(spark: SparkSession, catalog: str, tmp_path_factory: pytest.TempPathFactory) -> Lakehouse:
    """The declared tables of the snapshot, empty."""
    return declare_tables(spark, catalog, "flights_snapshot", tmp_path_factory.mktemp("snapshot"))


@pytest.fixture
def copy(ingested: Lakehouse, target: Lakehouse) -> Copy:
    """Copies what is chosen of three months of flights."""

    def run(*selections: dict[str, Any], salt: str | DatabricksError = SALT) -> Lakehouse:
        arguments = [
            *where(ingested),
            f"--target_catalog={target.catalog}",
            f"--target_schema={target.schema}",
            f"--selections={json.dumps(selections)}",
            "--secret_scope=flights",
        ]
        snapshot.snapshot(SnapshotParameters.parse(arguments), make_workspace(salt))
        return target

    return run


def rows(lakehouse: Lakehouse, table: str, *columns: str) -> pd.DataFrame:
    """Columns of a table's rows, in the order of its flights."""
    frame: pd.DataFrame = lakehouse.read(table).select("flight_id", *columns).toPandas()
    return frame.sort_values("flight_id", ignore_index=True)


def test_copies_a_whole_table_as_it_is(ingested: Lakehouse, copy: Copy) -> None:
    """What is neither sampled, filtered nor masked is equal, value by value; the salt isn't asked for."""
    copied = copy(chosen("flights"), salt=NotFound("nobody asked"))
    source, target = (side.read("flights") for side in (ingested, copied))
    assert target.count() > 80_000
    assert source.exceptAll(target).count() == 0


def test_draws_the_same_rows_at_each_run_and_of_each_table(ingested: Lakehouse, copy: Copy) -> None:
    """About the share that is asked for; flights that are in one table's sample are in the other's."""
    sample = {"sample": 0.1}
    copied = copy(chosen("flights", **sample), chosen("flight_features", **sample))
    first = rows(copied, "flights")
    assert 0.09 < len(first) / ingested.read("flights").count() < 0.11
    again = rows(copy(chosen("flights", **sample)), "flights")
    pd.testing.assert_frame_equal(first, again)
    features = set(rows(copied, "flight_features")["flight_id"])
    known = set(rows(ingested, "flight_features")["flight_id"])
    assert features == set(first["flight_id"]) & known
    assert features


def test_rows_of_equal_values_come_together(ingested: Lakehouse, copy: Copy) -> None:
    """Drawn by the plane, all of a plane's flights are there or none; those without a plane aren't lost."""
    planes = chosen("planes", sample=0.3, by=["tail_number"], keys=["tail_number"])
    copied = copy(chosen("flights", sample=0.3, by=["tail_number"]), planes)
    all_flights, drawn = (rows(side, "flights", "tail_number") for side in (ingested, copied))
    counts = drawn["tail_number"].value_counts()
    pd.testing.assert_series_equal(counts, all_flights["tail_number"].value_counts()[counts.index])
    registered = {row["tail_number"] for row in ingested.read("planes").collect()}
    kept = {row["tail_number"] for row in copied.read("planes").collect()}
    assert kept == set(counts.index) & registered | (kept - set(all_flights["tail_number"]))
    without = drawn["tail_number"].isna().sum() / all_flights["tail_number"].isna().sum()
    assert 0.2 < without < 0.4


def test_a_condition_leaves_other_rows_out(ingested: Lakehouse, copy: Copy) -> None:
    """Only what fulfils it, and of that the sample."""
    copied = rows(copy(chosen("flights", sample=0.5, where="origin = 'JFK'")), "flights", "origin")
    assert set(copied["origin"]) == {"JFK"}
    there = ingested.read("flights").where("origin = 'JFK'").count()
    assert 0.45 < len(copied) / there < 0.55


def test_masks_can_be_joined_and_not_be_recognised(ingested: Lakehouse, copy: Copy) -> None:
    """A hash is of salt and value, the same in every table; what is emptied says nothing."""
    planes = chosen("planes", by=["tail_number"], keys=["tail_number"], hashed=["tail_number"])
    copied = copy(chosen("flights", hashed=["tail_number"], emptied=["flight_number", "dest"]), planes)
    flights = rows(copied, "flights", "tail_number", "flight_number", "dest", "origin")
    originals = rows(ingested, "flights", "tail_number", "origin")
    hashes = [
        None if pd.isna(name) else hashlib.sha256(f"{SALT}{name}".encode()).hexdigest()
        for name in originals["tail_number"]
    ]
    assert [None if pd.isna(name) else name for name in flights["tail_number"]] == hashes
    assert flights[["flight_number", "dest"]].isna().all(axis=None)
    assert list(flights["origin"]) == list(originals["origin"])
    joined, before = (
        side.read("flights").join(side.read("planes"), "tail_number").count() for side in (copied, ingested)
    )
    assert joined == before > 0


def test_the_salt_is_in_no_plan(ingested: Lakehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """What others may read of the query doesn't tell them what to hash their guesses with."""
    selection = SnapshotParameters.parse(
        [
            *where(ingested),
            *("--target_catalog=dev", "--target_schema=s", "--secret_scope=flights"),
            f"--selections={json.dumps([chosen('flights', hashed=['tail_number'])])}",
        ]
    ).selections[0]
    mask(ingested.read("flights"), selection, SALT).explain(extended=True)
    told = capsys.readouterr().out
    assert "tail_number" in told
    assert SALT not in told


@pytest.mark.parametrize(
    ("salt", "problem"),
    [
        (NotFound("gone"), "there is no secret snapshot_salt in scope flights to hash with: put one with "),
        (PermissionDenied("no"), "secret snapshot_salt of scope flights can't be read: no"),
        ("short", "secret snapshot_salt in scope flights is shorter than 16 characters: put one with "),
    ],
    ids=["missing", "not to be read", "short"],
)
def test_no_salt_no_copy(copy: Copy, salt: str | DatabricksError, problem: str) -> None:
    """Where values are to be hashed and can't be, nothing is copied, not even what isn't masked."""
    before = copy(chosen("flights", where="origin = 'JFK'")).read("flights").count()
    with pytest.raises(PipelineError, match=problem):
        copy(chosen("flights"), chosen("flight_features", hashed=["carrier"]), salt=salt)
    assert copy(chosen("flight_features", where="false")).read("flights").count() == before


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"emptied": ["plane"]}, "table flight_features has no column plane"),
        ({"where": "airport = 'JFK'"}, "table flight_features can't be filtered by \"airport = 'JFK'\": "),
        ({"table": "trains"}, r"table \w+\.flights\.trains can't be read"),
    ],
    ids=["column", "condition", "table"],
)
def test_nothing_is_copied_when_a_table_is_not_as_it_is_said(
    copy: Copy, wrong: dict[str, Any], problem: str
) -> None:
    """A table or column that is gone, or a condition that is none, ends the run before the first copy."""
    before = copy(chosen("flights", where="origin = 'LGA'")).read("flights").count()
    with pytest.raises(PipelineError, match=problem):
        copy(chosen("flights"), {**chosen("flight_features"), **wrong})
    assert copy(chosen("flight_features", where="false")).read("flights").count() == before


def test_a_copy_replaces_the_one_before(copy: Copy) -> None:
    """A run leaves what it has drawn, however much there was before."""
    many = copy(chosen("flights")).read("flights").count()
    few = copy(chosen("flights", where="month(scheduled_at) = 2")).read("flights").count()
    assert 0 < few < many
