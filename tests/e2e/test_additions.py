"""A fourth environment and a second project, made, tried and removed as the guides say: word for word."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from databricks.sdk import AccountClient, WorkspaceClient

from infra.config.process import Process
from infra.config.settings import load_settings
from infra.config.vocabulary import assets_of_projects
from infra.scaffolding.yaml_text import YamlText
from tests.e2e.access.cases import generate
from tests.e2e.access.reading import Reading
from tests.e2e.access.verdict import judge
from tests.e2e.access.world import World
from tests.e2e.checkout import Checkout, check_out
from tests.guides import commands

pytestmark = pytest.mark.slow

DEPLOYED = ("dev", "qa")
ENVIRONMENTS, PROJECTS = "docs/environments.md", "docs/projects.md"
TEAMS = {"data-scientists": "flights", "ml-engineers": "churn"}  # each group's only project in qa


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout whose account has been deployed, and nothing else."""
    with check_out(tmp_path_factory.mktemp("checkout")) as checkout:
        checkout.type("pipenv run cdktf deploy account")
        yield checkout


@pytest.fixture(scope="module")
def churn(checkout: Checkout) -> Checkout:
    """The same with a second project in dev, whose jobs have run."""
    checkout.type(*commands(PROJECTS, "Make one"))
    return checkout


@pytest.fixture(scope="module")
def qa(churn: Checkout) -> Checkout:
    """The same with a fourth environment, in which each project has its own team."""
    make, *deploy = commands(ENVIRONMENTS, "Make one")
    churn.type(make)
    give_each_team_its_project(churn)
    churn.type(*deploy)
    return churn


def give_each_team_its_project(checkout: Checkout) -> None:
    """In qa people have rights in one project alone, and may work in the workspace."""
    path = checkout.settings / "access.yaml"
    text = YamlText(path.read_text())
    assets = [asset for asset in assets_of_projects() if asset not in ("leftovers", "git_folders")]
    for group, project in TEAMS.items():
        rows = f"qa:\n  use: [warehouses, workspace]\nqa/{project}:\n  read: [{', '.join(assets)}]"
        text = text.remove((group, "qa")).append((group,), rows)
    path.write_text(text.text)


def test_the_new_project_s_model_is_served(churn: Checkout) -> None:
    """Its jobs have made a Champion, better than the heuristic, which its endpoint serves."""
    client = WorkspaceClient(profile="dana-dev", config_file=str(churn.credentials))
    config = client.serving_endpoints.get("churn-outcome").config
    assert config is not None
    (entity,) = config.served_entities or []
    assert (entity.entity_name, entity.entity_version) == ("dev.churn.outcome", "1")
    record = {"segment": "private", "size": 20.0, "usage": None, "weekday": 2.0}
    answer = client.serving_endpoints.query("churn-outcome", dataframe_records=[record])
    assert 10 < float((answer.predictions or [])[0]) < 60


def test_its_records_are_predicted(churn: Checkout) -> None:
    """Each record of the month has a prediction, and its outcome beside it."""
    client = WorkspaceClient(profile="dana-dev", config_file=str(churn.credentials))
    warehouse = next(iter(client.warehouses.list())).id or ""
    statement = client.statement_execution.execute_statement(
        "SELECT count(*), count(prediction), count(outcome), count(DISTINCT model_version)"
        " FROM dev.churn.outcome_predictions",
        warehouse,
        wait_timeout="50s",
    )
    assert statement.result is not None, statement.status
    assert statement.result.data_array == [["2000", "2000", "2000", "1"]]


def test_the_access_cases_cover_it_unedited(qa: Checkout) -> None:
    """All that the matrix says of qa holds, from there and from dev, through every door, for both teams."""
    settings = load_settings(Process("local", qa.credentials, qa.settings))
    cases = [case for case in generate(settings, ["qa"]) if case.seat in DEPLOYED]
    reading = Reading(settings)
    told = Counter((case.persona.name, case.project, reading.allows(case)) for case in cases if case.project)
    for group, own in TEAMS.items():
        for project in TEAMS.values():
            assert told[group, project, False], "something is refused to everybody"
            assert bool(told[group, project, True]) == (project == own)
    with World(settings, qa.credentials) as world:
        mistakes = [mistake for case in cases if (mistake := judge(world, case))]
    assert mistakes == []


def test_nothing_is_left_to_deploy(qa: Checkout) -> None:
    """What was deployed is what the settings say."""
    assert "No changes" in qa.type("pipenv run cdktf diff qa")


def test_removal_leaves_nothing(qa: Checkout) -> None:
    """The guides' other half: workspace, principals and profiles are gone, and git sees no difference.

    The teams' rows of the matrix go with the environment that they are about.
    """
    destroy, remove, deploy = commands(ENVIRONMENTS, "Remove one")
    qa.type(destroy)
    qa.type(remove, deploy)
    state = json.loads((qa.folder / ".local/state/account.tfstate").read_text())
    assert [name for name in state["outputs"] if name.startswith("qa_")] == []
    account = AccountClient(profile="account", config_file=str(qa.credentials))
    assert "qa" not in {str(workspace.deployment_name) for workspace in account.workspaces.list()}
    names = [str(principal.display_name) for principal in account.service_principals.list()]
    assert [name for name in names if name.endswith("-qa")] == []
    qa.type(*commands(PROJECTS, "Remove one"))
    profiles = qa.credentials.read_text()
    assert "[dana-dev]" in profiles
    assert "qa]" not in profiles
    assert qa.changes() == []
