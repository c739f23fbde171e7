"""The commands in a shell's text that this project is to know: its own, make's and cdktf's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_ENDS = re.compile(r"\|\||&&|[;|\n()]")
_BESIDE = '"$(dirname "$0")/'  # another script in the folder of this one
_LEADING = (("python", "-m", "infra"), ("python", "-m", "pipelines"), ("make",), ("cdktf",))


def commands(shell: str) -> Iterator[list[str]]:
    """Each of those commands with its words; what is in a variable stays as it is written."""
    joined = re.sub(r"\\\n\s*", " ", shell.replace(_BESIDE, '"'))
    lines = [line for line in joined.splitlines() if not line.lstrip().startswith("#")]
    for simple in _ENDS.split("\n".join(lines)):
        words = _words(simple)
        for leading in _LEADING:
            for start in range(len(words)):
                if tuple(words[start : start + len(leading)]) == leading:
                    yield words[start:]


def _words(simple: str) -> list[str]:
    """The words of one command, up to where its output goes; none of what a quote goes on beyond."""
    try:
        words = shlex.split(simple, comments=True)
    except ValueError:
        assert not any(" ".join(leading) in simple for leading in _LEADING[:2]), f"can't be read: {simple}"
        return []
    ends = [number for number, word in enumerate(words) if re.match(r"\d?[<>]", word)]
    return words[: ends[0]] if ends else words
