"""The jobs that an environment gives its projects."""

from __future__ import annotations

from infra.config.settings import AllSettings
from infra.constructs.environment_jobs import environment_jobs
from tests.infra.conftest import EnvironmentFiles


def test_only_what_the_settings_ask_for(settings: AllSettings) -> None:
    """Staging is purged; nothing is copied anywhere."""
    jobs = {name: list(environment_jobs(settings, name)["flights"]) for name in settings.environments}
    assert jobs == {"dev": [], "prod": [], "staging": ["purge"]}


def test_purge_keeps_all_that_is_declared(settings: AllSettings) -> None:
    """Every table, the endpoint's inference table, each monitor's metric tables, the endpoint."""
    parameters = environment_jobs(settings, "staging")["flights"]["purge"].parameters
    project = settings.projects["flights"]
    kept = set(parameters["tables"].split(","))
    assert kept == {*project.tables, "arrival_delay_payload"}
    metric_tables = set(parameters["metric_tables"].split(","))
    assert {name.removesuffix("_drift_metrics") for name in metric_tables if "drift" in name} == set(
        project.monitors
    )
    assert len(metric_tables) == 2 * len(project.monitors)
    assert parameters["endpoints"] == "flights-arrival-delay"
    assert (parameters["after_days"], parameters["dry_run"]) == ("14", "false")


def test_purge_keeps_the_endpoints_of_other_projects(files: EnvironmentFiles) -> None:
    """A project whose name begins like this one's has its own purge."""
    other = (files.folder / "projects" / "flights.yaml").read_text()
    (files.folder / "projects" / "flights_eu.yaml").write_text(
        other.replace("schema: flights\n", "schema: flights_eu\n")
    )
    staging = (files.folder / "staging.yaml").read_text()
    head, _, values = staging.partition("  flights:\n")
    (files.folder / "staging.yaml").write_text(f"{head}  flights:\n{values}  flights_eu:\n{values}")
    jobs = environment_jobs(files.load(), "staging")
    for project in ("flights", "flights_eu"):
        kept = jobs[project]["purge"].parameters["endpoints"].split(",")
        assert kept == ["flights-arrival-delay", "flights-eu-arrival-delay"]
