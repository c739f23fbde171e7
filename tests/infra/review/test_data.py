"""What of the data is lost is told, as bad as it is in that environment, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from infra.review.data import Guard, find_data
from infra.review.finding import Finding, Section, Severity
from tests.infra.review.plans import Json, change, plan, replaced
from tests.infra.synthesis import Synthesized

TABLE = "databricks_sql_table"
PLANES = "flights_Tables_planes_E492C224"
PATHS = {
    f"{TABLE}.{PLANES}": "flights/Tables/planes",
    f"{TABLE}.flights_Tables_weather_DE46F2B8": "flights/Tables/weather",
    "databricks_catalog.Catalog_695D9C04": "Catalog/Catalog",
}
PRODUCTION = Guard(production=True, paths=PATHS, file="prod.yaml")
NAMED = Guard(production=True, paths=PATHS, file="prod.yaml", unprotected=("flights/Tables",))
STAGING = Guard(paths=PATHS, file="staging.yaml")
DEV = Guard(disposable=True, paths=PATHS, file="dev.yaml")


def _table(**values: Any) -> Json:
    columns = [{"name": "tailnum", "type": "string"}, {"name": "seats", "type": "int"}]
    return {
        "catalog_name": "prod",
        "schema_name": "flights",
        "name": "planes",
        "column": columns,
        "table_type": "MANAGED",
        **values,
    }


def _only(*changes: Json, guard: Guard = PRODUCTION) -> Finding:
    [finding] = find_data(plan("prod", *changes), guard)
    assert finding.section == Section.DATA
    return finding


REPLACED = replaced(TABLE, PLANES, before=_table(), by="table_type", to="EXTERNAL")


@pytest.mark.parametrize(
    ("guard", "severity", "why"),
    [
        (
            PRODUCTION,
            Severity.CRITICAL,
            "if it is meant, name flights/Tables/planes in `unprotected` of prod.yaml",
        ),
        (NAMED, Severity.HIGH, "`unprotected` of prod.yaml names it"),
        (STAGING, Severity.MEDIUM, "table_type can't be changed in place: MANAGED → EXTERNAL"),
        (DEV, Severity.LOW, "it is disposable by the settings"),
    ],
    ids=["production", "named", "staging", "disposable"],
)
def test_replaced_table_is_as_bad_as_its_environment_makes_it(
    guard: Guard, severity: Severity, why: str
) -> None:
    """The same change is critical in production unless it is named, and milder elsewhere."""
    finding = _only(REPLACED, guard=guard)
    assert finding.text == (
        "table prod.flights.planes is replaced by a new one: all its rows and their history are lost"
    )
    assert finding.severity == severity
    assert "table_type can't be changed in place: MANAGED → EXTERNAL" in finding.why
    assert finding.why[-1] == why
    assert finding.addresses == (f"{TABLE}.{PLANES}",)


@pytest.mark.parametrize(
    ("type_", "values", "text"),
    [
        (TABLE, _table(), "table prod.flights.planes is destroyed: all its rows and their history are lost"),
        (
            "databricks_registered_model",
            {"catalog_name": "prod", "schema_name": "flights", "name": "delay"},
            "model prod.flights.delay is destroyed: all its versions and aliases are lost",
        ),
        (
            "databricks_volume",
            {"catalog_name": "prod", "schema_name": "flights", "name": "artifacts"},
            "volume prod.flights.artifacts is destroyed: all its files are lost",
        ),
        (
            "databricks_schema",
            {"catalog_name": "prod", "name": "flights", "force_destroy": False},
            "schema prod.flights is destroyed: what is in it is lost",
        ),
        ("databricks_catalog", {"name": "prod"}, "catalog prod is destroyed: what is in it is lost"),
        (
            "databricks_mlflow_experiment",
            {"name": "/Projects/flights/delay"},
            "experiment /Projects/flights/delay is destroyed: all its runs are lost",
        ),
        (
            "databricks_secret_scope",
            {"name": "flights"},
            "secret scope flights is destroyed: all its secrets are lost",
        ),
        (
            "databricks_mws_workspaces",
            {"workspace_name": "mlops-prod"},
            "workspace mlops-prod is destroyed: what is only in it is lost",
        ),
    ],
)
def test_whatever_is_stateful_is_critical_in_production(type_: str, values: Json, text: str) -> None:
    """Each kind is told with what goes along with it."""
    finding = _only(change(type_, before=values))
    assert (finding.text, finding.severity) == (text, Severity.CRITICAL)


def test_what_is_no_longer_declared_can_be_named_by_what_was_above_it() -> None:
    """Terraform does not refuse it, and its own path can't be named any more."""
    gone = change(TABLE, "flights_Tables_flights_79AAAB7D", before=_table(name="flights"))
    finding = _only(gone)
    assert finding.severity == Severity.CRITICAL
    assert finding.why == (
        "it is no longer declared, so that Terraform does not refuse: declare it again to keep it",
        "if it is meant, name flights/Tables in `unprotected` of prod.yaml",
    )
    assert _only(gone, guard=NAMED).severity == Severity.HIGH


