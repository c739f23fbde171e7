"""Snapshots and purges in the settings: every mistake is one line, and the grants are what they stand for."""

from __future__ import annotations

import pytest

from tests.infra.conftest import EnvironmentFiles
from tests.infra.snapshot_settings import SNAPSHOTS, switch_to_snapshots


def test_shipped_settings_have_no_snapshots(files: EnvironmentFiles) -> None:
    """Dev reads prod's own tables: nothing arrives there, nobody is granted a schema of snapshots."""
    settings = files.load()
    assert settings.arrivals("dev") == {}
    assert settings.access("dev").snapshot_grants("flights") == {}


def test_snapshots_arrive_where_they_are_sent(files: EnvironmentFiles) -> None:
    """Dev knows what comes, and from where; its new models are shown beside its own Champion."""
    switch_to_snapshots(files)
    settings = files.load()
    (arrival,) = settings.arrivals("dev").values()
    assert (arrival.source, list(arrival.tables)) == ("prod", ["flights", "planes", "flight_features"])
    assert settings.arrivals("staging") == {}
    assert settings.champion_catalog("dev") == "dev"


def test_who_reads_data_reads_snapshots_and_their_source_writes(files: EnvironmentFiles) -> None:
    """No level of `data` writes them; prod's principal does, and reaches nothing else of dev."""
    switch_to_snapshots(files)
    access = files.load().access("dev")
    grants = dict(access.snapshot_grants("flights"))
    assert grants.pop("run-prod") == ("USE_SCHEMA", "SELECT", "MODIFY")
    assert set(grants) == {"data-scientists", "ml-engineers", "platform-admins", "run"}
    assert set(grants.values()) == {("USE_SCHEMA", "SELECT")}
    assert access.catalog_grants()["run-prod"] == ("USE_CATALOG",)
    assert "run-prod" not in access.schema_grants("flights")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            *("  dev:\n", "  dve:\n"),
            "snapshots.dve: unknown environment (did you mean dev?); allowed: dev, staging",
            id="unknown environment",
        ),
        pytest.param(
            *("      flights:\n", "      flight:\n"),
            "snapshots.dev.projects.flight: unknown project of prod and dev (did you mean flights?); "
            "allowed: flights",
            id="unknown project",
        ),
        pytest.param(
            *("        planes:", "        plane:"),
            "snapshots.dev.projects.flights.plane: unknown table (did you mean planes?); allowed: flights, "
            "weather, planes, flight_features, flight_features_baseline, arrival_delay_predictions, "
            "arrival_delay_predictions_baseline, arrival_delay_requests, operational_metrics",
            id="unknown table",
        ),
        pytest.param(
            *("planes: {mask: {tail_number: hash}}", "planes: {mask: {tail_nr: hash}}"),
            "snapshots.dev.projects.flights.planes.mask.tail_nr: unknown column (did you mean tail_number?); "
            "allowed: tail_number, built, plane_type, manufacturer, model, engines, seats, engine",
            id="masks an unknown column",
        ),
        pytest.param(
            *("planes: {mask: {tail_number: hash}}", "planes: {mask: {seats: hash}}"),
            "snapshots.dev.projects.flights.planes.mask.seats: is INT; a hash is STRING: "
            "leave it empty (null)",
            id="hashes a number",
        ),
        pytest.param(
            *("planes: {mask: {tail_number: hash}}", "planes: {mask: {tail_number: null}}"),
            "snapshots.dev.projects.flights.planes.mask.tail_number: is a key, which can't be left empty: "
            "hash it",
            id="empties a key",
        ),
        pytest.param(
            *("planes: {mask: {tail_number: hash}}", "planes: {mask: {tail_number: sha}}"),
            "snapshots.dev.projects.flights.planes.mask.tail_number: 'sha' is not allowed; allowed: 'hash'",
            id="unknown mask",
        ),
        pytest.param(
            *("flight_features: {sample: 0.5}", "flight_features: {sample: 0}"),
            "snapshots.dev.projects.flights.flight_features.sample: 0: input should be greater than 0",
            id="sample of nothing",
        ),
        pytest.param(
            *("flight_features: {sample: 0.5}", "flight_features: {sample: 0.5, by: [plane]}"),
            "snapshots.dev.projects.flights.flight_features.by[0]: unknown column (did you mean plane_age?); "
            "allowed: flight_id, scheduled_at, carrier, origin, dest, distance, planned_minutes, hour, "
            "weekday, month, temperature, humidity, wind_speed, wind_gust, precipitation, pressure, "
            "visibility, plane_age, plane_seats, plane_engine, carrier_delay_7d, origin_delay_1d, "
            "arrival_delay",
            id="draws by an unknown column",
        ),
        pytest.param(
            *("origin = 'JFK'", "airport = 'JFK'"),
            "snapshots.dev.projects.flights.flights.where: unknown column airport; allowed: flight_id, "
            "scheduled_at, carrier, flight_number, tail_number, origin, dest, distance, planned_minutes, "
            "departed_at, departure_delay, arrived_at, arrival_delay",
            id="filters by an unknown column",
        ),
        pytest.param(
            *("origin = 'JFK'", "origin = 'JFK"),
            "snapshots.dev.projects.flights.flights.where: is no SQL condition; "
            "one is like origin = 'JFK' AND distance > 500",
            id="filters by what is no SQL",
        ),
        pytest.param(
            *("origin = 'JFK'", "origin in (select origin from prod.trains.stations)"),
            "snapshots.dev.projects.flights.flights.where: asks other tables; "
            "wants a condition on the table's own columns",
            id="filters by another table",
        ),
        pytest.param(
            *("flights: {sample: 0.5,", "flights: {sampel: 0.5,"),
            "snapshots.dev.projects.flights.flights.sampel: unknown key (did you mean sample?); "
            "allowed: sample, by, where, mask",
            id="unknown key",
        ),
    ],
)
def test_mistake_is_one_line(files: EnvironmentFiles, old: str, new: str, problem: str) -> None:
    """One mistake in what is copied: one line that names the key and what would be right."""
    assert SNAPSHOTS.count(old) == 1
    switch_to_snapshots(files, SNAPSHOTS.replace(old, new))
    (line,) = files.problems()
    assert line.startswith("prod.yaml:")
    assert line.partition(": ")[2] == problem


