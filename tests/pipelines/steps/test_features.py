"""Computing the feature table."""

from __future__ import annotations

import pytest

from pipelines.lakehouse import Lakehouse
from pipelines.steps import features
from tests.pipelines.conftest import KEY, MakeLakehouse, compute_features, make_workspace, where


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
