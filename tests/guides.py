"""The commands that the guides in docs/ tell people to type."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def commands(guide: str, section: str | None = None) -> list[str]:
    """Each line after `$` in a guide's blocks of console text, in their order; of one section or of all."""
    text = (_ROOT / guide).read_text()
    if section:
        (text,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [
        line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")
    ]
