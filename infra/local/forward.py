"""Moves the running account's clock forward, and tells what became due by it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, cast

from databricks.sdk import AccountClient

from infra.local.folder import Folder

_SECONDS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}


def parse_duration(text: str) -> int:
    """The seconds of a duration such as `1d`, `6h` or `30m`; ValueError for anything else."""
    match = re.fullmatch(r"(\d+)([dhms])", text)
    if match is None:
        raise ValueError(f"{text!r} is no duration: write a whole number and d, h, m or s, such as 1d or 30m")
    return int(match[1]) * _SECONDS[match[2]]


def move_clock(folder: Folder, seconds: int) -> list[str]:
    """Move the clock as the account's admin; returns lines for people."""
    client = AccountClient(profile="account", config_file=str(folder.profiles))
    body = {"forward_seconds": seconds}
    answer = cast("dict[str, Any]", client.api_client.do("POST", "/local/clock", body=body))
    due = [_describe(item) for item in answer["became_due"]]
    return [
        f"It is {_spell(answer['now'])} for the account.",
        *(["Became due:", *due] if due else ["Nothing became due."]),
    ]


def _describe(due: dict[str, Any]) -> str:
    return f"  {_spell(due['at'])}  {due['what']} (workspace {due['workspace_id']})"


def _spell(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
