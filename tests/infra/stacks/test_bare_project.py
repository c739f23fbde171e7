"""A project whose pipelines are yet to be written: its data and its model are under code already."""

from __future__ import annotations

from pathlib import Path

from tests.infra.conftest import EnvironmentFiles, synthesize_all

BARE = """\
schema: ratings
model: {name: churn, comment: Whether a customer leaves}
volumes: {artifacts: The code that the jobs run}
tables:
  customers: {columns: {customer_id: {type: STRING, nullable: false}}}
"""


def test_has_its_schema_table_and_model_and_nothing_that_runs(
    files: EnvironmentFiles, tmp_path: Path
) -> None:
    """Without jobs and without an endpoint nothing costs, and nothing refers to what isn't there."""
    (files.folder / "projects" / "ratings.yaml").write_text(BARE)
    files.replace("dev.yaml", "projects:\n", "projects:\n  ratings: {}\n")
    dev = synthesize_all(files.load(), tmp_path / "out")["dev"]
    assert dev.one("sql_table", name="customers")["schema_name"] == "ratings"
    assert dev.one("registered_model", name="churn")["schema_name"] == "ratings"
    names = [item["name"] for item in (*dev.all("job"), *dev.all("model_serving"))]
    assert names
    assert not [name for name in names if name.startswith("ratings")]
    assert [item["display_name"] for item in dev.all("dashboard")] == ["flights"]


def test_steps_that_want_an_endpoint_need_one(files: EnvironmentFiles) -> None:
    """An environment that does not serve a model can't run the jobs that would."""
    files.replace("staging.yaml", "    endpoint: {workload_size: Small, scale_to_zero: true}\n", "")
    (problem,) = files.problems()
    assert problem.startswith("staging.yaml:")
    assert problem.endswith(
        "projects.flights.endpoint: missing; these steps want one: deploy, observe, rollback"
    )
