"""Rights that are read back from what is declared are those that the access matrix says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.config.access import ROLES, AccessMatrix, EnvironmentAccess
from infra.config.project import Project
from infra.config.settings import AllSettings
from infra.config.vocabulary import LEVELS, TABLE_PRIVILEGES, Level, assets, assets_of_projects, levels_of
from infra.declared.declared import Declared
from infra.rights.effective import EffectiveRights, Right
from tests.infra.rights.account import AccountBuilder, compile_access

PROJECT = Project.model_validate(
    {
        "schema": "flights",
        "model": {"name": "delay"},
        "volumes": {},
        "tables": {
            "raw": {"columns": {"id": {"type": "STRING"}}},
            "known": {
                "columns": {name: {"type": "STRING", "nullable": False} for name in ("id", "at")},
                "keys": ["id"],
                "time": "at",
                "feature_table": True,
            },
            "said": {"columns": {"id": {"type": "STRING"}}},
            "said_before": {"columns": {"id": {"type": "STRING"}}},
        },
        "monitors": {
            "said": {
                "inference_log": {
                    "time": "at",
                    "prediction": "p",
                    "model_id": "v",
                    "problem": "regression",
                },
                "granularities": ["1 day"],
                "baseline": "said_before",
            }
        },
    }
)
Rows = dict[str, dict[str, dict[str, list[str]]]]
SHARED = {"metastore", "system"}  # of the account, so that any environment's words count
GROUPS = ["readers", "writers"]


def said(matrix: Rows, who: str, environment: str, project: str | None, asset: str) -> Level | None:
    """The highest level of a matrix, read as its readers read it, that means something for the asset.

    Some of the tables are read and written by who reads and writes all, and managed by who may drop all.
    """
    highest = _highest(matrix, who, environment, project, asset)
    if asset in TABLE_PRIVILEGES:
        data, leftovers = (
            _highest(matrix, who, environment, project, name) for name in ("data", "leftovers")
        )
        highest = max(highest, min(data, LEVELS.index("write")))
        if leftovers == LEVELS.index("manage") and highest >= LEVELS.index("write"):
            highest = leftovers
    meant = [level for level in levels_of(asset) if LEVELS.index(level) <= highest]
    return meant[-1] if meant else None


def _highest(matrix: Rows, who: str, environment: str, project: str | None, asset: str) -> int:
    places = ["every", environment, f"{environment}/{project}"]
    rows = [matrix.get(who, {}).get(place, {}) for place in places]
    given = [level for row in rows for level, named in row.items() if asset in named]
    return max((LEVELS.index(level) for level in given), default=-1)


def is_told(expected: Level | None, right: Right | None) -> bool:
    """Whether a right is what the matrix says, or more for a known reason; never less."""
    if right is None or right.level == expected:
        return right is not None or expected is None
    return is_more(right) and (expected is None or LEVELS.index(right.level) > LEVELS.index(expected))


def is_more(right: Right) -> bool:
    """Whether a right has another reason than its own words in the matrix.

    An owner and an admin have everything, a catalog is on the way to what is in it, and who manages
    leftovers manages all that is in the schema.
    """
    reasons = {reason.says for reason in right.because}
    owned = any(" owns " in text for text in reasons)
    admin = any(" is ADMIN of " in text for text in reasons)
    on_the_way = right.asset == "catalog" and right.level == "read"
    managed = right.asset == "models" and any("MANAGE on schema" in text for text in reasons)
    return owned or admin or on_the_way or managed


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_shipped_stacks_give_what_the_matrix_says(
    declared: Declared, settings: AllSettings, environment: str
) -> None:
    """Nothing is lost between matrix and resources, and what is more has one of the known reasons."""
    matrices = {name: _by_names(settings.matrix.model_dump(), name) for name in declared.environments}
    found = _of(declared, environment, settings.projects)
    rights = {(item.principal, item.project, item.asset): item for item in found}
    for who in matrices[environment]:
        for project, asset in _asked():
            places = declared.environments if asset in SHARED else [environment]
            levels = [said(matrices[place], who, place, project, asset) for place in places]
            expected = max(levels, key=lambda level: LEVELS.index(level) if level else -1)
            assert is_told(expected, rights.get((who, project, asset))), (who, asset)


_row = st.dictionaries(
    st.sampled_from(LEVELS), st.lists(st.sampled_from(assets()), max_size=4, unique=True), max_size=3
)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(GROUPS),
        st.dictionaries(st.sampled_from(["every", "prod", "prod/flights"]), _row, max_size=3),
    )
)
def test_any_matrix_comes_back(drawn: Rows) -> None:
    """What a matrix says is what its grants, permissions, assignments and roles give, and no more."""
    matrix = {who: _meaningful(rows) for who, rows in drawn.items()}
    account = AccountBuilder()
    account.groups(*GROUPS)
    compile_access(account, EnvironmentAccess(AccessMatrix(matrix), "prod", ["flights"]), "prod", PROJECT)  # type: ignore[arg-type] # lists for tuples
    found = _of(account.declared(), "prod", {"flights": PROJECT})
    rights = {(item.principal, item.project, item.asset): item for item in found}
    for who in GROUPS:
        for project, asset in _asked():
            expected = said(matrix, who, "prod", project, asset)
            assert is_told(expected, rights.get((who, project, asset))), (who, asset)


def _of(declared: Declared, environment: str, projects: Mapping[str, Project]) -> list[Right]:
    return [right for right in EffectiveRights(declared, projects).all if right.environment == environment]


def _asked() -> list[tuple[str | None, str]]:
    """Everything that the matrix can speak of in an environment, with its project."""
    return [("flights" if asset in assets_of_projects() else None, asset) for asset in assets()]


def _by_names(matrix: Rows, environment: str) -> Rows:
    """The rows of each principal by its name: `run` is run-prod in prod, where run-prod may have its own."""
    named: Rows = {}
    for who, rows in matrix.items():
        name = f"{who}-{environment}" if who in ROLES else who
        for place, row in rows.items():
            for level, named_assets in row.items():
                named.setdefault(name, {}).setdefault(place, {}).setdefault(level, []).extend(named_assets)
    return named


def _meaningful(rows: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """Without what settings refuse: levels that an asset has not, an environment's assets for one project."""
    return {
        place: {
            level: [
                asset
                for asset in named
                if level in levels_of(asset) and ("/" not in place or asset in assets_of_projects())
            ]
            for level, named in row.items()
        }
        for place, row in rows.items()
    }
