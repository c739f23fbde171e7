"""What a team must give its workflows stands in the guide, and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.workflows.conftest import Broken
from tests.workflows.source import Source

_USED = re.compile(r"\b(vars|secrets|fromJSON\(inputs\.variables\))\.(\w+)")
_ROW = re.compile(r"^\| `([A-Z][A-Z_]+)` \| (variable|secret)\b", re.MULTILINE)
_GITLAB_USED = re.compile(r"\$\{?([A-Z][A-Z_]+)\b")
_GIVEN = re.compile(r"^(CI|GITLAB)_")  # GitLab's own


def used(source: Source) -> dict[str, str]:
    """Each name with its kind, as workflows and actions use it."""
    found = [pair for _, text in source.files for pair in _USED.findall(text)]
    return {name: "secret" if context == "secrets" else "variable" for context, name in found}


def problems(source: Source) -> Iterator[str]:
    """Names that only one side knows, or that are a secret on one side alone."""
    documented: Mapping[str, str] = dict(_ROW.findall(source.guide))
    inside = used(source)
    for name, kind in inside.items():
        if name not in documented:
            yield f"{name} is used, and not in the guide"
        elif documented[name] != kind:
            yield f"{name} is a {kind}, and a {documented[name]} in the guide"
    yield from (f"{name} is in the guide, and not used" for name in documented if name not in inside)
    yield from _gitlab(source, documented)


def _gitlab(source: Source, documented: Mapping[str, str]) -> Iterator[str]:
    """GitLab's variables are the same, by the same names, besides those that the pipeline itself sets."""
    parts = {name: part for name, part in source.gitlab.items() if isinstance(part, dict)}
    own = {"PATH", *parts["variables"]}
    for part in parts.values():
        own |= {*(part.get("variables") or {}), *(part.get("id_tokens") or {})}
        own |= {name for row in (part.get("parallel") or {}).get("matrix", []) for name in row}
    for name, part in parts.items():
        for found in _GITLAB_USED.findall(str(part)):
            if found not in documented and found not in own and not _GIVEN.match(found):
                yield f"GitLab, {name}: {found} is used, and not in the guide"


def test_the_guide_names_all(source: Source) -> None:
    """Two secrets, and the variables that say where Databricks and the state are."""
    kinds = used(source)
    assert sorted(name for name, kind in kinds.items() if kind == "secret") == [
        "PLAN_KEY",
        "RETRAINING_HOOK_PASSWORD",
    ]
    assert "DATABRICKS_CLIENT_ID" in kinds
    assert list(problems(source)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            ".github/workflows/release.yml",
            "secrets.PLAN_KEY",
            "secrets.KEY",
            "KEY is used, and not in the guide",
        ),
        (".github/workflows/release.yml", "secrets.PLAN_KEY", "vars.PLAN_KEY", "PLAN_KEY is a variable"),
        (
            ".github/actions/setup/action.yml",
            ").AWS_ROLE",
            ").ROLE",
            "AWS_ROLE is in the guide, and not used",
        ),
        ("docs/ci.md", "| `AWS_ROLE` |", "| AWS_ROLE |", "AWS_ROLE is used, and not in the guide"),
        ("docs/ci.md", "$DATABRICKS_ACCOUNT_ID", "$ACCOUNT_ID", "ACCOUNT_ID is used, and not in the guide"),
    ],
)
def test_what_one_side_does_not_know_is_named(
    broken: Broken, file: str, old: str, new: str, problem: str
) -> None:
    """GitHub takes a variable that nobody has set for an empty one."""
    found = list(problems(broken.replace(file, old, new)))
    assert any(problem in line for line in found), found
