"""Names that a new environment or project can have, and the places that name it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Collection

from infra.config.access import EVERYWHERE
from infra.config.problems import unknown
from infra.config.settings import SHARED
from infra.scaffolding.changes import RefusedError

_FORM = re.compile(r"[a-z][a-z0-9_]{0,29}")  # and short, as it becomes part of other names
_ARTICLES = {"environment": "an", "project": "a"}
_RESERVED = {EVERYWHERE, *SHARED}


def check_new(kind: str, name: str, known: Collection[str]) -> None:
    """RefusedError where nothing new can have the name."""
    if not _FORM.fullmatch(name):
        message = "wants up to 30 lower case letters, digits, _"
        raise RefusedError(f"{name!r} can't name {_ARTICLES[kind]} {kind}; {message}")
    if name in _RESERVED or keyword.iskeyword(name):
        raise RefusedError(f"{name!r} can't name {_ARTICLES[kind]} {kind}: it means something else")
    if name in known:
        raise RefusedError(f"the {kind} {name} is there already")


def check_known(kind: str, name: str, known: Collection[str]) -> None:
    """RefusedError, with the names that there are, for another one."""
    if name not in known:
        raise RefusedError(unknown(f"{kind} {name!r}", name, known))


def renaming(old: str, new: str) -> Callable[[str], str]:
    """Replaces a name where it stands as a word of its own, also within another: mlops-staging, Staging."""
    pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(old)}(?![A-Za-z0-9])", re.IGNORECASE)

    def rename(text: str) -> str:
        return pattern.sub(lambda found: new.capitalize() if found[0][0].isupper() else new, text)

    return rename
