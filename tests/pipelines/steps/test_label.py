"""Labels that arrive after the prediction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.lakehouse import Lakehouse
from pipelines.steps import label
from tests.pipelines.conftest import MakeLakehouse, where

NOON = datetime(2013, 1, 1, 17, tzinfo=UTC)
FEATURES, PREDICTIONS, REQUESTS = "flight_features", "arrival_delay_predictions", "arrival_delay_requests"


@pytest.fixture(scope="module")
def schema(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """The declared tables."""
    return make_lakehouse("labels")


@pytest.fixture
def lakehouse(schema: Lakehouse) -> Lakehouse:
    """The declared tables, empty."""
    for table in (FEATURES, PREDICTIONS, REQUESTS):
        schema.replace(table, schema.read(table).limit(0))
    return schema


def store(lakehouse: Lakehouse, table: str, rows: list[dict[str, object]]) -> None:
    """Append rows, of which only some columns are given."""
    schema = lakehouse.read(table).schema
    values = [tuple(row.get(name) for name in schema.names) for row in rows]
    lakehouse.append(table, lakehouse.spark.createDataFrame(values, schema))


def add_features(lakehouse: Lakehouse, **delays: float | None) -> None:
    """Flights by name, with their delay once they have landed."""
    rows: list[dict[str, object]] = [
        {"flight_id": flight, "scheduled_at": NOON, "arrival_delay": delay}
        for flight, delay in delays.items()
    ]
    store(lakehouse, FEATURES, rows)


def add_predictions(lakehouse: Lakehouse, **delays: float | None) -> None:
    """Predictions by flight, with the delay that is known of it."""
    rows: list[dict[str, object]] = [
        {"flight_id": flight, "scheduled_at": NOON, "prediction": 1.0, "arrival_delay": delay}
        for flight, delay in delays.items()
    ]
    store(lakehouse, PREDICTIONS, rows)


def add_requests(lakehouse: Lakehouse, *flights: str | None) -> None:
    """One answered request after another, each for a flight or for none that was named."""
    rows: list[dict[str, object]] = [
        {
            "request_id": f"request-{number}",
            "row_number": 0,
            "requested_at": NOON + timedelta(minutes=number),
            "flight_id": flight,
            "prediction": 1.0,
        }
        for number, flight in enumerate(flights)
    ]
    store(lakehouse, REQUESTS, rows)


def read(lakehouse: Lakehouse, table: str = PREDICTIONS) -> list[tuple[str | None, float | None]]:
    """The labels of a table's rows, in order."""
    order = "flight_id" if table == PREDICTIONS else "requested_at"
    rows = lakehouse.read(table).orderBy(order).collect()
    return [(row["flight_id"], row["arrival_delay"]) for row in rows]


def run(lakehouse: Lakehouse) -> None:
    """Run the step."""
    label.main(where(lakehouse))


def test_a_late_month_is_labelled(lakehouse: Lakehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """Predictions and answers made before the flights landed get their labels once these arrive."""
    add_predictions(lakehouse, a=None, b=None, c=None)
    add_requests(lakehouse, "a", "b", "a")
    add_features(lakehouse, a=None, b=None)
    run(lakehouse)
    assert read(lakehouse) == [("a", None), ("b", None), ("c", None)]
    lakehouse.replace(FEATURES, lakehouse.read(FEATURES).limit(0))
    add_features(lakehouse, a=12.0, b=None)
    capsys.readouterr()
    run(lakehouse)
    assert read(lakehouse) == [("a", 12.0), ("b", None), ("c", None)]
    assert read(lakehouse, REQUESTS) == [("a", 12.0), ("b", None), ("a", 12.0)]
    out = capsys.readouterr().out
    assert f"labelled {PREDICTIONS}  1 labels brought, 0 corrected, 2 rows without" in out
    assert f"labelled {REQUESTS}  2 labels brought, 0 corrected, 1 rows without" in out


def test_a_second_run_changes_nothing(lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels that are there already are not written again."""
    add_predictions(lakehouse, a=None)
    add_requests(lakehouse, "a")
    add_features(lakehouse, a=12.0)
    run(lakehouse)
    monkeypatch.delattr(Lakehouse, "amend")
    run(lakehouse)
    assert read(lakehouse) == [("a", 12.0)]


def test_a_corrected_label_is_brought_again(lakehouse: Lakehouse) -> None:
    """A label that has changed replaces the earlier one, and a known one is not lost to an unknown."""
    add_predictions(lakehouse, a=5.0, b=7.0, c=9.0)
    add_features(lakehouse, a=6.0, b=None)
    run(lakehouse)
    assert read(lakehouse) == [("a", 6.0), ("b", 7.0), ("c", 9.0)]


def test_nothing_else_of_a_row_changes(lakehouse: Lakehouse) -> None:
    """Only the label is set, and no row is added for a flight that nobody predicted."""
    add_predictions(lakehouse, a=None)
    add_features(lakehouse, a=12.0, z=3.0)
    before = lakehouse.read(PREDICTIONS).drop("arrival_delay").collect()
    run(lakehouse)
    assert lakehouse.read(PREDICTIONS).drop("arrival_delay").collect() == before


def test_duplicated_rows_do_not_decide(lakehouse: Lakehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """A flight that is there twice is labelled when both rows agree, and left and told when they don't."""
    add_predictions(lakehouse, a=None, b=None)
    add_features(lakehouse, a=12.0, b=3.0)
    add_features(lakehouse, a=12.0, b=4.0)
    run(lakehouse)
    assert read(lakehouse) == [("a", 12.0), ("b", None)]
    assert "1 of flight_id have several labels in dev.labels.flight_features" in capsys.readouterr().out


def test_requests_for_no_named_flight_stay_open(lakehouse: Lakehouse) -> None:
    """A request without a flight's name gets no label, whatever the features have."""
    add_requests(lakehouse, None, "a")
    add_features(lakehouse, a=12.0)
    run(lakehouse)
    assert read(lakehouse, REQUESTS) == [(None, None), ("a", 12.0)]


def test_empty_tables_are_nothing_to_do(lakehouse: Lakehouse, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything was predicted the step has nothing to do, and says so."""
    run(lakehouse)
    assert f"labelled {PREDICTIONS}  0 labels brought, 0 corrected, 0 rows without" in capsys.readouterr().out
