"""Reading and writing Delta tables through Spark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.errors import PipelineError
from pipelines.lakehouse import HASH_RANGE, Lakehouse, between, bucket

JANUARY = datetime(2013, 1, 1, tzinfo=UTC)
FEBRUARY = datetime(2013, 2, 1, tzinfo=UTC)
MARCH = datetime(2013, 3, 1, tzinfo=UTC)


@pytest.fixture
def lakehouse(spark: SparkSession, catalog: str, tmp_path: Path) -> Lakehouse:
    """A schema with one table of visits."""
    schema = f"lakehouse_{tmp_path.name}"
    spark.sql(f"CREATE SCHEMA {catalog}.{schema}")
    spark.sql(
        f"CREATE TABLE {catalog}.{schema}.visits "
        "(id STRING NOT NULL, at TIMESTAMP NOT NULL, pages INT, mood STRING) "
        f"USING DELTA LOCATION '{tmp_path / 'visits'}'"
    )
    return Lakehouse.connect(catalog, schema)


def make_visits(*rows: tuple[str, datetime, int | None, str | None]) -> pd.DataFrame:
    """Visits as they arrive."""
    visits = pd.DataFrame(list(rows), columns=["id", "at", "pages", "mood"])
    return visits.astype({"pages": "Int32"})


def write(lakehouse: Lakehouse, *rows: tuple[str, datetime, int | None, str | None]) -> None:
    """Append visits."""
    lakehouse.append("visits", lakehouse.frame("visits", make_visits(*rows)))


def read(lakehouse: Lakehouse) -> list[tuple[object, ...]]:
    """All visits by id."""
    return [tuple(row) for row in lakehouse.read("visits").orderBy("id").collect()]


def test_missing_values_can_follow_complete_rows(lakehouse: Lakehouse) -> None:
    """Rows without gaps don't close a column to later gaps."""
    write(lakehouse, ("a", JANUARY, 1, "calm"))
    write(lakehouse, ("b", JANUARY, None, None))
    assert [row[2:] for row in read(lakehouse)] == [(1, "calm"), (None, None)]


def test_overwrite_replaces_what_the_condition_names(lakehouse: Lakehouse) -> None:
    """Only rows of the month are replaced, and a repetition changes nothing."""
    write(lakehouse, ("a", JANUARY, 1, None), ("b", FEBRUARY, 2, None), ("c", MARCH, 3, None))
    for _ in range(2):
        rows = lakehouse.frame("visits", make_visits(("d", FEBRUARY, 4, None)))
        lakehouse.overwrite("visits", rows, between("at", FEBRUARY, MARCH))
    assert [row[0] for row in read(lakehouse)] == ["a", "c", "d"]


def test_merge_updates_and_adds(lakehouse: Lakehouse) -> None:
    """Known keys are updated, new ones added, others kept."""
    write(lakehouse, ("a", JANUARY, 1, None), ("b", JANUARY, 2, None))
    arriving = lakehouse.frame("visits", make_visits(("b", JANUARY, 9, "glad"), ("c", JANUARY, 3, None)))
    lakehouse.merge("visits", arriving, ["id"])
    assert [(row[0], row[2], row[3]) for row in read(lakehouse)] == [
        ("a", 1, None),
        ("b", 9, "glad"),
        ("c", 3, None),
    ]


def test_merge_by_several_keys(lakehouse: Lakehouse) -> None:
    """A row is known only when all its keys are."""
    write(lakehouse, ("a", JANUARY, 1, None))
    arriving = lakehouse.frame("visits", make_visits(("a", FEBRUARY, 2, None), ("a", JANUARY, 3, None)))
    lakehouse.merge("visits", arriving, ["id", "at"])
    assert sorted(row[2] for row in read(lakehouse)) == [2, 3]  # type: ignore[type-var] # they are numbers


def test_columns_are_taken_by_name(lakehouse: Lakehouse) -> None:
    """Order and surplus of columns don't matter, types are the table's."""
    surplus = make_visits(("a", JANUARY, 1, "calm"))[["mood", "pages", "at", "id"]].assign(noise=1)
    lakehouse.append("visits", lakehouse.frame("visits", surplus).withColumn("pages", F.lit("7")))
    assert [(row[0], row[2], row[3]) for row in read(lakehouse)] == [("a", 7, "calm")]


def test_instants_survive(lakehouse: Lakehouse) -> None:
    """An instant that is written with a time zone is the same instant when read."""
    new_york = pd.Timestamp("2013-01-01 00:30", tz="America/New_York").to_pydatetime()
    write(lakehouse, ("a", new_york, None, None))
    within = between("at", datetime(2013, 1, 1, 5, 30, tzinfo=UTC), datetime(2013, 1, 1, 5, 31, tzinfo=UTC))
    assert lakehouse.read("visits").where(within).count() == 1


