"""The generated cases leave nothing of the matrix out: each of its lines decides some of them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from infra.config.access import AccessMatrix
from infra.config.settings import AllSettings
from infra.config.vocabulary import LEVELS, TABLE_PRIVILEGES, Level, assets, levels_of
from tests.e2e.access.cases import generate
from tests.e2e.access.catalogue import OPERATIONS
from tests.e2e.access.conftest import shipped
from tests.e2e.access.reading import Case, Reading

_log = logging.getLogger(__name__)
Rows = dict[str, dict[str, dict[Level, tuple[str, ...]]]]

# No client can ask for what these levels add to the one before.
UNTRIED: dict[tuple[str, Level], str] = {
    ("alerts", "use"): "an alert is run by hand in the browser alone",
    ("dashboards", "use"): "a dashboard's filters and refreshes are the browser's",
    ("git_folders", "use"): "notebooks are run in the browser, or by jobs",
    ("storage", "write"): "a credential is of a cloud's storage, and as shipped nobody makes one",
}
TRIED = [asset for asset in assets() if any((asset, level) not in UNTRIED for level in levels_of(asset))]
# What comes with other rights, so that giving it adds nothing to who has some.
IMPLIED: dict[tuple[str, Level], str] = {
    ("catalog", "read"): "who has a right on something in the catalog can reach it",
}


@pytest.fixture(scope="module")
def cases(reading: Reading) -> list[Case]:
    """All cases."""
    return generate(reading.settings)


@pytest.mark.parametrize("asset", assets())
def test_every_level_of_every_asset_is_tried(asset: str) -> None:
    """A new word of the matrix needs operations, or a reason why there are none."""
    tried = {operation.level for operation in OPERATIONS if operation.asset == asset}
    for level in levels_of(asset):
        assert (level in tried) != ((asset, level) in UNTRIED), f"{asset}: {level}"


def test_names_tell_cases_apart(cases: list[Case]) -> None:
    """A failure says which case it is."""
    names = Counter(each.id for each in cases)
    assert [name for name, times in names.items() if times > 1] == []
    assert "data-scientists-prod-flights-data-write-insert-sql" in names
    assert "ml-engineers-prod-flights-data-write-insert-sql-from-dev" in names


@pytest.mark.parametrize("asset", TRIED)
def test_each_asset_is_allowed_and_refused(reading: Reading, cases: list[Case], asset: str) -> None:
    """Cases of one kind alone would show nothing."""
    told = Counter(reading.allows(each) for each in cases if each.operation.asset == asset)
    assert told[True]
    assert told[False]


def test_how_many_cases_there_are(reading: Reading, cases: list[Case]) -> None:
    """Every environment and every door; `pytest -rP --log-level=info` shows the numbers."""
    allowed = sum(reading.allows(each) for each in cases)
    _log.info("%d cases: %d allowed, %d refused", len(cases), allowed, len(cases) - allowed)
    assert {each.environment for each in cases} == set(reading.settings.environments)
    assert {each.operation.door for each in cases} == {"rest", "sql", "mlflow", "files", "spark"}
    assert len(cases) > 1000


def _rows() -> Iterator[tuple[str, str, Level, str]]:
    """Who, where, level and asset, but for what a workspace's admins may without being told so."""
    for who, places in shipped().matrix.root.items():
        for where, levels in places.items():
            administered = {
                operation.asset
                for operation in OPERATIONS
                if "admin" in operation.or_ and "workspace" in levels.get("manage", ())
            }
            for level, listed in levels.items():
                yield from ((who, where, level, asset) for asset in listed if asset not in administered)


@pytest.mark.parametrize("row", list(_rows()), ids="-".join)
def test_each_line_of_the_matrix_decides_some_case(
    reading: Reading, cases: list[Case], row: tuple[str, str, Level, str]
) -> None:
    """Without it, something that is tried would have to be refused, and nothing would be allowed."""
    who, where, level, asset = row

    def strike(rows: Rows) -> None:
        rows[who][where][level] = tuple(each for each in rows[who][where][level] if each != asset)

    without = _changed(reading.settings, strike)
    concerned = [each for each in cases if who in each.persona.words(each.environment) + _seated(each)]
    lost = [each.id for each in concerned if reading.allows(each) and not without.allows(each)]
    gained = [each.id for each in concerned if without.allows(each) and not reading.allows(each)]
    assert lost
    assert gained == []


@pytest.mark.parametrize("asset", assets())
@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
@pytest.mark.parametrize("who", ["data-scientists", "ml-engineers"])
def test_each_right_one_step_up_decides_some_case(
    reading: Reading, cases: list[Case], who: str, environment: str, asset: str
) -> None:
    """A looser matrix is looser in some case, for who has what operations need beside."""
    held = reading.settings.matrix.root[who][environment]
    reached = max((LEVELS.index(level) for level, listed in held.items() if asset in listed), default=-1)
    concerned = [each for each in cases if each.persona.group == who and each.environment == environment]
    tried = {each.operation.level for each in concerned if each.operation.asset == asset}

    def equip(rows: Rows) -> None:
        _give(rows[who][environment], "use", {"workspace", "warehouses", "principals"} - {asset})
        if asset in TABLE_PRIVILEGES:  # which `data` has, too
            _take(rows[who][environment], "data")

    before = _changed(reading.settings, equip)
    for level in levels_of(asset):
        if LEVELS.index(level) <= reached or level not in tried or (asset, level) in IMPLIED:
            continue

        def loosen(rows: Rows, level: Level = level) -> None:
            equip(rows)
            _give(rows[who][environment], level, {asset})

        after = _changed(reading.settings, loosen)
        assert [each.id for each in concerned if after.allows(each) and not before.allows(each)], level


def _changed(settings: AllSettings, change: Callable[[Rows], None]) -> Reading:
    rows: Rows = settings.matrix.model_dump()
    change(rows)
    return Reading(replace(settings, matrix=AccessMatrix.model_validate(rows)))


def _give(row: dict[Level, tuple[str, ...]], level: Level, given: set[str]) -> None:
    row[level] = (*row.get(level, ()), *sorted(given))


def _take(row: dict[Level, tuple[str, ...]], taken: str) -> None:
    for level, listed in row.items():
        row[level] = tuple(asset for asset in listed if asset != taken)


def _seated(case: Case) -> tuple[str, ...]:
    return case.persona.words(case.seat)
