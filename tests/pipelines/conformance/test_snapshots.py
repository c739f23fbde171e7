"""What must not depend on a snapshot's engine: which rows are drawn, what hashes say, who sees the salt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from pipelines.selection import Selection
from pipelines.snapshots import draw, mask
from tests.pipelines.conftest import connect, start_sail
from tests.pipelines.steps.test_snapshot import (  # noqa: F401 - these tests are what the module is for
    copy,
    target,
    test_a_copy_replaces_the_one_before,
    test_masks_can_be_joined_and_not_be_recognised,
    test_the_salt_is_in_no_plan,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # the first test waits for the engine's tables

SELECTION = Selection(
    table="flights",
    sample=0.2,
    by=("plane", "seats"),
    keys=("flight_id", "scheduled_at"),
    where="origin <> 'LGA'",
    hashed=("plane",),
    emptied=("seats",),
)


def snapshot_on(session: SparkSession) -> list[tuple[str, str | None]]:
    """The flights that an engine draws of a thousand, each with its plane's hash."""
    session.conf.set("spark.sql.session.timeZone", "UTC")
    start = datetime(2013, 1, 1, tzinfo=UTC)
    planes = [None if number % 7 == 0 else f"N{number % 90}" for number in range(1000)]
    rows = [
        (
            f"f-{number}",
            start + timedelta(hours=number),
            plane,
            number % 300,
            ("EWR", "LGA", "JFK")[number % 3],
        )
        for number, plane in enumerate(planes)
    ]
    columns = "flight_id string, scheduled_at timestamp, plane string, seats int, origin string"
    frame = session.createDataFrame(rows, columns)
    copied = mask(draw(frame, SELECTION), SELECTION, "a salt for two engines").orderBy("flight_id")
    return [(row["flight_id"], row["plane"]) for row in copied.collect()]


def test_engines_draw_and_hash_alike(spark: SparkSession) -> None:
    """A snapshot that another engine brings up to date has the rows that it had."""
    drawn = snapshot_on(spark)
    with start_sail() as remote, connect(remote) as sail:
        assert snapshot_on(sail) == drawn
    assert 100 < len(drawn) < 170
    assert None in {plane for _, plane in drawn}
