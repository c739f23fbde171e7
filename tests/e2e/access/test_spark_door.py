"""Spark Connect in production's workspace: the gateway asks for every table, wherever it stands in a plan."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlparse

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from tests.e2e.access.verdict import refusal
from tests.e2e.access.world import World

EVERYBODY = ("paula-prod", "emil-prod", "dana-prod", "run-prod", "retrain-prod", "prod")
READERS = ("paula-prod", "emil-prod", "dana-prod", "run-prod", "prod")
TABLE = "prod.flights.planes"

# Ways to reach a table that another part of the statement, or nothing, shows.
HIDDEN = {
    "subquery": f"SELECT (SELECT count(*) FROM {TABLE}) AS n",
    "expression": f"WITH t AS (SELECT * FROM {TABLE}) SELECT count(*) AS n FROM t",
    "condition": f"SELECT 1 AS n WHERE EXISTS (SELECT 1 FROM {TABLE})",
    "union": f"SELECT 'x' AS n UNION ALL SELECT tail_number FROM {TABLE}",
    "join": f"SELECT count(*) AS n FROM VALUES ('x') AS v(tail_number) JOIN {TABLE} USING (tail_number)",
}


@contextmanager
def session(world: World, profile: str, session_id: str) -> Iterator[SparkSession]:
    """A session of somebody, under an id that the client chooses."""
    found = SparkSession.builder.remote(f"{world.remote(profile)};session_id={session_id}").create()
    try:
        yield found
    finally:
        found.stop()


@pytest.mark.parametrize("way", HIDDEN)
def test_no_way_of_writing_a_query_hides_a_table(world: World, way: str) -> None:
    """Who has no right on the table is refused in every place; who may read it gets rows."""
    assert refusal(lambda: world.spark("retrain-prod").sql(HIDDEN[way]).collect()) is not None
    for profile in READERS:
        assert world.spark(profile).sql(HIDDEN[way]).collect()


def test_frames_are_asked_for_like_text(world: World) -> None:
    """Joined, unioned or only explained: a plan is refused for each table in it."""

    def joined(spark: SparkSession) -> DataFrame:
        return spark.range(1).crossJoin(spark.table(TABLE))

    spark = world.spark("retrain-prod")
    for call in (
        lambda: joined(spark).count(),
        lambda: spark.range(1).selectExpr("'x'").union(spark.table(TABLE).select("model")).count(),
        lambda: spark.table(TABLE).schema,
        lambda: joined(spark).createOrReplaceTempView("joined"),
    ):
        assert refusal(call) is not None
    for profile in READERS:
        assert joined(world.spark(profile)).count() > 0


@pytest.mark.parametrize("profile", EVERYBODY)
def test_files_are_nobody_s_to_read_or_write(world: World, profile: str) -> None:
    """A table's own path opens to nobody, its owner included: tables have names."""
    location = world.client("prod").tables.get(TABLE).storage_location
    path = urlparse(str(location)).path
    spark = world.spark(profile)
    for call in (
        lambda: spark.read.format("delta").load(path).count(),
        lambda: spark.read.parquet(path).count(),
        lambda: spark.sql(f"SELECT count(*) FROM delta.`{path}`").collect(),
        lambda: spark.range(1).write.format("delta").mode("overwrite").save(f"{path}-mine"),
        lambda: spark.sql(f"CREATE TABLE prod.flights.mine USING delta LOCATION '{path}'").collect(),
    ):
        with pytest.raises(AnalysisException, match=r"UNSUPPORTED_OPERATION|INSUFFICIENT_PERMISSIONS"):
            call()


def test_a_session_is_its_owner_s(world: World) -> None:
    """Who comes with the id of another's session is in a session of its own: no view, no current schema."""
    session_id = str(uuid.uuid4())
    with session(world, "emil-prod", session_id) as owner:
        owner.table(TABLE).createOrReplaceTempView("secret")
        owner.sql("USE CATALOG prod").collect()
        for profile in EVERYBODY:
            if profile == "emil-prod":
                continue
            with session(world, profile, session_id) as other:
                assert other.catalog.currentCatalog() != "prod"
                with pytest.raises(AnalysisException, match="TABLE_OR_VIEW_NOT_FOUND"):
                    other.table("secret").count()
                other.sql("SELECT 1 AS x").createOrReplaceTempView("secret")
        assert owner.table("secret").count() > 1


def test_a_temporary_view_is_asked_for_what_it_reads(world: World) -> None:
    """It is made of what its maker may read, and writes through it are none."""
    for profile in READERS:
        spark = world.spark(profile)
        spark.table(TABLE).createOrReplaceTempView("seen")
        assert spark.sql("SELECT count(*) FROM seen").collect()[0][0] > 0
        with pytest.raises(AnalysisException):
            spark.sql("DELETE FROM seen").collect()
        with pytest.raises(AnalysisException):
            spark.sql("DROP TABLE seen").collect()
        spark.catalog.dropTempView("seen")
    with pytest.raises(AnalysisException, match="UNSUPPORTED_OPERATION"):
        world.spark("emil-prod").table(TABLE).createGlobalTempView("seen")
