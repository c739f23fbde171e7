"""Computing the feature table."""

from __future__ import annotations

import pytest
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.lakehouse import Fingerprint, Lakehouse
from pipelines.steps import features
from tests.pipelines.conftest import KEY, MakeLakehouse, bring_in, compute_features, make_workspace, where


def test_one_row_a_flight(ingested: Lakehouse) -> None:
    """Every flight has exactly one row, cancelled ones with an empty label."""
    rows = ingested.read("flight_features").select("flight_id", "arrival_delay").toPandas()
    assert rows["flight_id"].is_unique
    assert len(rows) == ingested.read("flights").count()
    assert (
        rows["arrival_delay"].isna().sum()
        == ingested.read("flights").where("arrival_delay IS NULL").count()
        > 0
    )


def test_a_month_again_changes_nothing(ingested: Lakehouse) -> None:
    """Features that are computed again, in the middle of others, are the same and there once."""
    before = ingested.fingerprint(ingested.read("flight_features"), "scheduled_at")
    compute_features(ingested, "--from_month=2013-02", "--to_month=2013-02")
    assert ingested.fingerprint(ingested.read("flight_features"), "scheduled_at") == before


def test_late_month_changes_what_depends_on_it(
    ingested: Lakehouse, make_lakehouse: MakeLakehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """A month that arrives after the next one is as if it had come in time: that one's first days know it."""
    lakehouse = make_lakehouse("late")
    bring_in(lakehouse, "2013-01", "2013-01")
    bring_in(lakehouse, "2013-03", "2013-03")
    in_time = ingested.fingerprint(ingested.read("flight_features"), "scheduled_at")
    january, march = (find_features(lakehouse, month) for month in (1, 3))
    assert march != find_features(ingested, 3)
    capsys.readouterr()
    bring_in(lakehouse, "2013-02", "2013-02")
    assert lakehouse.fingerprint(lakehouse.read("flight_features"), "scheduled_at") == in_time
    assert find_features(lakehouse, 1) == january
    told = capsys.readouterr().out
    assert "features 2013-03, whose first days depend on 2013-02, anew  28,834 rows" in told
    assert "features 2013-04" not in told


def find_features(lakehouse: Lakehouse, month: int) -> Fingerprint:
    """What identifies the features of a month."""
    rows = lakehouse.read("flight_features").where(F.col("month") == month)
    return lakehouse.fingerprint(rows, "scheduled_at")


def test_month_without_flights_is_refused(
    make_lakehouse: MakeLakehouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month that wasn't ingested ends the step with what to do."""
    lakehouse = make_lakehouse("unfed")
    monkeypatch.setattr(features, "WorkspaceClient", lambda: make_workspace(KEY))
    with pytest.raises(SystemExit) as caught:
        features.main([*where(lakehouse), "--from_month=2013-01", "--to_month=2013-01"])
    assert caught.value.code == 1
    assert "no features for 2013-01: ingest that month first" in capsys.readouterr().err
