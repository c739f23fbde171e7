"""Rights as tables, in a terminal of any width."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from infra.commands.rights_tables import rights_tables
from infra.config.vocabulary import Level
from infra.rights.effective import Right


def right(
    principal: str, asset: str, level: Level, project: str | None = "flights", acting: str | None = None
) -> Right:
    """Somebody's right in prod, for no reason."""
    return Right(principal, "prod", project, asset, level, (), acting)


def lines(rights: list[Right], width: int = 80) -> list[str]:
    """What a terminal of some width shows."""
    console = Console(file=io.StringIO(), width=width)
    for table in rights_tables(rights, ["prod"], width):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [40, 80, 100])
def test_many_groups_go_on_below(width: int) -> None:
    """Nothing is cut off and nobody is left out, however many there are."""
    groups = [f"team-of-{number}-scientists" for number in range(12)]
    shown = lines([right(group, "inference_tables", "manage") for group in groups], width)
    assert max(map(len, shown)) <= width
    assert not any("…" in line for line in shown)
    text = "".join(shown)
    assert text.count("manage") == len(groups)
    assert text.count("scientists") == len(groups)
    titles = [line for line in shown if line.startswith("prod")]
    assert titles[0] == "prod"
    assert set(titles[1:]) == {"prod (continued)"}


def test_few_stand_in_one_table_in_the_vocabulary_s_order() -> None:
    """Assets come in one order in every environment, a project's below the environment's."""
    shown = lines(
        [
            right("a", "jobs", "use"),
            right("a", "data", "read"),
            right("a", "warehouses", "use", project=None),
        ]
    )
    rows = [line.split() for line in shown if line and not line.startswith(" ─")]
    assert rows[:2] == [["prod"], ["a"]]
    assert rows[2:] == [["warehouses", "use"], ["flights"], ["data", "read"], ["jobs", "use"]]


def test_what_is_reached_as_another_is_marked() -> None:
    """A level that somebody only has by acting as a service principal has a star."""
    shown = lines([right("a", "data", "read"), right("a", "data", "write", acting="run-prod")])
    assert [line.split() for line in shown if "data" in line] == [["data", "write*"]]


def test_what_all_environments_share_is_told_once() -> None:
    """The metastore is the account's."""
    shown = lines([right("a", "metastore", "write", project=None)])
    assert "account" in shown[0]
    assert "prod" not in "".join(shown)
