"""The cases that the shipped settings lead to, and the deployed account that they are tried in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from infra.config.settings import AllSettings
from tests.e2e.access.cases import generate
from tests.e2e.access.reading import Case, Reading
from tests.e2e.access.world import World
from tests.e2e.conftest import Deployed
from tests.infra.conftest import copy_files


@cache
def shipped() -> AllSettings:
    """The settings as they stand, additions and all, of an account that nobody runs."""
    with TemporaryDirectory() as folder:
        return copy_files(Path(folder), additions=True).load()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each case is a test of its own; with every change those of who may only look at production."""
    if "case" in metafunc.fixturenames:
        marks = {True: (), False: (pytest.mark.slow,)}
        cases = [pytest.param(case, id=case.id, marks=marks[_looks(case)]) for case in generate(shipped())]
        metafunc.parametrize("case", cases)


def _looks(case: Case) -> bool:
    """Whether it is of a group in production that does not own it."""
    account = shipped().account
    owners = {account.metastore.owner, *account.production_owners}
    group = case.persona.group
    return case.environment == account.production and group is not None and group not in owners


@pytest.fixture(scope="session")
def reading() -> Reading:
    """What the shipped matrix says."""
    return Reading(shipped())


@pytest.fixture(scope="module")
def world(deployed: Deployed) -> Iterator[World]:
    """Everybody in the deployed account."""
    with World(shipped(), deployed.folder / "databrickscfg") as everybody:
        yield everybody
