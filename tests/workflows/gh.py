"""A stand-in for GitHub's command gh: keeps what it is told in a file, and refuses what it does not know.

Put on PATH as `gh` by `install`. It knows what the scripts of `.github` use: comments of pull requests,
issues, labels.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_EMPTY: dict[str, Any] = {"comments": [], "issues": [], "labels": [], "next": 101}
_FIRST = re.compile(r"^\.\[0\]\.number // empty$")
_STARTING = re.compile(r'^\.\[\] \| select\(\.body \| startswith\("([^"]*)"\)\) \| \.id$')
_COMMENTS = re.compile(r"^repos/[\w-]+/[\w-]+/issues/(\d+)/comments$")
_COMMENT = re.compile(r"^repos/[\w-]+/[\w-]+/issues/comments/(\d+)$")


class RefusedError(Exception):
    """Something that GitHub would refuse, or that nobody has taught this stand-in."""


@dataclass(frozen=True)
class Gh:
    """Where the stand-in keeps what it is told."""

    folder: Path

    @property
    def kept(self) -> dict[str, Any]:
        """All of it: comments of pull requests, issues with theirs, labels."""
        path = self.folder / "kept.json"
        return dict(json.loads(path.read_text())) if path.exists() else json.loads(json.dumps(_EMPTY))

    def comments(self, number: int) -> list[str]:
        """The texts of a pull request's comments."""
        return [item["body"] for item in self.kept["comments"] if item["on"] == number]

    def issues(self, state: str = "open") -> list[dict[str, Any]]:
        """The issues that are open, or closed."""
        return [item for item in self.kept["issues"] if item["state"] == state]


def install(folder: Path) -> Gh:
    """Make the folder's `bin` one to put on PATH, and keep what is told in the folder."""
    command = folder / "bin" / "gh"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nGH_KEPT="{folder}" exec "{sys.executable}" "{__file__}" "$@"\n')
    command.chmod(0o755)
    return Gh(folder)


def main(words: Sequence[str]) -> int:
    """Do what the words say; 1 where it is refused, and nothing is kept."""
    gh = Gh(Path(os.environ["GH_KEPT"]))
    kept = gh.kept
    try:
        if not os.environ.get("GH_TOKEN"):
            raise RefusedError("no GH_TOKEN")
        done = _COMMANDS.get(" ".join(words[:2])) or _COMMANDS.get(words[0])
        if done is None:
            raise RefusedError(f"unknown command: {' '.join(words)}")
        said = done(kept, words)
    except RefusedError as error:
        sys.stderr.write(f"gh: {error}\n")
        return 1
    sys.stdout.write(said)
    (gh.folder / "kept.json").write_text(json.dumps(kept, indent=2))
    return 0


def _parse(words: Sequence[str], *options: str, flags: Sequence[str] = (), at: int = 2) -> argparse.Namespace:
    """What follows a command's words; an unknown option ends the process with 2."""
    parser = argparse.ArgumentParser(prog=f"gh {' '.join(words[:at])}", allow_abbrev=False)
    parser.add_argument("subject", nargs="?", default="")
    for option in options:
        parser.add_argument(f"--{option}", default="")
    for flag in flags:
        parser.add_argument(f"--{flag}", action="store_true")
    return parser.parse_args(words[at:])


def _api(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "method", "field", "jq", flags=("paginate", "silent"), at=1)
    if (found := _COMMENTS.match(given.subject)) and not given.method:
        comments = [item for item in kept["comments"] if item["on"] == int(found[1])]
        return _query(comments, given.jq)
    if (found := _COMMENT.match(given.subject)) and given.method == "PATCH":
        comment = _find(kept["comments"], "id", int(found[1]))
        name, _, file = given.field.partition("=@")
        comment[name] = Path(file).read_text()
        return ""
    raise RefusedError(f"unknown call: {' '.join(words)}")


def _query(items: list[dict[str, Any]], query: str) -> str:
    """What jq would say, by the two queries that the scripts have."""
    if _FIRST.match(query):
        return f"{items[0]['number']}\n" if items else ""
    if starting := _STARTING.match(query):
        return "".join(f"{item['id']}\n" for item in items if item["body"].startswith(starting[1]))
    raise RefusedError(f"unknown query: {query}")


def _comment_pull(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "repo", "body-file")
    body = Path(given.body_file).read_text()
    kept["comments"].append({"id": _next(kept), "on": int(given.subject), "body": body})
    return ""


def _list_issues(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "label", "state", "json", "jq")
    return _query(
        [i for i in kept["issues"] if (i["state"], i["label"]) == (given.state, given.label)], given.jq
    )


def _create_issue(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "title", "label", "body", "body-file")
    if given.label not in kept["labels"]:
        raise RefusedError(f"could not add label: {given.label!r} not found")
    body = given.body or Path(given.body_file).read_text()
    issue = {"number": _next(kept), "title": given.title, "label": given.label, "body": body}
    kept["issues"].append({**issue, "state": "open", "comments": []})
    return f"https://github.example.com/team/platform/issues/{issue['number']}\n"


def _edit_issue(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "title", "body-file")
    body = Path(given.body_file).read_text()
    _find(kept["issues"], "number", int(given.subject)).update(title=given.title, body=body)
    return ""


def _comment_issue(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "body-file")
    body = Path(given.body_file).read_text()
    _find(kept["issues"], "number", int(given.subject))["comments"].append(body)
    return ""


def _close_issue(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "comment")
    issue = _find(kept["issues"], "number", int(given.subject))
    issue["state"] = "closed"
    issue["comments"].append(given.comment)
    return ""


def _create_label(kept: dict[str, Any], words: Sequence[str]) -> str:
    given = _parse(words, "description", flags=("force",))
    if given.subject in kept["labels"] and not given.force:
        raise RefusedError(f"label {given.subject} already exists")
    kept["labels"] = sorted({*kept["labels"], given.subject})
    return ""


def _find(items: list[dict[str, Any]], key: str, value: int) -> dict[str, Any]:
    for item in items:
        if item[key] == value:
            return item
    raise RefusedError(f"not found: {key} {value}")


def _next(kept: dict[str, Any]) -> int:
    kept["next"] += 1
    return int(kept["next"])


_COMMANDS: dict[str, Callable[[dict[str, Any], Sequence[str]], str]] = {
    "api": _api,
    "pr comment": _comment_pull,
    "issue list": _list_issues,
    "issue create": _create_issue,
    "issue edit": _edit_issue,
    "issue comment": _comment_issue,
    "issue close": _close_issue,
    "label create": _create_label,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