def test_a_name_that_only_begins_alike_names_nothing() -> None:
    """`flights/Table` is not above flights/Tables/planes, declared or not."""
    guard = Guard(production=True, paths=PATHS, unprotected=("flights/Table", "flights/Tables/plane"))
    assert _only(REPLACED, guard=guard).severity == Severity.CRITICAL
    gone = change(TABLE, "flights_Tables_flights_79AAAB7D", before=_table(name="flights"))
    assert _only(gone, guard=guard).severity == Severity.CRITICAL


def test_one_disposable_workspace_of_an_account() -> None:
    """What may go in an account that otherwise may not is told by its path."""
    paths = {"databricks_mws_workspaces.dev": "Workspace-dev/Workspace"}
    guard = Guard(production=True, paths=paths, disposable_at=("Workspace-dev",))
    gone = change("databricks_mws_workspaces", "dev", before={"workspace_name": "mlops-dev"})
    assert _only(gone, guard=guard).severity == Severity.LOW


def test_schema_of_metric_tables_is_computed_anew() -> None:
    """A schema that goes with its content by design is no loss of data."""
    metrics = {"catalog_name": "prod", "name": "flights_metrics", "force_destroy": True}
    finding = _only(change("databricks_schema", before=metrics))
    assert (
        finding.text == "schema prod.flights_metrics is destroyed: the tables that monitors write go with it"
    )
    assert finding.severity == Severity.MEDIUM


@pytest.mark.parametrize(
    ("guard", "severity"),
    [(PRODUCTION, Severity.HIGH), (STAGING, Severity.MEDIUM), (DEV, Severity.LOW)],
    ids=["production", "staging", "disposable"],
)
def test_dropped_column_is_a_loss(guard: Guard, severity: Severity) -> None:
    """A column that is no longer declared is told with its type."""
    after = _table(column=[{"name": "tailnum", "type": "string"}])
    finding = _only(change(TABLE, PLANES, before=_table(), after=after), guard=guard)
    assert finding.text == "table prod.flights.planes loses the column seats (int)"
    assert finding.severity == severity


def test_column_of_another_type_is_told() -> None:
    """From which type to which; the same one in capitals is no other."""
    columns = [{"name": "tailnum", "type": "STRING"}, {"name": "seats", "type": "bigint"}]
    finding = _only(change(TABLE, PLANES, before=_table(), after=_table(column=columns)))
    assert finding.text == "table prod.flights.planes has another type in the column seats: int → bigint"


def test_columns_that_only_the_deploy_tells_are_not_lost() -> None:
    """Nothing can be said of a block that is not known at all."""
    after = {key: value for key, value in _table().items() if key != "column"}
    changed = change(TABLE, before=_table(), after=after, unknown={"column": True})
    assert not list(find_data(plan("prod", changed), PRODUCTION))


def test_renamed_table_is_told() -> None:
    """Its rows stay, and those who read it by its old name find it no more."""
    finding = _only(change(TABLE, before=_table(), after=_table(name="aeroplanes")))
    assert finding.text == "table prod.flights.planes is renamed to aeroplanes"
    assert finding.severity == Severity.MEDIUM


def test_new_column_and_comment_lose_nothing() -> None:
    """What is only added is not of this section."""
    after = _table(column=[*_table()["column"], {"name": "year", "type": "int"}], comment="Planes")
    assert not list(find_data(plan("prod", change(TABLE, before=_table(), after=after)), PRODUCTION))


