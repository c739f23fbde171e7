"""The fictional company: two clouds, six environments, five projects, and teams that keep apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from infra.compliance.checking import check_all
from infra.config.process import Process
from infra.config.settings import AllSettings, load_settings
from infra.declared.declared import Declared
from infra.rights.effective import EffectiveRights
from tests.infra.conftest import synthesize_all

COMPANY = Path(__file__).parent / "company"
TEAMS = {"pricing", "delays", "berths", "claims", "energy"}


@pytest.fixture(scope="module", params=["aws", "azure"])
def account(request: pytest.FixtureRequest) -> AllSettings:
    """One of the company's two accounts."""
    return load_settings(Process("cloud", None, COMPANY / request.param))


@pytest.fixture(scope="module")
def company(account: AllSettings, tmp_path_factory: pytest.TempPathFactory) -> Declared:
    """What that account declares."""
    stacks = synthesize_all(account, tmp_path_factory.mktemp("company"))
    return Declared({name: stack.document for name, stack in stacks.items()})


def test_has_two_clouds_six_environments_and_five_projects() -> None:
    """Both accounts share one folder of projects, and use what they need of it."""
    accounts = [load_settings(Process("cloud", None, COMPANY / name)) for name in ("aws", "azure")]
    assert {item.account.cloud for item in accounts} == {"aws", "azure"}
    assert sum(len(item.environments) for item in accounts) == 6
    used = {name for item in accounts for values in item.environments.values() for name in values.projects}
    assert used == TEAMS


def test_keeps_every_policy(company: Declared, account: AllSettings) -> None:
    """Nobody had to be given an exception."""
    assert account.waivers.root == {}
    assert check_all(account, company, today=date(2026, 11, 26)) == []


def test_teams_read_their_own_project_alone(company: Declared, account: AllSettings) -> None:
    """Of another team's data, models and files nobody reaches anything, anywhere."""
    rights = EffectiveRights(company, account.projects)
    teams = [group for group in account.account.existing_groups if group.startswith("team-")]
    assert teams
    for team in teams:
        own = team.removeprefix("team-")
        reached = {
            right.project
            for environment in company.environments
            for right in rights.of(team, environment)
            if right.project and right.asset in ("data", "models", "volumes", "features", "secrets")
        }
        assert reached == {own}, team


def test_nobody_but_operations_and_the_platform_changes_production(
    company: Declared, account: AllSettings
) -> None:
    """Teams read production or see that it runs; whatever they hold there is no more than reading."""
    rights = EffectiveRights(company, account.projects)
    for team in (group for group in account.account.existing_groups if group.startswith("team-")):
        held = {right.level for right in rights.of(team, account.account.production)}
        assert held <= {"read"}, team
