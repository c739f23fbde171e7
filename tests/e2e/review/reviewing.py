"""Reviews of edited settings, against the deployed whole."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from databricks.sdk import AccountClient

from infra.commands.synthesis import synthesize_into
from infra.config.process import ENVIRONMENTS, Process
from infra.config.settings import AllSettings, load_settings
from infra.declared.declared import read_stacks
from infra.review.clients import StackClients
from infra.review.reality import Reality
from infra.review.reviewing import Review, review
from infra.review.stacks import plan_stacks, told_by
from tests.e2e.conftest import Deployed

TODAY = date(2026, 11, 26)  # when what is listed as noise has not expired
Edits = Mapping[str, Mapping[str, Any] | str]  # by file: values by key, or the file that it is a copy of


@dataclass(frozen=True)
class Reviewing:
    """Settings that can be edited, of one deployed account."""

    deployed: Deployed
    folder: Path

    @property
    def account(self) -> AccountClient:
        """The account's client."""
        return AccountClient(profile="account", config_file=str(self.deployed.folder / "databrickscfg"))

    def edit(self, edits: Edits) -> AllSettings:
        """The shipped settings with edits: `warehouse.size: Small`, where None takes a key out."""
        settings = self.folder / "settings"
        shutil.rmtree(settings, ignore_errors=True)
        shutil.copytree(ENVIRONMENTS, settings)
        for file, values in edits.items():
            if isinstance(values, str):
                text = (settings / values).read_text()
                (settings / file).write_text(
                    text.replace(values.removesuffix(".yaml"), file.removesuffix(".yaml"))
                )
            else:
                _write(settings / file, values)
        credentials = self.deployed.folder / "databrickscfg"
        return load_settings(Process("local", credentials, settings))

    def review(self, settings: AllSettings, stacks: Sequence[str], *options: str) -> Review:
        """What a deploy of these settings would mean."""
        output = synthesize_into(settings, self.folder / "cdktf.out")
        synthesized = read_stacks(output)
        planned = plan_stacks(output, synthesized, stacks, *options)
        hosts = told_by(planned.states, "_workspace_host")
        reality = Reality(StackClients(settings.destination, hosts))
        return review(settings, synthesized, planned, reality, today=TODAY)


def _write(path: Path, values: Mapping[str, Any]) -> None:
    document = yaml.safe_load(path.read_text())
    for key, value in values.items():
        *above, last = key.split(".")
        place = document
        for part in above:
            place = place.setdefault(part, {})
        if value is None:
            place.pop(last)
        else:
            place[last] = value
    path.write_text(yaml.safe_dump(document, sort_keys=False))
