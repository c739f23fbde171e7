"""Every command, path, stack and job that a workflow names is there, and takes the words it is given."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import re
from collections.abc import Iterator, Sequence

import pytest

from infra.__main__ import COMMANDS
from infra.config.process import ENVIRONMENTS
from infra.config.settings import AllSettings
from pipelines.__main__ import _make_parser
from tests.workflows.conftest import Broken
from tests.workflows.shell import commands
from tests.workflows.source import PROJECT, Source, scripts_called

STACKS = ["account"]  # besides the environments'
_PATH = re.compile(r"(?:(?<![\w./-])|(?<=:-))((?:infra|pipelines|tests|docs|\.github|\.ci)/[\w./-]*\w)")
_JOBS = re.compile(r"for job in ([\w ]+); do")
_VARIABLE = re.compile(r"\$\{?\w+\}?(-\w+)?|\$\d")


def shells(source: Source) -> Iterator[tuple[str, str]]:
    """All that a shell is told: by steps, scripts and GitLab's pipeline."""
    yield from ((step.where, step.run) for step in source.steps)
    yield from source.scripts.items()
    for name, job in source.gitlab.items():
        if isinstance(job, dict):
            lines = [*job.get("before_script", []), *job.get("script", []), *job.get("after_script", [])]
            yield f"GitLab, {name}", "\n".join(map(str, lines))


def problems(source: Source, settings: AllSettings) -> Iterator[str]:
    """What is called and not there."""
    for where, shell in shells(source):
        for words in commands(shell):
            if problem := _refusal(words, settings):
                yield f"{where}: {' '.join(words)}: {problem}"
        for name in scripts_called(shell):
            path = source.root / ".github" / "scripts" / name
            if not os.access(path, os.X_OK):
                yield f"{where}: {name} is no script that can be run"
        yield from (f"{where}: there is no {path}" for path in _paths(source, shell))
        yield from (f"{where}: {problem}" for problem in _unknown_jobs(shell, settings))
    yield from _unknown_target(source)


def _paths(source: Source, shell: str) -> Iterator[str]:
    for path in _PATH.findall(shell):
        if not ((source.root if path.startswith(".github") else PROJECT) / path).exists():
            yield path


def _refusal(words: Sequence[str], settings: AllSettings) -> str:
    """Why a command would not take its words; empty where it would."""
    if words[0] == "make":
        return _unknown_to_make(words[1:])
    if words[0] == "cdktf":
        named = [word for word in words[2:] if not word.startswith("-")]
        return _unknown_stack(named, settings) if words[1] in ("deploy", "diff") else f"no {words[1]} is used"
    if words[2] == "pipelines":
        return _refused(_make_parser(), words[3:])
    if not words[3:]:
        return ""  # synthesis
    if words[3] not in COMMANDS:
        return f"no command {words[3]}"
    parser = argparse.ArgumentParser()
    importlib.import_module(COMMANDS[words[3]]).add_arguments(parser)
    return _refused(parser, words[4:]) or _unknown_stack(_positional(parser, words[4:]), settings)


def _unknown_to_make(targets: Sequence[str]) -> str:
    makefile = (PROJECT / "Makefile").read_text()
    known = {
        target for line in re.findall(r"^([\w./ -]+):", makefile, re.MULTILINE) for target in line.split()
    }
    missing = [target for target in targets if not _VARIABLE.match(target) and target not in known]
    return f"no target {', '.join(missing)}" if missing else ""


def _unknown_stack(named: Sequence[str], settings: AllSettings) -> str:
    stacks = [*STACKS, *settings.environments]
    missing = [word for word in named if not _VARIABLE.fullmatch(word) and word not in stacks]
    return f"no stack {', '.join(missing)}" if missing else ""


