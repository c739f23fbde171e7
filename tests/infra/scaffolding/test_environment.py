"""New environments: what is written into the settings, and that removal leaves nothing of it."""

from __future__ import annotations

import pytest

from infra.config.problems import ConfigurationError
from infra.scaffolding.changes import RefusedError
from infra.scaffolding.environment import new_environment, remove_environment
from infra.scaffolding.settings import Settings
from tests.infra.conftest import EnvironmentFiles
from tests.infra.scaffolding.contents import contents

HEADER = "# Qa: everything that prod has, with less of it, to see it work before prod gets it."


def new(files: EnvironmentFiles, name: str, source: str) -> None:
    """Make an environment."""
    new_environment(Settings.load(files.folder), name, source).make()


def remove(files: EnvironmentFiles, name: str) -> None:
    """Remove an environment."""
    remove_environment(Settings.load(files.folder), name).make()


def test_it_is_what_its_source_is(files: EnvironmentFiles) -> None:
    """Another workspace and catalog, and apart from names the same settings and the same comments."""
    new(files, "qa", "staging")
    made, source = (files.folder / f"{name}.yaml" for name in ("qa", "staging"))
    assert made.read_text().splitlines()[0] == HEADER
    renamed = source.read_text().replace("staging", "qa").replace("Staging", "Qa")
    assert made.read_text() == renamed
    environment = files.load().environments["qa"]
    assert (environment.workspace.name, environment.catalog.name) == ("mlops-qa", "qa")


def test_everybody_may_there_what_they_may_in_its_source(files: EnvironmentFiles) -> None:
    """The matrix gives the same rights in both, to groups and to the environment's own principals."""
    new(files, "qa", "staging")
    settings = files.load()
    for asset in ("jobs", "endpoints", "experiments"):
        theirs = settings.access("staging").permissions(asset, "flights")
        assert theirs
        assert settings.access("qa").permissions(asset, "flights") == theirs
    assert settings.access("qa").schema_grants("flights") == settings.access("staging").schema_grants(
        "flights"
    )
    assert settings.access("qa").entitlements() == settings.access("staging").entitlements()


def test_rows_stand_beside_those_they_were_copied_from(files: EnvironmentFiles) -> None:
    """A reader finds both together, each with its comment."""
    new(files, "qa", "staging")
    text = (files.folder / "access.yaml").read_text()
    assert (
        "  staging:\n    manage: [leftovers]  # staging.yaml: purge\n\n  qa:\n    manage: [leftovers]" in text
    )
    assert "# qa.yaml: purge" in text
    assert text.count("  qa:\n") == text.count("  staging:\n")


@pytest.mark.parametrize("source", ["dev", "staging", "prod"])
def test_removal_leaves_nothing(files: EnvironmentFiles, source: str) -> None:
    """Whatever it was copied from, all files are as before, byte by byte."""
    before = contents(files.folder)
    new(files, "qa", source)
    assert contents(files.folder) != before
    remove(files, "qa")
    assert contents(files.folder) == before


def test_who_shows_its_catalog_to_the_source_shows_it_to_the_copy(files: EnvironmentFiles) -> None:
    """A second dev reads prod as the first one does, and its training is compared with prod's Champion."""
    new(files, "sandbox", "dev")
    settings = files.load()
    assert settings.environments["prod"].catalog.read_only_in == ("dev", "sandbox")
    assert settings.champion_catalog("sandbox") == "prod"
    assert settings.access("prod").schema_grants("flights")["run-sandbox"] == ("USE_SCHEMA", "EXECUTE")


def test_snapshots_reach_the_copy_too(files: EnvironmentFiles) -> None:
    """Where prod gives dev snapshots instead, a second dev gets the same ones; a second prod gives none."""
    files.replace("prod.yaml", "  read_only_in: [dev]  #", "  #")
    files.replace(
        "prod.yaml",
        "warehouse:\n",
        "snapshots:\n  # a tenth\n  dev: {projects: {flights: {flights: {sample: 0.1}}}}\nwarehouse:\n",
    )
    access = (files.folder / "access.yaml").read_text()
    training = access[access.index("run-dev:") : access.index("retrain:")]
    files.replace("access.yaml", training, "")
    scientists = access[: access.index("ml-engineers:")].rpartition("  prod:\n")[2]
    files.replace("access.yaml", scientists, scientists.replace("[data, ", "["))
    before = contents(files.folder)
    new(files, "sandbox", "dev")
    assert "  sandbox: {projects: {flights" in (files.folder / "prod.yaml").read_text()
    assert "flights" in files.load().arrivals("sandbox")
    new(files, "canary", "prod")
    assert files.load().environments["canary"].snapshots == {}
    remove(files, "canary")
    remove(files, "sandbox")
    assert contents(files.folder) == before


def test_names_that_say_nothing_of_the_source_get_an_end(files: EnvironmentFiles) -> None:
    """Workspace and catalog of the copy never are the source's."""
    files.replace("staging.yaml", "name: mlops-staging", "name: test-bench")
    files.replace("staging.yaml", "catalog:\n  name: staging", "catalog:\n  name: bench")
    new(files, "qa", "staging")
    environment = files.load().environments["qa"]
    assert (environment.workspace.name, environment.catalog.name) == ("test-bench-qa", "bench_qa")


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        (
            "Qa",
            "staging",
            "'Qa' can't name an environment; wants up to 30 lower case letters, digits, _",
        ),
        (
            "q/a",
            "staging",
            "'q/a' can't name an environment; wants up to 30 lower case letters, digits, _",
        ),
        ("every", "staging", "'every' can't name an environment: it means something else"),
        ("account", "staging", "'account' can't name an environment: it means something else"),
        ("prod", "staging", "the environment prod is there already"),
        ("qa", "stagin", "unknown environment 'stagin' (did you mean staging?); allowed: dev, prod, staging"),
    ],
)
def test_what_can_not_be_made_is_one_line(
    files: EnvironmentFiles, name: str, source: str, problem: str
) -> None:
    """And nothing is written."""
    before = contents(files.folder)
    with pytest.raises(RefusedError) as raised:
        new(files, name, source)
    assert str(raised.value) == problem
    assert contents(files.folder) == before


def test_what_two_environments_can_not_share_is_told(files: EnvironmentFiles) -> None:
    """A copy of an environment whose workspace exists would have the same one: its line is named."""
    files.replace("staging.yaml", "name: mlops-staging", "id: 17\n  host: https://dbc-1.cloud.databricks.com")
    before = contents(files.folder)
    with pytest.raises(ConfigurationError) as raised:
        new(files, "qa", "staging")
    assert str(raised.value).replace(f"{files.folder}/", "") == (
        "staging.yaml:3: workspace.id: is the workspace of qa already"
    )
    assert contents(files.folder) == before


def test_production_is_not_removed(files: EnvironmentFiles) -> None:
    """Something has to be the production that others are compared with."""
    with pytest.raises(RefusedError, match="prod is the production environment: name another one"):
        remove(files, "prod")
