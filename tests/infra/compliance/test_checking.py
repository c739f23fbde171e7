"""Policies are found in their folder, violations are lines, and waivers hold until their day."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from infra.compliance.checking import PolicyError, ask, check, find_policies, organisation
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.config.settings import AllSettings
from infra.declared.declared import Declared
from tests.infra.conftest import EnvironmentFiles

TODAY = date(2026, 11, 26)
OWN = '''\
"""A team's own."""

from infra.compliance.violation import Violation


def check(organisation):
    """Every job, whatever it is."""
    for item in organisation.declared.of("databricks_job", "dev"):
        yield Violation(item, "there it is")
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A folder of policies that is a team's own."""
    folder = tmp_path / "team_policies"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("team_policies")
    for name in [name for name in sys.modules if name.startswith("team_policies")]:
        del sys.modules[name]


def jobs_of_dev(subject: Organisation) -> Iterator[Violation]:
    """A policy that dev's ingestion job breaks."""
    for item in subject.declared.of("databricks_job", "dev"):
        if item.values["name"] == "flights-ingest":
            yield Violation(item, "it is one of dev")


def lines(files: EnvironmentFiles, declared: Declared) -> list[str]:
    """What the edited settings' waivers leave of that policy."""
    settings = files.load()
    told = check(
        organisation(declared, settings),
        settings.waivers,
        settings.waivers_document,
        today=TODAY,
        policies={"no_jobs": jobs_of_dev},
    )
    return [line.replace(f"{files.folder}/", "") for line in told]


def test_there_are_at_least_twenty() -> None:
    """The organisation's own policies are many."""
    assert len(find_policies()) >= 20


def test_a_file_is_a_policy(package: ModuleType, declared: Declared, settings: AllSettings) -> None:
    """A team adds its own by adding a file: nothing lists them."""
    (Path(str(package.__file__)).parent / "jobs_are_seen.py").write_text(OWN)
    policies = find_policies(package)
    assert list(policies) == ["jobs_are_seen"]
    subject = organisation(declared, settings)
    assert {item.message for item in policies["jobs_are_seen"](subject)} == {"there it is"}


def test_a_file_without_a_check_is_one_line(package: ModuleType) -> None:
    """A file that is no policy says what is missing."""
    path = Path(str(package.__file__)).parent / "broken.py"
    path.write_text("rule = 7\n")
    with pytest.raises(PolicyError, match=r"broken\.py: a policy has a function check\(organisation\)"):
        find_policies(package)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def check(:\n", r"broken\.py:1: invalid syntax"),
        ("import nowhere_to_be_found\n", r"broken\.py:1: ModuleNotFoundError: No module named 'nowhere_to"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_line(package: ModuleType, text: str, told: str) -> None:
    """Its place and what is wrong with it, without a traceback."""
    (Path(str(package.__file__)).parent / "broken.py").write_text(text)
    with pytest.raises(PolicyError, match=rf"^policy broken: \S*{told}.*$"):
        find_policies(package)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "yield {}[organisation.production]",
            r"\S*broken\.py:2: KeyError",
        ),
        ("return None", r".*TypeError: 'NoneType' object is not iterable"),
    ],
)
def test_a_policy_that_fails_is_one_line(
    package: ModuleType, declared: Declared, settings: AllSettings, body: str, told: str
) -> None:
    """A mistake in a policy is not taken for a stack that keeps it."""
    path = Path(str(package.__file__)).parent / "broken.py"
    path.write_text(f"def check(organisation):\n    {body}\n")
    policies = find_policies(package)
    with pytest.raises(PolicyError, match=f"^policy broken: {told}"):
        ask("broken", policies["broken"], organisation(declared, settings))


def test_a_violation_names_policy_resource_and_reason(files: EnvironmentFiles, declared: Declared) -> None:
    """Without a waiver each violation is a line."""
    (line,) = lines(files, declared)
    assert line.startswith("policy no_jobs: dev: databricks_job.flights_ingest_Job_")
    assert line.endswith(": it is one of dev")


def test_a_waiver_holds_until_its_day(files: EnvironmentFiles, declared: Declared) -> None:
    """On its last day it holds still; the day after, it is told with what it waived."""
    pattern = "dev: databricks_job.flights_ingest_*"
    path = files.folder / "waivers.yaml"
    text = 'no_jobs:\n  "{}": {{reason: The new ingestion comes in January, until: {}}}\n'
    path.write_text(text.format(pattern, TODAY.isoformat()))
    assert lines(files, declared) == []
    path.write_text(text.format(pattern, "2026-11-25"))
    violation, expired = lines(files, declared)
    assert violation.startswith("policy no_jobs: dev: ")
    assert expired == (
        f"waivers.yaml:2: no_jobs.{pattern}: expired on 2026-11-25: mend what it waives, or give a new date"
    )


def test_a_waiver_is_not_for_ever(files: EnvironmentFiles, declared: Declared) -> None:
    """At most a year ahead: then it is thought of again."""
    pattern = "dev: databricks_job.flights_ingest_*"
    text = 'no_jobs:\n  "{}": {{reason: The new ingestion comes some day, until: {}}}\n'
    (files.folder / "waivers.yaml").write_text(text.format(pattern, "2027-11-27"))
    assert lines(files, declared) == []
    (files.folder / "waivers.yaml").write_text(text.format(pattern, "2027-11-28"))
    assert lines(files, declared) == [
        f"waivers.yaml:2: no_jobs.{pattern}: ends on 2027-11-28: until 2027-11-27 at the latest"
    ]


def test_waivers_that_waive_nothing_are_told(files: EnvironmentFiles, declared: Declared) -> None:
    """A waiver that outlived its reason, or names no policy, is to be taken out."""
    reason = "{reason: Nobody remembers why, until: 2027-01-31}"
    waivers = f'no_jobs:\n  "dev: databricks_job.trains*": {reason}\nno_job:\n  "*": {reason}\n'
    (files.folder / "waivers.yaml").write_text(waivers)
    assert lines(files, declared)[1:] == [
        "waivers.yaml:2: no_jobs.dev: databricks_job.trains*: waives nothing: take it out",
        "waivers.yaml:3: no_job: unknown policy (did you mean no_jobs?); allowed: no_jobs",
    ]


@pytest.mark.parametrize(
    ("waiver", "problem"),
    [
        ("{until: 2027-01-31}", ".reason: missing"),
        ("{reason: soon, until: 2027-01-31}", '.reason: "soon": string should have at least 10 characters'),
        ("{reason: The new ingestion comes}", ".until: missing"),
        (
            "{reason: The new ingestion comes, until: next year}",
            '.until: "next year": invalid isoformat string',
        ),
    ],
)
def test_a_waiver_has_a_reason_and_an_end(files: EnvironmentFiles, waiver: str, problem: str) -> None:
    """Nothing is waived without saying why and for how long."""
    (files.folder / "waivers.yaml").write_text(f'no_jobs:\n  "dev": {waiver}\n')
    (line,) = files.problems()
    assert line.startswith(f"waivers.yaml:2: no_jobs.dev{problem}")


def test_the_guide_lists_every_policy_in_its_own_words() -> None:
    """docs/policies.md says of each what its file says."""
    guide = (Path(__file__).parents[3] / "docs" / "policies.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", guide, re.MULTILINE))
    assert rows == {
        name: importlib.import_module(f"infra.policies.{name}").__doc__ for name in find_policies()
    }
