"""Documents and compliance."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import pytest

from pipelines.card import SECTIONS
from pipelines.checks.documentation import complies, is_documented
from pipelines.registry import Registry
from tests.pipelines.checks.conftest import make_candidate

CARD = "\n\n".join(f"## {section}\n\nText." for section in SECTIONS)


def ask(*, description: str = "Delays.", card: str | None = CARD, pictures: bool = True) -> str:
    """Whether a version with these documents is documented."""
    registry: Any = create_autospec(Registry, instance=True)
    registry.read_attached.return_value = card
    registry.has.return_value = pictures
    version = SimpleNamespace(description=description)
    return str(is_documented().ask(make_candidate(registry=registry, version=version, number="1")))


def test_documents_are_complete() -> None:
    """With description, card and pictures it passes."""
    assert ask() == "passed: description, model_card.md, 2 pictures"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"description": " "}, "failed: no description"),
        ({"card": None}, "failed: no model_card.md"),
        (
            {"card": CARD.replace("## Limits\n\nText.", "## Limits\n")},
            "failed: model_card.md: no section Limits",
        ),
        ({"pictures": False}, "failed: no shap/summary.png; no shap/dependence.png"),
    ],
)
def test_what_is_absent_is_named(given: dict[str, Any], problem: str) -> None:
    """Each document that is absent or empty is told."""
    assert ask(**given) == problem


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"personal_data": "none"}, "passed: personal_data none"),
        ({"personal_data": "names"}, "failed: personal_data is names (none or masked allowed)"),
        ({}, "failed: personal_data is not set (none or masked allowed)"),
    ],
)
def test_compliance(tags: dict[str, str], told: str) -> None:
    """A tag has one of the allowed values."""
    check = complies({"personal_data": ("none", "masked")})
    assert str(check.ask(make_candidate(version=SimpleNamespace(tags=tags)))) == told
