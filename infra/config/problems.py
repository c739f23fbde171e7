"""What is wrong with the settings, one line each: file, line, key, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend in one place; `key` is the dotted path, empty for the whole file."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigurationError(Exception):
    """The settings can't be used; its text has one line for each problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def unknown(kind: str, word: str, allowed: Iterable[str]) -> str:
    """The message for a word that is none of the allowed ones, with the nearest as a hint."""
    words = list(allowed)
    hint = "".join(f" (did you mean {meant}?)" for meant in nearest(word, words))
    return f"unknown {kind}{hint}; allowed: {', '.join(words) or 'none'}"


def nearest(word: str, allowed: list[str]) -> list[str]:
    """The allowed word that was probably meant, or none."""
    return difflib.get_close_matches(word, allowed, n=1)
