"""Snapshot mode, stack by stack: prod pushes, dev receives, and nothing of prod is seen in dev."""

from __future__ import annotations

import json

import pytest

from infra.config.settings import AllSettings
from tests.infra.conftest import copy_files, synthesize_all
from tests.infra.snapshot_settings import switch_to_snapshots
from tests.infra.synthesis import Synthesized

ACCOUNT = "${data.terraform_remote_state.Account.outputs."
RUN_PROD = f"{ACCOUNT}prod_run_application_id}}"


@pytest.fixture(scope="module")
def switched(tmp_path_factory: pytest.TempPathFactory) -> AllSettings:
    """The shipped settings with snapshots in the place of the read-only catalog."""
    files = copy_files(tmp_path_factory.mktemp("settings"))
    switch_to_snapshots(files)
    return files.load()


@pytest.fixture(scope="module")
def made(switched: AllSettings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synthesized]:
    """All stacks of these settings."""
    return synthesize_all(switched, tmp_path_factory.mktemp("cdktf.out"))


def test_prod_is_not_seen_in_dev(made: dict[str, Synthesized]) -> None:
    """No workspace is bound to prod's catalog, and nobody of dev reads its tables, only their metrics."""
    assert not made["prod"].all("workspace_binding")
    raw = made["prod"].document["resource"]["databricks_grant"].values()
    roles = {
        grant["//"]["path"].rpartition("/")[0].removeprefix("prod/flights/")
        for grant in raw
        if grant["principal"] == "data-scientists" and "SELECT" in grant["privileges"]
    }
    assert roles == {"Monitoring/MetricsGrants"}
    principals = {grant["principal"] for grant in made["prod"].all("grant")}
    assert f"{ACCOUNT}dev_run_application_id}}" not in principals


def test_prod_s_workspace_writes_dev_s_catalog(made: dict[str, Synthesized]) -> None:
    """It is bound to write; there, prod's principal may write the snapshots' schema and no other."""
    dev = made["dev"]
    (binding,) = dev.all("workspace_binding")
    assert binding["binding_type"] == "BINDING_TYPE_READ_WRITE"
    assert binding["workspace_id"] == f"{ACCOUNT}prod_workspace_id}}"
    held = [grant for grant in dev.all("grant") if grant["principal"] == RUN_PROD]
    assert sorted(grant["privileges"] for grant in held) == [
        ["USE_CATALOG"],
        ["USE_SCHEMA", "SELECT", "MODIFY"],
    ]


def test_copies_say_what_the_originals_say(made: dict[str, Synthesized]) -> None:
    """Their schema has the project's tags: a copy is no less confidential than what it is of."""
    tags = made["dev"].all("entity_tag_assignment")
    by_schema: dict[str, dict[str, str]] = {}
    for tag in (tag for tag in tags if tag["entity_type"] == "schemas"):
        by_schema.setdefault(tag["entity_name"], {})[tag["tag_key"]] = tag["tag_value"]
    assert len(by_schema) == 2, "the project's own, and the snapshots'"
    own, copies = by_schema.values()
    assert own == copies == {"domain": "aviation", "data_classification": "public"}


def test_copies_are_declared_as_they_are_filled(made: dict[str, Synthesized]) -> None:
    """With the project's columns; one that is left empty may be so, and the comment tells what was done."""
    copies = [table for table in made["dev"].all("sql_table") if table["schema_name"] == "flights_snapshot"]
    assert {table["name"] for table in copies} == {"flights", "planes", "flight_features"}
    (flights,) = (table for table in copies if table["name"] == "flights")
    assert flights["comment"].endswith("(snapshot of prod, 0.5 of the rows, where origin = 'JFK')")
    columns = {column["name"]: column for column in flights["column"]}
    assert columns["flight_number"]["comment"].endswith("(left empty)")
    assert columns["tail_number"]["comment"].endswith("(a salted hash of it)")
    assert columns["flight_id"]["nullable"] is False
    assert [table["table"] for table in made["dev"].all("grant") if "table" in table] == [
        grant["table"] for grant in made["staging"].all("grant") if "table" in grant
    ], "the copy of a feature table gives nobody MANAGE"


def test_prod_s_job_copies_what_the_settings_choose(made: dict[str, Synthesized]) -> None:
    """By its schedule, as prod's principal, in prod's workspace; people of dev have no part in it."""
    job = made["prod"].one("job", name="flights-snapshot_dev")
    parameters = {item["name"]: item["default"] for item in job["parameter"]}
    assert job["schedule"]["quartz_cron_expression"] == "0 0 3 ? * SUN"
    assert job["run_as"] == {"service_principal_name": RUN_PROD}
    assert (parameters["target_catalog"], parameters["target_schema"]) == ("dev", "flights_snapshot")
    assert parameters["secret_scope"] == made["prod"].one("secret_scope")["name"]
    flights, planes, features = json.loads(parameters["selections"])
    assert flights == {
        "table": "flights",
        "sample": 0.5,
        "by": ["flight_id"],
        "keys": ["flight_id"],
        "where": "origin = 'JFK'",
        "hashed": ["tail_number"],
        "emptied": ["flight_number"],
    }
    assert (planes["sample"], planes["hashed"]) == (1, ["tail_number"])
    assert features["by"] == ["flight_id"]
    assert not [
        job for name in ("dev", "staging") for job in made[name].all("job") if "snapshot" in job["name"]
    ]


def test_dev_s_models_are_shown_beside_dev_s_champion(made: dict[str, Synthesized]) -> None:
    """Prod's can't be loaded there."""
    training = made["dev"].one("job", name="flights-training")
    parameters = {item["name"]: item["default"] for item in training["parameter"]}
    champion = parameters["champion_model"]
    assert champion == parameters["model"] or champion.startswith("dev.")


def test_every_parameter_of_the_job_is_used(made: dict[str, Synthesized]) -> None:
    """The step takes what the job declares."""
    job = made["prod"].one("job", name="flights-snapshot_dev")
    (task,) = job["task"]
    assert task["python_wheel_task"]["entry_point"] == "snapshot"
    assert sorted(task["python_wheel_task"]["parameters"]) == [
        f"--{item['name']}={{{{job.parameters.{item['name']}}}}}" for item in job["parameter"]
    ]
