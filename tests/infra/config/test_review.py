"""How changes are reviewed is in a file of its own, which need not be there."""

from __future__ import annotations

from datetime import date

import pytest

from infra.scaffolding.changes import RefusedError
from infra.scaffolding.names import check_new
from tests.infra.conftest import EnvironmentFiles

FILE = "review.yaml"


def test_shipped_review_fails_at_high(files: EnvironmentFiles) -> None:
    """What the project ships, with every entry's reason, link and end."""
    review = files.load().review
    assert review.fail_at == "high"
    assert all(entry.reason and entry.link and entry.until for entry in review.noise)


def test_without_the_file_nothing_is_noise(files: EnvironmentFiles) -> None:
    """A review fails at high then, too."""
    (files.folder / FILE).unlink()
    settings = files.load()
    assert (settings.review.fail_at, settings.review.noise) == ("high", ())
    assert settings.review_document.file == FILE


def test_entry_is_typed(files: EnvironmentFiles) -> None:
    """Its date is one, and it says what it hides."""
    entry = (
        "resource: databricks_*, attribute: a.b, reason: it is by design, link: https://x, until: 2027-01-01"
    )
    (files.folder / FILE).write_text(f"fail_at: critical\nnoise:\n  - {{{entry}}}\n")
    review = files.load().review
    [noise] = review.noise
    assert review.fail_at == "critical"
    assert (str(noise), noise.until) == ("databricks_* a.b", date(2027, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "fail_at: high",
            "fail_at: always",
            ": fail_at: 'always' is not allowed; allowed: 'low', 'medium', 'high', 'critical'",
        ),
        (
            "fail_at: high",
            "fails_at: high",
            ": fails_at: unknown key (did you mean fail_at?); allowed: fail_at, noise",
        ),
        ("    attribute: effective_properties\n", "", ": noise[0].attribute: missing"),
        (
            "attribute: effective_properties",
            "attribute: column[0].type",
            ': noise[0].attribute: "column[0].type": string should match pattern '
            r"'^[^\s.\[\]]+(\.[^\s.\[\]]+)*$'",
        ),
        (
            "link: https://",
            "link: //",
            r"string should match pattern '^https?://\S+$'",
        ),
        ("until: 2027-05-26", "until: soon", ": noise[0].until: \"soon\": invalid isoformat string: 'soon'"),
        (
            "reason: Databricks writes properties of its own, such as the last commit,",
            "reason: noise  #",
            ': noise[0].reason: "noise": string should have at least 10 characters',
        ),
    ],
)
def test_mistake_is_one_line(files: EnvironmentFiles, old: str, new: str, problem: str) -> None:
    """A mistake is told with the line that it stands on."""
    files.replace(FILE, old, new)
    [line] = files.problems()
    assert line.startswith(FILE)
    assert line.endswith(problem)
    assert line.split(":")[1].isdecimal()


def test_no_environment_is_named_so() -> None:
    """The file of an environment would be this one."""
    with pytest.raises(RefusedError, match="it means something else"):
        check_new("environment", "review", ())
