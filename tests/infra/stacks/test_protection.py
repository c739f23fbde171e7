"""Production's data is kept from being destroyed, unless the settings name what may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.config.problems import ConfigurationError
from infra.config.stateful import STATEFUL
from tests.infra.conftest import EnvironmentFiles, synthesize_all
from tests.infra.synthesis import Synthesized


def stateful(stack: Synthesized) -> dict[str, bool]:
    """Whether each stateful resource is protected, by its path within its stack."""
    return {
        item["//"]["path"].partition("/")[2]: item.get("lifecycle", {}).get("prevent_destroy", False)
        for type_ in STATEFUL
        for item in stack.document["resource"].get(type_, {}).values()
    }


def test_all_of_productions_data_is_protected(stacks: dict[str, Synthesized]) -> None:
    """Catalog, schemas, tables, models, volumes, experiments, secrets; what is computed anew is not."""
    kept = stateful(stacks["prod"])
    assert {path for path, protected in kept.items() if not protected} == {
        "flights/Monitoring/Metrics/Schema"
    }
    assert {
        "Catalog/Catalog",
        "flights/Tables/planes",
        "flights/Model/Model",
        "flights/Secrets/Scope",
    } <= kept.keys()


def test_of_the_account_what_production_stands_on_is_protected(stacks: dict[str, Synthesized]) -> None:
    """The metastore, and production's workspace with its runs; the others' go with their environments."""
    assert stateful(stacks["account"]) == {
        "Metastore/Metastore": True,
        "Workspace-dev/Workspace": False,
        "Workspace-prod/Workspace": True,
        "Workspace-staging/Workspace": False,
    }


@pytest.mark.parametrize("environment", ["dev", "staging"])
def test_disposable_environments_go(stacks: dict[str, Synthesized], environment: str) -> None:
    """Where the catalog is disposable nothing stands in the way of cdktf destroy."""
    assert not any(stateful(stacks[environment]).values())


def test_what_is_named_may_go(files: EnvironmentFiles, tmp_path: Path) -> None:
    """A table by its path, or all of a project by its name."""
    files.replace(
        "prod.yaml", "projects:\n", "unprotected: [flights/Tables/planes, flights/Secrets]\nprojects:\n"
    )
    kept = stateful(synthesize_all(files.load(), tmp_path / "out")["prod"])
    free = {path for path, protected in kept.items() if not protected}
    assert free == {"flights/Monitoring/Metrics/Schema", "flights/Secrets/Scope", "flights/Tables/planes"}


def test_a_name_that_nothing_has_is_one_line(files: EnvironmentFiles, tmp_path: Path) -> None:
    """A path that is misspelt protects still, and says so."""
    files.replace("prod.yaml", "projects:\n", "unprotected: [flights/Tables/plane]\nprojects:\n")
    with pytest.raises(ConfigurationError) as raised:
        synthesize_all(files.load(), tmp_path / "out")
    (line,) = str(raised.value).splitlines()
    start = "prod.yaml: unprotected[0]: unknown stateful resource (did you mean flights/Tables/planes?); "
    assert line.startswith(start)


def test_nothing_is_unprotected_where_all_goes(files: EnvironmentFiles) -> None:
    """In a disposable environment the key would say nothing."""
    files.replace("staging.yaml", "projects:\n", "unprotected: [flights]\nprojects:\n")
    (line,) = files.problems()
    assert line.endswith("unprotected: nothing is protected where the catalog is disposable: take it out")
