"""Terraform runs in a folder of their own, against a provider that already serves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

BINARY = shutil.which("terraform") or "terraform"
Json = dict[str, Any]
_COMMANDS = ("apply", "destroy", "import", "init", "plan", "show", "state_rm")


class TerraformError(Exception):
    """Terraform refused or failed; the message is what it printed."""


class Terraform:
    """One configuration, its state and its runs."""

    def __init__(self, folder: Path, reattach: str) -> None:
        self.folder = folder
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
            "TF_IN_AUTOMATION": "1",
            "TF_REATTACH_PROVIDERS": reattach,
            **{f"TF_CLI_ARGS_{command}": "-no-color" for command in _COMMANDS},
        }

    def configure(self, configuration: Json) -> None:
        """Write the configuration, and initialize the folder the first time."""
        required = {"databricks": {"source": "databricks/databricks", "version": "1.99.0"}}
        document = {"terraform": {"required_providers": required}, **configuration}
        (self.folder / "main.tf.json").write_text(json.dumps(document, indent=1))
        if not (self.folder / ".terraform").exists():
            self.run("init", "-input=false")

    def apply(self, *options: str) -> dict[str, str]:
        """Bring everything to what is configured; returns what was done to which object."""
        return _changes(self.run("apply", "-auto-approve", "-input=false", "-json", *options))

    def destroy(self) -> None:
        """Remove everything."""
        self.run("destroy", "-auto-approve", "-input=false")

    def plan(self) -> dict[str, str]:
        """What an apply would do to which object; empty when nothing."""
        return _changes(self.run("plan", "-input=false", "-json"))

    def values(self, address: str) -> Json:
        """The attributes that the state has of an object."""
        document = json.loads((self.folder / "terraform.tfstate").read_text())
        mode, _, name = address.rpartition(".")
        for resource in document["resources"]:
            if (resource["type"], resource["name"]) == (mode.removeprefix("data."), name):
                attributes: Json = resource["instances"][0]["attributes"]
                return attributes
        raise KeyError(address)

    def is_empty(self) -> bool:
        """Whether the state knows nothing."""
        return not json.loads((self.folder / "terraform.tfstate").read_text())["resources"]

    def forget(self, address: str) -> None:
        """Take an object out of the state."""
        self.run("state", "rm", address)

    def import_object(self, address: str, id_: str) -> None:
        """Take an object into the state."""
        self.run("import", "-input=false", address, id_)

    def run(self, *arguments: str) -> str:
        """What the command printed; TerraformError when it failed."""
        command = [BINARY, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise TerraformError(_errors(done.stdout + done.stderr))
        return done.stdout


def _changes(output: str) -> dict[str, str]:
    """Actions by address, of what `-json` prints one document a line for."""
    lines = [json.loads(line) for line in output.splitlines()]
    changes = [line["change"] for line in lines if line["type"] == "planned_change"]
    return {item["resource"]["addr"]: item["action"] for item in changes if item["action"] != "read"}


def _errors(output: str) -> str:
    """The errors without the plan before them; `plan -json` prints one JSON document a line."""
    documents = [json.loads(line) for line in output.splitlines() if line.startswith('{"@level":"error"')]
    if documents:
        snippets = [document.get("diagnostic", {}).get("snippet") or {"code": ""} for document in documents]
        pairs = zip(documents, snippets, strict=True)
        return "\n".join(f"{document['@message']}\n{snippet['code']}" for document, snippet in pairs)
    return output[max(output.find("Error:"), 0) :]