def test_tables_or_snapshots_not_both(files: EnvironmentFiles) -> None:
    """An environment that sees the catalog is given no snapshots of it."""
    switch_to_snapshots(files)
    files.replace("prod.yaml", "catalog:\n", "catalog:\n  read_only_in: [dev]\n")
    (line,) = files.problems()
    assert line.endswith(
        "snapshots.dev: dev is in catalog.read_only_in: it reads the tables themselves or snapshots, not both"
    )


def test_snapshots_of_one_environment_only(files: EnvironmentFiles) -> None:
    """They would overwrite each other's tables."""
    switch_to_snapshots(files)
    files.replace("staging.yaml", "  read_only_in: [dev]\n", "")
    staging = files.folder / "staging.yaml"
    staging.write_text(staging.read_text() + "snapshots: {dev: {projects: {flights: {weather: {}}}}}\n")
    lines = [line for line in files.problems() if line.startswith("staging.yaml")]
    assert [line.partition(": ")[2] for line in lines] == [
        "snapshots.dev: dev is given snapshots by prod already"
    ]


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("data-scientists:\n  prod:\n    read: [data]\n", "data-scientists.prod.read[0]"),
        ("run-dev:\n  prod:\n    read: [models]\n", "run-dev.prod.read[0]"),
    ],
)
def test_nothing_is_granted_that_snapshots_stand_for(files: EnvironmentFiles, row: str, key: str) -> None:
    """Who has compute in dev alone holds no right on prod's tables, and dev's principal none on prod."""
    switch_to_snapshots(files)
    if row.startswith("data-scientists"):
        files.replace("access.yaml", "  prod:\n    read: [metrics,", "  prod:\n    read: [data, metrics,")
    else:
        files.replace("access.yaml", "retrain:\n", f"{row}\nretrain:\n")
    (line,) = files.problems()
    asset = "models" if key.startswith("run-dev") else "data"
    assert line.partition(": ")[2] == (
        f"{key}: dev is given snapshots of prod, so nothing of prod is granted to who works there: "
        f"take {asset} out, or put dev into prod's catalog.read_only_in"
    )


def test_purge_only_of_what_is_disposable(files: EnvironmentFiles) -> None:
    """What people leave where a catalog lasts is kept."""
    files.replace("staging.yaml", "  disposable: true", "  disposable: false")
    (line,) = files.problems()
    assert line.endswith(": purge: is only where the catalog is disposable: what people leave here is kept")


def test_purge_must_be_allowed_to_drop(files: EnvironmentFiles) -> None:
    """Who runs the purge manages what others left, and the matrix says so."""
    files.replace("access.yaml", "    manage: [leftovers]  # staging.yaml: purge\n", "    manage: [data]\n")
    (line,) = files.problems()
    assert line.endswith(
        ": purge: drops what others left in flights: access.yaml must let run manage leftovers"
    )


@pytest.mark.parametrize("step", ["snapshot", "purge"])
def test_environments_steps_are_no_project_s(files: EnvironmentFiles, step: str) -> None:
    """A project's own job can't have the steps whose parameters only an environment gives."""
    files.replace("projects/flights.yaml", "      rollback: {", f"      {step}: {{")
    (line,) = files.problems()
    assert f"jobs.rollback.steps.{step}: unknown step; allowed: ingest, features, train" in line
