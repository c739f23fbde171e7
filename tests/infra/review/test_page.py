"""Pages of a review."""

from __future__ import annotations

import json

from rich.console import Console

from infra.review.finding import Finding, Section, Severity
from infra.review.page import as_json, markdown
from infra.review.reviewing import Review
from infra.review.stacks import StackReview
from infra.review.terminal import show
from infra.review.terraform import Refusal
from tests.infra.review.plans import change, plan

PROD = StackReview("prod", plan("prod", change("databricks_grant", before={"a": 1}, after={"a": 2})))
GAIN = Finding(
    Section.ACCESS,
    Severity.CRITICAL,
    "prod",
    "readers: read → write of data in prod/flights",
    ("gains MODIFY",),
)


def low(number: int) -> Finding:
    """A finding that is not severe."""
    return Finding(Section.OTHER, Severity.LOW, "prod", f"update databricks_schema {number}: comment")


def test_one_grant() -> None:
    """A small change is a small page."""
    page = markdown(Review((PROD,), (GAIN,), ()))
    assert page == (
        "### Review of prod: 1 critical\n"
        "\n"
        "prod: 0 to add, 1 to change, 0 to destroy\n"
        "\n"
        "**Access**\n"
        "- 🟥 **critical** readers: read → write of data in prod/flights\n"
        "  - gains MODIFY\n"
        "\n"
        "Nothing in Data, Traffic and service, Money, Policies.\n"
    )


def test_nothing() -> None:
    """An empty page says so."""
    page = markdown(Review((StackReview("prod", plan("prod")),), (), ()))
    assert "### Review of prod: nothing changes for anybody" in page
    assert "Nothing in Access, Data, Traffic and service, Money, Policies." in page


def test_why_there_is_no_plan() -> None:
    """A stack that waits, or that Terraform refuses, is named with the reason."""
    refusal = Refusal("dev", ({"summary": "No credentials", "detail": "set DATABRICKS_HOST"},))
    stacks = (StackReview("qa", waits_for=("qa_workspace_id",)), StackReview("dev", refused=refusal))
    page = markdown(Review(stacks, (), ("rights were not read",), noise=("3 differences",)))
    assert "qa waits for the account to be deployed, which does not tell qa_workspace_id yet · dev" in page
    assert "> rights were not read" in page
    assert "**Noise** 3 differences" in page


def test_what_matters_little_folds() -> None:
    """Many findings of low severity are one line, with all of them in it."""
    page = markdown(Review((PROD,), tuple(low(number) for number in range(6)), ()))
    assert "<details><summary>⬜ 6 of low severity</summary>" in page
    assert page.count("databricks_schema") == 6
    assert "<details>" not in markdown(Review((PROD,), (low(1),), ()))


def test_names_are_no_markup() -> None:
    """What somebody is called can't draw on the page."""
    page = markdown(
        Review((PROD,), (Finding(Section.DATA, Severity.LOW, "prod", "<img> [x](y) a_b *c*\n# d"),), ())
    )
    assert r"\<img\> \[x\](y) a_b \*c\* \# d (prod)" in page


def test_all_of_it_as_json() -> None:
    """Programs get every finding with its addresses."""
    found = json.loads(json.dumps(as_json(Review((PROD,), (GAIN,), ("r",)))))
    assert found["worst"] == "critical"
    assert found["findings"][0]["text"] == GAIN.text
    assert found["remarks"] == ["r"]


def test_terminal() -> None:
    """A terminal shows the same, by section."""
    console = Console(width=100, record=True, force_terminal=False)
    show(Review((PROD,), (GAIN, low(1)), ("not seen",), noise=("1 difference",)), console)
    text = console.export_text()
    for line in ("Review of prod: 1 critical, 1 low", "Access", GAIN.text, "gains MODIFY", "not seen"):
        assert line in text
