"""Writes what was found where the next deploy reads it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import yaml

from infra.adoption.drafts import access_yaml, account_yaml, environment_yaml, project_yaml, projects_of
from infra.adoption.held import Rows
from infra.adoption.running import RunningAccount
from infra.adoption.search import Search
from infra.config.access import EVERYWHERE, ROLES
from infra.config.imports import FILE
from infra.config.waivers import FILE as WAIVERS

_HEAD = """\
# What existed before these stacks: their next deploy takes it into Terraform's state, nothing is made twice.
# For what the state has already a line means nothing: once every stack here is deployed, this file can go.
"""


_WAIVED = """\
# What the account breaks as it was found, by policy (docs/policies.md). Work it off: after its day a line is
# told like a violation, and when there is nothing left to waive it is to be taken out.
"""


def write_imports(folder: Path, searches: Iterable[Search]) -> Path:
    """The file of a settings folder that names every object found, ids by address and stack."""
    found = {search.stack: search.imports for search in searches if search.imports}
    path = folder / FILE
    path.write_text(_HEAD + yaml.safe_dump(found, width=1000, allow_unicode=True), encoding="utf-8")
    return path


def write_waivers(folder: Path, broken: Mapping[str, Iterable[str]], *, until: date) -> Path:
    """The file that waives, until a day, what an account breaks as it is found: resources by policy."""
    reason = "So it was when the account was adopted: mend it, or say why it stays"
    waived = {
        policy: {resource: {"reason": reason, "until": until.isoformat()} for resource in sorted(resources)}
        for policy, resources in sorted(broken.items())
    }
    path = folder / WAIVERS
    path.write_text(_WAIVED + yaml.safe_dump(waived, width=1000, allow_unicode=True), encoding="utf-8")
    return path


def write_settings(folder: Path, account: RunningAccount, rows: Rows, *, cloud: str, model: Path) -> None:
    """A new folder of settings that describe an account; targets and principals' rights are the model's."""
    files = {
        "account.yaml": account_yaml(account, cloud),
        "access.yaml": access_yaml(rows, _principals(model / "access.yaml")),
    }
    for environment in account.environments:
        files[f"{environment.name}.yaml"] = environment_yaml(environment, account)
        for schema in projects_of(environment):
            catalog = environment.catalog.name if environment.catalog else ""
            files.setdefault(f"projects/{schema.name}.yaml", project_yaml(catalog, schema))
    (folder / "projects").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(model / "targets.yaml", folder / "targets.yaml")


def _principals(path: Path) -> Rows:
    """What an access matrix gives the environments' own principals in every one of them.

    But for `audit`: it wants a system schema, and adoption switches nothing on.
    """
    matrix = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = {role: matrix[role][EVERYWHERE] for role in ROLES if EVERYWHERE in matrix.get(role, {})}
    return {
        role: {
            EVERYWHERE: {
                level: [asset for asset in assets if asset != "audit"] for level, assets in levels.items()
            }
        }
        for role, levels in rows.items()
    }
