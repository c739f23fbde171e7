"""Plans that were kept when they were reviewed, and whether they are still what a deploy would do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.review.errors import ReviewError
from infra.review.plan import Change, Plan, read_plan
from infra.review.stacks import PLAN

_BINARY, _JSON = ".tfplan", ".json"


def keep(plans: Iterable[Plan], files: Path, folder: Path) -> None:
    """Copy each stack's plan, from `files/<stack>/plan.tfplan`, with its JSON beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for plan in plans:
        shutil.copyfile(files / plan.stack / PLAN, folder / f"{plan.stack}{_BINARY}")
        (folder / f"{plan.stack}{_JSON}").write_text(json.dumps(plan.raw), encoding="utf-8")


def kept_stacks(folder: Path) -> list[str]:
    """The stacks whose plans are kept in a folder; ReviewError where there are none."""
    found = sorted(path.stem for path in folder.glob(f"*{_BINARY}"))
    if not found:
        raise ReviewError(
            f"{folder}: no plan is kept there; `python -m infra review --keep FOLDER` keeps them"
        )
    return found


def kept_plan(folder: Path, stack: str) -> tuple[Plan, Path]:
    """A stack's reviewed plan, and the file that Terraform applies; ReviewError where either is missing."""
    binary, text = folder / f"{stack}{_BINARY}", folder / f"{stack}{_JSON}"
    for file in (binary, text):
        if not file.is_file():
            raise ReviewError(f"{file} is missing: review {stack} again, with --keep")
    return read_plan(stack, text.read_text(encoding="utf-8"), str(text)), binary.resolve()


def differences(reviewed: Plan, now: Plan) -> list[str]:
    """What a deploy would do now and was not reviewed, or would no longer do, one line a resource."""
    was, is_ = ({change.address: change for change in plan.changes} for plan in (reviewed, now))
    return [
        f"{address}: reviewed was {_does(was.get(address))}, now it is {_does(is_.get(address))}"
        for address in dict.fromkeys((*was, *is_))
        if _essence(was.get(address)) != _essence(is_.get(address))
    ]


def _does(change: Change | None) -> str:
    if change is None:
        return "nothing"
    return f"{change.kind} of {', '.join(change.attributes)}" if change.kind == "update" else change.kind


def _essence(change: Change | None) -> Any:
    """What a change does; what a resource has besides may differ, as an alert's state does."""
    return change and (change.kind, change.imported, change.moved_from, list(_values(change)))


def _values(change: Change) -> Iterator[tuple[str, Any, Any, Any]]:
    before, after = change.before or {}, change.after or {}
    for name in change.attributes if change.kind in ("update", "replace") else after:
        had = before.get(name) if change.kind in ("update", "replace") else None
        yield name, had, after.get(name), change.unknown.get(name)