@pytest.mark.parametrize(
    "twice", ["2013-11-03 05:30", "2013-11-03 06:30"], ids=["before the clock is set back", "after"]
)
def test_an_hour_that_the_clock_shows_twice_is_two(lakehouse: Lakehouse, twice: str) -> None:
    """The same reading of New York's clock before and after a change is not the same instant."""
    instant = pd.Timestamp(twice, tz="UTC")
    for name, hours in (("earlier", -1), ("then", 0), ("later", 1)):
        at = (instant + pd.Timedelta(hours=hours)).tz_convert("America/New_York").to_pydatetime()
        write(lakehouse, (name, at, None, None))
    hour = between("at", instant.to_pydatetime(), (instant + pd.Timedelta(hours=1)).to_pydatetime())
    assert [row["id"] for row in lakehouse.read("visits").where(hour).collect()] == ["then"]


UNFIT = {
    "text for a number": ("'b'", "'many'"),
    "number too large": ("'b'", "3000000000"),
    "key missing": ("CAST(NULL AS STRING)", "1"),
}


@pytest.mark.parametrize(("id_", "pages"), UNFIT.values(), ids=UNFIT)
def test_unfit_values_are_refused(lakehouse: Lakehouse, id_: str, pages: str) -> None:
    """What a column can't hold is an error, never a gap or another number; the table stays as it was."""
    write(lakehouse, ("a", JANUARY, 1, None))
    unfit = lakehouse.spark.sql(
        f"SELECT {id_} AS id, TIMESTAMP '2013-01-01' AS at, {pages} AS pages, CAST(NULL AS STRING) AS mood"
    )
    with pytest.raises(PySparkException):
        lakehouse.append("visits", unfit)
    with pytest.raises(PySparkException):
        lakehouse.overwrite("visits", unfit, between("at", JANUARY, FEBRUARY))
    assert [row[0] for row in read(lakehouse)] == ["a"]


def test_merge_of_a_key_twice_is_refused(lakehouse: Lakehouse) -> None:
    """Of two rows for one known key none is taken at random."""
    write(lakehouse, ("a", JANUARY, 1, None))
    arriving = lakehouse.frame("visits", make_visits(("a", JANUARY, 2, None), ("a", JANUARY, 3, None)))
    with pytest.raises(PySparkException):
        lakehouse.merge("visits", arriving, ["id"])
    assert [row[2] for row in read(lakehouse)] == [1]


def test_versions_count_commits(lakehouse: Lakehouse) -> None:
    """A table's version grows by one with each commit, on engines that tell it; others tell none."""
    before = lakehouse.version("visits")
    lakehouse.append("visits", lakehouse.frame("visits", make_visits(("a", JANUARY, 1, "calm"))))
    after = lakehouse.version("visits")
    assert after == (None if before is None else before + 1)
    assert lakehouse.version("nowhere") is None


def test_missing_table_is_one_line(lakehouse: Lakehouse) -> None:
    """A table that isn't there is named in one line."""
    with pytest.raises(PipelineError, match=r"table \w+\.\w+\.nowhere can't be read") as caught:
        lakehouse.read("nowhere")
    assert "\n" not in str(caught.value)


def test_bucket_draws_evenly_and_alike(spark: SparkSession) -> None:
    """A tenth by bucket is a tenth, never repeats in blocks, and depends on the seed alone."""
    keys = spark.range(50_000).select(F.col("id").cast("string").alias("key"))

    def draw(seed: int) -> list[int]:
        drawn = keys.where(bucket("key", seed) < F.lit(HASH_RANGE // 10)).toPandas()["key"]
        return sorted(int(key) for key in drawn)

    first = draw(1)
    assert 4_500 < len(first) < 5_500
    assert draw(1) == first
    assert draw(2) != first
    offsets = [{key % 8192 for key in first if key // 8192 == block} for block in range(5)]
    assert offsets[0] != offsets[1]


def test_fingerprint_tells_content(lakehouse: Lakehouse) -> None:
    """Equal rows have equal fingerprints in any order; a changed value changes it."""
    write(lakehouse, ("a", JANUARY, 1, None), ("b", FEBRUARY, 2, "calm"))
    rows = lakehouse.read("visits")
    found = lakehouse.fingerprint(rows, "at")
    assert (found.rows, found.latest) == (2, FEBRUARY)
    assert lakehouse.fingerprint(rows.orderBy(F.desc("id")), "at") == found
    changed = lakehouse.fingerprint(rows.withColumn("pages", F.lit(3)), "at")
    assert changed.digest != found.digest


def test_fingerprint_tells_where_a_gap_is(lakehouse: Lakehouse) -> None:
    """A value that moves to another column is a change."""
    rows = lakehouse.spark.createDataFrame([("x", None)], "one STRING, two STRING").withColumn(
        "at", F.lit(JANUARY)
    )
    moved = lakehouse.spark.createDataFrame([(None, "x")], "one STRING, two STRING").withColumn(
        "at", F.lit(JANUARY)
    )
    assert lakehouse.fingerprint(rows, "at").digest != lakehouse.fingerprint(moved, "at").digest


def test_fingerprint_of_nothing(lakehouse: Lakehouse) -> None:
    """An empty table has a fingerprint too."""
    found = lakehouse.fingerprint(lakehouse.read("visits"), "at")
    assert (found.rows, found.latest) == (0, None)
