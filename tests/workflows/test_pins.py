"""Every action is pinned to a commit, which nobody can move, with its version for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.workflows.conftest import Broken
from tests.workflows.source import Source

_USES = re.compile(r"^\s*(?:- )?uses: *(.*)$", re.MULTILINE)
_PINNED = re.compile(r"(?P<action>[\w-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40}) # v\d+\.\d+\.\d+")
_OURS = re.compile(r"\./\.github/actions/([\w-]+)")
PUBLISHERS = {"actions", "hashicorp", "aws-actions", "google-github-actions"}


def problems(source: Source) -> Iterator[str]:
    """Actions that are not pinned, that differ from place to place, or that are not there."""
    pins: dict[str, str] = {}
    for name, text in source.files:
        for used in _USES.findall(text):
            if ours := _OURS.fullmatch(used):
                if ours[1] not in source.actions:
                    yield f"{name}: there is no action {ours[1]}"
            elif not (pinned := _PINNED.fullmatch(used)):
                yield f"{name}: {used} wants a commit and its version, like @<40 digits> # v1.2.3"
            elif pinned["action"].partition("/")[0] not in PUBLISHERS:
                yield f"{name}: {used} is of somebody whom this project does not trust yet"
            elif pins.setdefault(pinned["action"], used) != used:
                yield f"{name}: {used} is another than {pins[pinned['action']]}"


def test_all_are_pinned(source: Source) -> None:
    """Eight actions of others, each at one commit, and one of our own."""
    pinned = {found["action"] for _, text in source.files for found in _PINNED.finditer(text)}
    assert len(pinned) == 8
    assert list(problems(source)) == []


CHECKOUT = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (f"checkout@{CHECKOUT}", "checkout@v7", "actions/checkout@v7 wants a commit and its version"),
        (CHECKOUT, CHECKOUT[:40], "wants a commit and its version"),
        (CHECKOUT, CHECKOUT.replace("3d3c", "4d3c"), "is another than"),
        ("actions/checkout", "somebody/checkout", "of somebody whom this project does not trust"),
        ("./.github/actions/setup", "./.github/actions/set-up", "there is no action set-up"),
    ],
)
def test_what_can_be_moved_is_named(broken: Broken, old: str, new: str, problem: str) -> None:
    """A tag can be moved to other code; so can a commit that nobody knows the version of."""
    found = list(problems(broken.replace(".github/workflows/merge.yml", old, new)))
    assert any(problem in line for line in found), found
