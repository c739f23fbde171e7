"""Runs Terraform in a stack's folder, as `cdktf` would, and tells its errors in one line."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.review.errors import ReviewError

Json = dict[str, Any]

_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
KEPT = "Instance cannot be destroyed"  # how Terraform says that prevent_destroy is set
_LINES = 6  # of an error that is told as text: its summary and the begin of its explanation


@dataclass(frozen=True)
class Refusal:
    """Terraform could not plan: what it said, an error each."""

    stack: str
    diagnostics: tuple[Json, ...]

    @property
    def keeps_data(self) -> bool:
        """Whether all it says is that something may not be destroyed."""
        return all(item.get("summary") == KEPT for item in self.diagnostics)

    def __str__(self) -> str:
        return f"{self.stack} can't be planned: {'; '.join(told(item) for item in self.diagnostics)}"


class Terraform:
    """Terraform in the folder of one synthesized stack."""

    def __init__(self, stack: str, folder: Path) -> None:
        self.stack, self.folder = stack, folder

    def initialise(self) -> None:
        """Make ready the providers and the state; ReviewError where either can't be reached.

        The folder may know the state of another target: nothing of it is taken along.
        """
        finished = self._run("init", "-input=false", "-no-color", "-reconfigure")
        if finished.returncode:
            raise ReviewError(f"{self.stack} can't be initialised: {_first_error(finished)}")

    def plan(self, out: Path, *options: str) -> Refusal | None:
        """Write a plan to a file, without taking the state's lock; what Terraform says if it can't."""
        finished = self._run("plan", "-input=false", "-lock=false", "-json", f"-out={out}", *options)
        if not finished.returncode:
            return None
        errors = tuple(_errors(finished.stdout))
        if not errors:
            raise ReviewError(f"{self.stack} can't be planned: {_first_error(finished)}")
        return Refusal(self.stack, errors)

    def show(self, plan: Path) -> str:
        """A plan as Terraform's JSON; ReviewError where it can't be read."""
        finished = self._run("show", "-json", str(plan))
        if finished.returncode:
            raise ReviewError(f"{self.stack}: {plan.name} can't be read: {_first_error(finished)}")
        return next(line for line in finished.stdout.splitlines() if line.startswith("{"))

    def state(self) -> Json:
        """The state, in the form that a plan has it in as `prior_state`; ReviewError where it can't be read.

        It is pulled and not shown: showing it asks the provider for the schemas of everything.
        """
        finished = self._run("state", "pull")
        if finished.returncode:
            raise ReviewError(f"{self.stack}: the state can't be read: {_first_error(finished)}")
        text = finished.stdout[finished.stdout.find("{") :] if "{" in finished.stdout else "{}"
        try:
            stored: Json = json.loads(text)
        except json.JSONDecodeError:
            raise ReviewError(f"{self.stack}: the state is no JSON") from None
        return _as_prior(stored)

    def apply(self, plan: Path) -> int:
        """Apply exactly a plan, with Terraform's own words on the terminal; returns its exit status."""
        command = ["terraform", "apply", "-input=false", str(plan)]
        return subprocess.run(command, cwd=self.folder, check=False).returncode  # noqa: S603 - on PATH, as cdktf runs it

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment: Mapping[str, str] = {**os.environ, "TF_IN_AUTOMATION": "1"}
        try:
            return subprocess.run(  # noqa: S603 - our own words
                ["terraform", *words],  # noqa: S607 - on PATH, as cdktf runs it
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            raise ReviewError("terraform is missing: get version 1.5 or newer") from None


def told(diagnostic: Json) -> str:
    """An error of Terraform in one line, with the resource that it is of."""
    summary, detail = str(diagnostic.get("summary", "")), " ".join(str(diagnostic.get("detail", "")).split())
    words = summary if not detail or detail.startswith(summary) else f"{summary}: {detail}"
    return f"{diagnostic['address']}: {words}" if diagnostic.get("address") else words


def _as_prior(stored: Json) -> Json:
    resources = [
        {
            "mode": item["mode"],
            "type": item["type"],
            "name": item["name"],
            "values": instance["attributes"],
        }
        for item in stored.get("resources", [])
        for instance in item.get("instances", [])
    ]
    return {"values": {"outputs": stored.get("outputs", {}), "root_module": {"resources": resources}}}


def _errors(output: str) -> Iterator[Json]:
    for line in output.splitlines():
        if line.startswith("{"):
            message = json.loads(line)
            if message.get("type") == "diagnostic" and message.get("@level") == "error":
                yield message["diagnostic"]


def _first_error(finished: subprocess.CompletedProcess[str]) -> str:
    errors = [told(item) for item in _errors(finished.stdout)]
    lines: Sequence[str] = [line.strip("│╷╵ ") for line in _ESCAPE.sub("", finished.stderr).splitlines()]
    lines = [line for line in lines if line]
    start = next((index for index, line in enumerate(lines) if line.startswith("Error")), 0)
    return (errors or [" ".join(lines[start : start + _LINES]) or "Terraform said nothing"])[0]
