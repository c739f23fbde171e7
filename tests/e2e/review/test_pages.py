"""Small changes of the settings, each with the page that a review makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.review.page import markdown
from tests.e2e.review.reviewing import Reviewing

pytestmark = pytest.mark.slow

_HERE = Path(__file__).parent
CHANGES: dict[str, dict[str, Any]] = yaml.safe_load((_HERE / "changes.yaml").read_text())


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_has_its_page(reviewing: Reviewing, name: str) -> None:
    """The page says what the change means, and nothing else; what is planned is what is deployed."""
    edits = dict(CHANGES[name])
    stacks = edits.pop("stacks")
    page = markdown(reviewing.review(reviewing.edit(edits), stacks, "-refresh=false"))
    assert page == (_HERE / "pages" / f"{name}.md").read_text()


def test_every_page_has_its_change() -> None:
    """No page is left over, and there are many."""
    assert {path.stem for path in (_HERE / "pages").glob("*.md")} == set(CHANGES)
    assert len(CHANGES) >= 40
