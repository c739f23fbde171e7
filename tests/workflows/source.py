"""The workflows, actions and scripts of a checkout, and the guide that tells of them, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
GUIDE = "docs/ci.md"
_SCRIPT = re.compile(r"(?:\.github/scripts|\$\(dirname \"\$0\"\))\"?/([\w-]+\.sh)")
_EXPRESSION = re.compile(r"\$\{\{\s*matrix\.(\w+)\s*\}\}")


class GitlabLoader(yaml.SafeLoader):
    """YAML with GitLab's own tag, which takes a part of another job."""


def _take_over(loader: GitlabLoader, node: yaml.SequenceNode) -> str:
    return f"# as in {loader.construct_sequence(node)}"


GitlabLoader.add_constructor("!reference", _take_over)


@dataclass(frozen=True)
class Step:
    """One step, by what it uses or runs."""

    where: str
    data: Mapping[str, Any]

    @property
    def uses(self) -> str:
        """The action's name, without its version; empty for a step that runs a shell."""
        return str(self.data.get("uses", "")).partition("@")[0]

    @property
    def run(self) -> str:
        """What the shell is told; empty for a step that uses an action."""
        return str(self.data.get("run", ""))

    @property
    def given(self) -> Mapping[str, Any]:
        """What its action is given."""
        return dict(self.data.get("with") or {})


@dataclass(frozen=True)
class Job:
    """One job of a workflow."""

    workflow: str
    name: str
    data: Mapping[str, Any]

    @property
    def where(self) -> str:
        """How a problem names it."""
        return f"{self.workflow}, {self.name}"

    @property
    def steps(self) -> list[Step]:
        """Its steps in their order."""
        return [Step(self.where, step) for step in self.data.get("steps") or []]

    @property
    def matrix(self) -> Mapping[str, Sequence[str]]:
        """What it is run for, if for several."""
        return dict((self.data.get("strategy") or {}).get("matrix") or {})

    @property
    def environments(self) -> list[str]:
        """GitHub's environments that it runs in: its variables, secrets and tokens are of these."""
        name = str(self.data.get("environment") or "")
        if found := _EXPRESSION.fullmatch(name):
            return list(self.matrix[found[1]])
        return [name] if name else []

    @property
    def needs(self) -> list[str]:
        """The jobs that it waits for."""
        needs = self.data.get("needs") or []
        return [needs] if isinstance(needs, str) else list(needs)


@dataclass(frozen=True)
class Source:
    """What stands in `.github` and in the guide of one folder."""

    root: Path

    @cached_property
    def workflows(self) -> dict[str, dict[str, Any]]:
        """Each workflow by its file's name; the key `on`, which YAML takes for true, by its name."""
        paths = sorted((self.root / ".github" / "workflows").glob("*.yml"))
        documents = {path.name: yaml.safe_load(path.read_text()) for path in paths}
        return {
            name: {("on" if key is True else key): value for key, value in document.items()}
            for name, document in documents.items()
        }

    @cached_property
    def actions(self) -> dict[str, dict[str, Any]]:
        """Each action of this repository by its folder's name."""
        paths = sorted((self.root / ".github" / "actions").glob("*/action.yml"))
        return {path.parent.name: yaml.safe_load(path.read_text()) for path in paths}

    @cached_property
    def scripts(self) -> dict[str, str]:
        """Each script's text by its name."""
        return {path.name: path.read_text() for path in sorted((self.root / ".github" / "scripts").iterdir())}

    @cached_property
    def guide(self) -> str:
        """The guide's text."""
        return (self.root / GUIDE).read_text()

    @cached_property
    def gitlab(self) -> dict[str, Any]:
        """GitLab's pipeline, which the guide shows whole."""
        (text,) = re.findall(r"^```yaml\n(# \.gitlab-ci\.yml.*?)^```", self.guide, re.DOTALL | re.MULTILINE)
        document: dict[str, Any] = yaml.load(text, GitlabLoader)  # noqa: S506 - a SafeLoader
        return document

    @property
    def jobs(self) -> list[Job]:
        """The jobs of all workflows."""
        return [
            Job(workflow, name, data)
            for workflow, document in self.workflows.items()
            for name, data in document["jobs"].items()
        ]

    @property
    def steps(self) -> list[Step]:
        """The steps of all jobs and actions."""
        of_actions = [
            Step(f"action {name}", step)
            for name, action in self.actions.items()
            for step in action["runs"]["steps"]
        ]
        return [*(step for job in self.jobs for step in job.steps), *of_actions]

    @property
    def files(self) -> Iterator[tuple[str, str]]:
        """Each workflow's and action's text, by its file's name."""
        for path in sorted((self.root / ".github").rglob("*.yml")):
            yield (
                path.name if path.parent.name == "workflows" else f"action {path.parent.name}",
                path.read_text(),
            )

    def whole(self, shell: str) -> str:
        """A shell's text with that of every script that it calls, and of those that these call."""
        called = {name: self.scripts.get(name, "") for name in _SCRIPT.findall(shell)}
        return "\n".join([shell, *(self.whole(text) for text in called.values())])

    def does(self, job: Job) -> str:
        """All that a job's shells do, scripts included."""
        return "\n".join(self.whole(step.run) for step in job.steps)


def scripts_called(shell: str) -> list[str]:
    """The names of the scripts that a shell calls."""
    return _SCRIPT.findall(shell)
