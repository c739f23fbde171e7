"""Deploys the stacks with the real `cdktf deploy`, one after another, and tells what each took."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from infra.local.daemon import Daemon
from infra.local.folder import PROJECT

_SUMMARY = re.compile(r"Resources: (?:\d+ imported, )?(\d+) added, (\d+) changed, (\d+) destroyed")
_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ERROR = re.compile(r"Error: .*(?:\n+(?: +\S.*| *$))*", re.MULTILINE)
_CHATTER = re.compile(r"^.*\d Stacks? (?:deploying|done|waiting).*\n", re.MULTILINE)


class DeployError(Exception):
    """cdktf failed; the message carries Terraform's own error."""


@dataclass(frozen=True)
class Deployment:
    """What one `cdktf deploy STACK` did."""

    stack: str
    resources: int
    added: int
    changed: int
    destroyed: int
    seconds: float


class Stacks:
    """The project's cdktf application, deployed to one running local account."""

    def __init__(self, daemon: Daemon) -> None:
        self._folder = daemon.folder
        # cdktf runs pipenv, which would put the account that .env names before the one that is deployed to.
        self._environment = {**os.environ, **daemon.environment, "PIPENV_DONT_LOAD_ENV": "1"}
        self._folder.logs.mkdir(parents=True, exist_ok=True)

    def synthesize(self) -> list[str]:
        """Synthesize all stacks; returns their names: account, then the environments in their order."""
        self._cdktf("synth", log="synth.log")
        manifest = json.loads((self._folder.output / "manifest.json").read_text())
        return sorted(manifest["stacks"], key=lambda name: name != "account")

    def deploy(self, stack: str) -> Deployment:
        """Deploy one synthesized stack."""
        start = time.monotonic()
        output = self._cdktf(
            "deploy", stack, "--auto-approve", "--skip-synth", "--no-color", log=f"deploy-{stack}.log"
        )
        added, changed, destroyed = map(int, (_SUMMARY.findall(output) or [(0, 0, 0)])[-1])
        seconds = time.monotonic() - start
        return Deployment(stack, self._count(stack), added, changed, destroyed, seconds)

    def _cdktf(self, *arguments: str, log: str) -> str:
        executable = PROJECT / "node_modules" / ".bin" / "cdktf"
        command = [str(executable), *arguments, "--output", str(self._folder.output)]
        finished = subprocess.run(  # noqa: S603 (our own arguments)
            command,
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        output = finished.stdout + finished.stderr
        path = self._folder.logs / log
        path.write_text(output)
        if finished.returncode:
            raise DeployError(f"cdktf {' '.join(arguments)} failed:\n{explain(output)}\n(all of it: {path})")
        return output

    def _count(self, stack: str) -> int:
        state = json.loads(self._state(stack).read_text())
        managed = [resource for resource in state["resources"] if resource["mode"] == "managed"]
        return sum(len(resource["instances"]) for resource in managed)

    def _state(self, stack: str) -> Path:
        return self._folder.root / "state" / f"{stack}.tfstate"


def explain(output: str) -> str:
    """Each error as Terraform words it, or, where there is none, the last lines."""
    text = _CHATTER.sub("", _ESCAPE.sub("", output))
    found = [re.sub(r"\n\s*\n+", "\n", match[0]).rstrip() for match in _ERROR.finditer(text)]
    return (
        "\n".join(found) if found else "\n".join([line for line in text.splitlines() if line.strip()][-15:])
    )