def _refused(parser: argparse.ArgumentParser, words: Sequence[str]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            parser.parse_args([_VARIABLE.sub("staging", word) for word in words])
        except SystemExit:
            return said.getvalue().strip().splitlines()[-1]
    return ""


def _positional(parser: argparse.ArgumentParser, words: Sequence[str]) -> list[str]:
    """The words that are stacks: those of which there may be any number."""
    given = parser.parse_args(list(words))
    listed = [action.dest for action in parser._actions if not action.option_strings and action.nargs == "*"]
    return [word for name in listed for word in getattr(given, name)]


def _unknown_jobs(shell: str, settings: AllSettings) -> Iterator[str]:
    for listed in _JOBS.findall(shell):
        for name, project in settings.projects.items():
            missing = [job for job in listed.split() if job not in project.jobs]
            if missing:
                yield f"project {name} has no job {', '.join(missing)}"


def _unknown_target(source: Source) -> Iterator[str]:
    targets = {
        **{name: workflow["env"]["TARGET"] for name, workflow in source.workflows.items()},
        "GitLab": source.gitlab["variables"]["TARGET"],
    }
    known = (ENVIRONMENTS / "targets.yaml").read_text()
    for where, target in targets.items():
        if not re.search(rf"^{target}:", known, re.MULTILINE):
            yield f"{where}: no target {target}"


def test_all_that_is_called_is_there(source: Source, everything: AllSettings) -> None:
    """Nothing that a workflow, a script or GitLab's pipeline calls would be refused."""
    found = [tuple(words[:4]) for _, shell in shells(source) for words in commands(shell)]
    for command in ("review", "apply", "drift"):
        assert ("python", "-m", "infra", command) in found
    assert ("python", "-m", "pipelines", "run") in found
    assert ("make", "test") in found
    assert ("python", "-m", "infra") in found
    assert list(problems(source, everything)) == []


@pytest.mark.parametrize(
    ("file", "change", "problem"),
    [
        ("workflows/pull-request.yml", ("make test", "make tests"), "make tests: no target tests"),
        ("workflows/pull-request.yml", ("infra review dev", "infra inspect dev"), "no command inspect"),
        ("workflows/pull-request.yml", ("--format markdown", "--format paper"), "invalid choice"),
        ("workflows/pull-request.yml", ("dev staging prod", "dev staging production"), "production"),
        (
            "workflows/pull-request.yml",
            ("deploy.sh staging", "deployment.sh staging"),
            "deployment.sh is no script",
        ),
        (
            "workflows/pull-request.yml",
            ("run: make test", "run: make test -f infra/Makefile"),
            "no infra/Makefile",
        ),
        ("workflows/merge.yml", ("TARGET: cloud", "TARGET: clouds"), "merge.yml: no target clouds"),
        ("workflows/release.yml", ("infra apply plans prod", "infra apply"), "required"),
        ("scripts/deploy.sh", ("--keep plans", "--keeps"), "deploy.sh: python -m infra review"),
        ("scripts/run-jobs.sh", ("pipelines run", "pipelines start"), "invalid choice: 'start'"),
        ("scripts/run-jobs.sh", ("ingest training", "ingest trainings"), "has no job trainings"),
        ("scripts/run-jobs.sh", ("infra/environments", "infra/settings"), "there is no infra/settings"),
    ],
)
def test_what_is_not_there_is_named(
    broken: Broken, everything: AllSettings, file: str, change: tuple[str, str], problem: str
) -> None:
    """A command that was renamed, a file that was moved, a job that is gone: before a push, not after."""
    found = list(problems(broken.replace(f".github/{file}", *change), everything))
    assert any(problem in line for line in found), found


def test_a_script_that_cannot_be_run_is_named(broken: Broken, everything: AllSettings) -> None:
    """Git keeps that bit, and a checkout on another system may lose it."""
    (broken.root / ".github" / "scripts" / "page.sh").chmod(0o644)
    found = list(problems(Source(broken.root), everything))
    assert any(line.endswith("page.sh is no script that can be run") for line in found), found
