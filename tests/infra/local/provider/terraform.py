"""Terraform runs in a folder of their own, against a provider that already serves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BINARY = shutil.which("terraform") or "terraform"
Json = dict[str, Any]


class TerraformError(Exception):
    """Terraform refused or failed; the message is what it printed."""


@dataclass
class Change:
    """What a plan does to one object: `create`, `update`, `delete`, or both of a replacement."""

    address: str
    actions: tuple[str, ...]


class Terraform:
    """One configuration, its state and its runs."""

    def __init__(self, folder: Path, reattach: str) -> None:
        self._folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
            "TF_IN_AUTOMATION": "1",
            **{
                f"TF_CLI_ARGS_{command}": "-no-color"
                for command in ("apply", "destroy", "import", "plan", "show")
            },
            "TF_REATTACH_PROVIDERS": reattach,
        }

    def configure(self, configuration: Json) -> None:
        """Write the configuration, and initialize the folder the first time."""
        required = {"databricks": {"source": "databricks/databricks", "version": "1.99.0"}}
        document = {"terraform": {"required_providers": required}, **configuration}
        (self._folder / "main.tf.json").write_text(json.dumps(document))
        if not (self._folder / ".terraform").exists():
            self.run("init", "-input=false")

    def apply(self, *options: str) -> None:
        """Bring everything to what is configured."""
        self.run("apply", "-auto-approve", "-input=false", *options)

    def destroy(self) -> None:
        """Remove everything."""
        self.run("destroy", "-auto-approve", "-input=false")

    def plan(self) -> list[Change]:
        """What an apply would do; empty when nothing."""
        self.run("plan", "-input=false", "-out=plan")
        document = json.loads(self.run("show", "-json", "plan"))
        changes = [
            Change(item["address"], tuple(item["change"]["actions"])) for item in document["resource_changes"]
        ]
        return [change for change in changes if change.actions not in (("no-op",), ("read",))]

    def values(self, address: str) -> Json:
        """The attributes that the state has of an object."""
        document = json.loads(self.run("show", "-json"))
        resources = document["values"]["root_module"]["resources"]
        return next(item["values"] for item in resources if item["address"] == address)

    def addresses(self) -> list[str]:
        """What the state knows."""
        return self.run("state", "list").split()

    def run(self, *arguments: str) -> str:
        """What the command printed; TerraformError when it failed."""
        command = [BINARY, *arguments]
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise TerraformError(f"{done.stdout}\n{done.stderr}")
        return done.stdout
