"""A team that has rights on some tables of one project, and reaches nothing else of the environment."""

from __future__ import annotations

import pytest

from infra.config.settings import AllSettings
from infra.declared.declared import Declared, read_declared
from infra.rights.effective import EffectiveRights
from tests.infra.conftest import copy_files, synthesize_all

TEAM = """
revenue-analysts:
  dev:
    use: [warehouses, workspace]
  prod/flights:
    read: [features, inference_tables, metrics]
"""
FEATURES = {"flight_features", "flight_features_baseline"}
PREDICTIONS = {
    *("arrival_delay_predictions", "arrival_delay_predictions_baseline"),
    "arrival_delay_requests",
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> AllSettings:
    """The shipped settings with the team, and a second project in prod."""
    files = copy_files(tmp_path_factory.mktemp("settings"))
    files.replace("account.yaml", "groups:\n", "groups:\n  revenue-analysts: Sell what flights predicts\n")
    files.replace("prod.yaml", "projects:\n  flights:\n", "projects:\n  trains: {}\n  flights:\n")
    project = "schema: trains\nmodel: {name: delay}\nvolumes: {artifacts: Code}\n"
    project += "tables: {trains: {columns: {id: {type: STRING}}}}\n"
    (files.folder / "projects" / "trains.yaml").write_text(project)
    matrix = files.folder / "access.yaml"
    matrix.write_text(matrix.read_text() + TEAM)
    return files.load()


@pytest.fixture(scope="module")
def declared(settings: AllSettings, tmp_path_factory: pytest.TempPathFactory) -> Declared:
    """Their stacks, read back."""
    folder = tmp_path_factory.mktemp("cdktf.out")
    synthesize_all(settings, folder)
    return read_declared(folder)


def test_tables_are_granted_one_by_one(declared: Declared) -> None:
    """Each table of the two kinds, and no other; the schema and the catalog only lead there."""
    grants = [
        item.values
        for item in declared.of("databricks_grant")
        if item.values["principal"] == "revenue-analysts"
    ]
    tables = {item["table"]: item["privileges"] for item in grants if "table" in item}
    assert tables == {f"prod.flights.{name}": ["SELECT"] for name in FEATURES | PREDICTIONS}
    above = {
        item.get("schema") or item["catalog"]: item["privileges"] for item in grants if "table" not in item
    }
    assert above == {
        "prod": ["USE_CATALOG"],
        "prod.flights": ["USE_SCHEMA"],
        "prod.flights_metrics": ["USE_SCHEMA", "SELECT"],
    }


def test_whoever_has_all_data_is_granted_no_table(declared: Declared) -> None:
    """What the schema's grant says already is said once; only the key of a feature table takes more."""
    others = {
        item.values["principal"]
        for item in declared.of("databricks_grant")
        if "table" in item.values and item.values["principal"] != "revenue-analysts"
    }
    assert others == {"run-dev", "run-prod", "run-staging"}


def test_team_reaches_its_tables_alone(declared: Declared, settings: AllSettings) -> None:
    """In prod it reads them and nothing else, of its project or another."""
    rights = EffectiveRights(declared, settings.projects)
    reached = {(item.place, item.asset): item.level for item in rights.of("revenue-analysts", "prod")}
    assert reached == {
        ("prod", "catalog"): "read",
        ("prod/flights", "features"): "read",
        ("prod/flights", "inference_tables"): "read",
        ("prod/flights", "metrics"): "read",
    }
