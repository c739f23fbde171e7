"""Runs the jobs of `.github/workflows` on this machine: their shells in order, against a local account."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.checkout import Checkout
from tests.workflows.gh import Gh, install
from tests.workflows.source import Job, Source, Step

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c")  # as GitHub starts `shell: bash`
_SETUP = "./.github/actions/setup"  # what it installs is here, and whom it lets in is here by a profile
PULL = 7


@dataclass
class Run:
    """How a job's run went: whether all steps did, what they printed, and the page of its summary."""

    succeeded: bool = True
    log: str = ""
    summary: str = ""


@dataclass
class Runner:
    """GitHub's part: a clean checkout for each job, contexts, artifacts, and a stand-in for gh."""

    checkout: Checkout
    folder: Path
    gh: Gh = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is kept yet."""
        self.gh = install(self.folder / "gh")

    def run(self, workflow: str, name: str, *, environment: str = "", **results: str) -> Run:
        """One job; for one of its matrix, after jobs that had these results."""
        source = Source(self.checkout.folder)
        job = Job(workflow, name, source.workflows[workflow]["jobs"][name])
        contexts = {
            "github.token": "a token",
            "github.event.pull_request.number": str(PULL),
            "matrix.environment": environment,
            "secrets.RETRAINING_HOOK_PASSWORD": self._dotenv()["TF_VAR_retraining_hook_password"],
            "secrets.PLAN_KEY": "a key",
            **{f"needs.{job}.result": result for job, result in results.items()},
        }
        self._clean()
        deployer = environment or next(iter(job.environments), "")  # a profile, where GitHub has a token
        variables = {**self._variables(job, contexts), "DATABRICKS_CONFIG_PROFILE": deployer}
        return self._steps(job, contexts, variables)

    def _steps(self, job: Job, contexts: Mapping[str, str], variables: Mapping[str, str]) -> Run:
        run, summary = Run(), self.folder / "summary"
        summary.write_text("")
        for step in job.steps:
            if not _is_due(step, contexts, succeeded=run.succeeded):
                continue
            if step.run:
                self._shell(step, run, {**variables, **_evaluate(step.data.get("env"), contexts)})
            else:
                self._use(step, contexts)
        run.summary = summary.read_text()
        return run

    def _shell(self, step: Step, run: Run, variables: Mapping[str, str]) -> None:
        finished = subprocess.run(
            [*_SHELL, step.run],
            cwd=self.checkout.folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        run.succeeded &= finished.returncode == 0
        run.log += f"== {step.data['name']}\n{finished.stdout}{finished.stderr}"

    def _use(self, step: Step, contexts: Mapping[str, str]) -> None:
        given = _evaluate(step.given, contexts)
        artifacts, here = self.folder / "artifacts", self.checkout.folder
        if step.uses == "actions/upload-artifact":
            _copy([here / path for path in given["path"].split()], artifacts / given["name"])
        elif step.uses == "actions/download-artifact":
            named = fnmatch.filter(
                [path.name for path in artifacts.iterdir()], given.get("name") or given["pattern"]
            )
            _copy(
                [path for name in named for path in (artifacts / name).iterdir()],
                here / given.get("path", ""),
            )
        elif step.uses not in ("actions/checkout", _SETUP):
            raise AssertionError(f"{step.where}: nobody has taught this runner {step.uses}")

    def _variables(self, job: Job, contexts: Mapping[str, str]) -> dict[str, str]:
        """What a step's shell has: the workflow's own variables, GitHub's, and the local account's."""
        folder = self.checkout.folder
        path = [self.gh.folder / "bin", folder / ".tools" / "bin", folder / "node_modules" / ".bin"]
        return {
            **{name: os.environ[name] for name in ("HOME", "LANG", "SPARK_HOME") if name in os.environ},
            **_evaluate(job.data.get("env"), contexts),
            **self._dotenv(),
            "PATH": ":".join([*map(str, path), os.environ["PATH"]]),
            "PIPENV_VENV_IN_PROJECT": "1",
            "PIPENV_VERBOSITY": "-1",
            "PIPENV_DONT_LOAD_ENV": "1",
            "GITHUB_SERVER_URL": "https://github.example.com",
            "GITHUB_REPOSITORY": "team/platform",
            "GITHUB_RUN_ID": "1",
            "GITHUB_SHA": "0" * 40,
            "GITHUB_REF_NAME": "release/1.0",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
        }

    def _dotenv(self) -> dict[str, str]:
        lines = (self.checkout.folder / ".env").read_text().splitlines()
        pairs = [line.partition("=") for line in lines if not line.startswith("#")]
        return {name: "".join(shlex.split(value)) for name, _, value in pairs}

    def _clean(self) -> None:
        """As a job finds its checkout: nothing is there that another job made."""
        self.checkout.type("git clean -fdq")
        for name in ("build", "cdktf.out"):
            shutil.rmtree(self.checkout.folder / name, ignore_errors=True)


def _is_due(step: Step, contexts: Mapping[str, str], *, succeeded: bool) -> bool:
    """Whether a step is run, by its condition and by how those before it went."""
    condition = str(step.data.get("if", "success()"))
    if condition == "${{ !cancelled() }}":
        return True
    if found := re.fullmatch(r"(needs\.\w+\.result) == '(\w+)'", condition):
        return succeeded and contexts[found[1]] == found[2]
    assert condition == "success()", condition
    return succeeded


def _evaluate(values: Mapping[str, Any] | None, contexts: Mapping[str, str]) -> dict[str, str]:
    """Texts with their expressions' values; KeyError for what this runner has not been told."""
    known = {**contexts, "toJSON(vars)": "{}"}
    return {
        name: _EXPRESSION.sub(lambda found: known[found[1]], str(value))
        for name, value in (values or {}).items()
    }


def _copy(paths: list[Path], folder: Path) -> None:
    """What `paths` are, in a folder; a folder among them gives what is in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        if path.is_dir():
            shutil.copytree(path, folder, dirs_exist_ok=True)
        else:
            shutil.copy(path, folder)