def test_shorter_history_is_told() -> None:
    """How long a table's history is kept is a property of it."""
    name = "delta.logRetentionDuration"
    before, after = (_table(properties={name: f"interval {days} days"}) for days in (30, 7))
    finding = _only(change(TABLE, before=before, after=after))
    assert finding.text == (
        "table prod.flights.planes keeps its history for another time "
        "(delta.logRetentionDuration): interval 30 days → interval 7 days"
    )
    assert finding.severity == Severity.MEDIUM


def test_tag_of_what_the_data_is() -> None:
    """A classification that changes or goes is told with both words."""
    tag = {"entity_name": "prod.flights", "tag_key": "data_classification", "tag_value": "internal"}
    type_ = "databricks_entity_tag_assignment"
    changed = _only(change(type_, before=tag, after={**tag, "tag_value": "public"}))
    assert changed.text == "prod.flights changes its tag data_classification: internal → public"
    gone = _only(change(type_, before=tag), guard=DEV)
    assert (gone.text, gone.severity) == (
        "prod.flights loses its tag data_classification: internal",
        Severity.LOW,
    )


def test_monitor_s_metrics_end_with_it() -> None:
    """A deleted monitor's metric tables are named; a replaced one computes them anew."""
    monitor = {
        "table_name": "prod.flights.planes",
        "profile_metrics_table_name": "prod.m.p",
        "drift_metrics_table_name": "prod.m.d",
    }
    type_ = "databricks_quality_monitor"
    gone = _only(change(type_, before=monitor))
    assert gone.text == "metrics of the monitor of prod.flights.planes end here"
    assert gone.why == ("its metric tables: prod.m.p, prod.m.d",)
    anew = _only(replaced(type_, before=monitor, by="table_name", to="prod.flights.weather"), guard=STAGING)
    assert anew.text.endswith("are computed anew from what the table still has")
    assert anew.severity == Severity.LOW


def test_forgotten_model_stays() -> None:
    """What Terraform forgets is not destroyed, and nobody's any more."""
    model = {"catalog_name": "prod", "schema_name": "flights", "name": "delay"}
    finding = _only(change("databricks_registered_model", before=model, actions=["forget"]))
    assert finding.text == "model prod.flights.delay stays, and is managed by no stack any more"
    assert finding.severity == Severity.MEDIUM


def test_storage_that_goes() -> None:
    """An external location holds nothing itself, and what it reaches is not reached any more."""
    finding = _only(change("databricks_external_location", before={"name": "prod"}))
    assert finding.text == ("external location prod is destroyed: files can't be reached by it any more")
    assert finding.severity == Severity.HIGH


def test_catalog_that_may_be_destroyed_with_its_content() -> None:
    """force_destroy takes along what nobody declared."""
    finding = _only(
        change(
            "databricks_catalog",
            before={"name": "prod", "force_destroy": False},
            after={"name": "prod", "force_destroy": True},
        )
    )
    assert finding.text == (
        "catalog prod may from now on be destroyed together with what nobody declared in it"
    )


def test_tables_and_models_come_first() -> None:
    """Whatever order the plan has."""
    changes = [
        change("databricks_secret_scope", before={"name": "flights"}),
        change("databricks_registered_model", before={"name": "delay"}),
        change(TABLE, before=_table()),
    ]
    texts = [finding.text.split()[0] for finding in find_data(plan("prod", *changes), PRODUCTION)]
    assert texts == ["table", "model", "secret"]


def test_what_is_made_loses_nothing() -> None:
    """A new table and an empty plan are nothing to tell."""
    assert not list(find_data(plan("prod", change(TABLE, after=_table())), PRODUCTION))
    assert not list(find_data(plan("prod"), PRODUCTION))


def test_paths_are_told_by_the_names_that_cdktf_makes(stacks: dict[str, Synthesized]) -> None:
    """Whatever table the shipped stacks declare is named by its own path once it is gone."""
    tables = stacks["prod"].document["resource"][TABLE]
    assert tables
    for name, values in tables.items():
        path = values["//"]["path"].partition("/")[2]
        guard = Guard(production=True, unprotected=(path,))
        assert _only(change(TABLE, name, before=_table()), guard=guard).severity == Severity.HIGH
