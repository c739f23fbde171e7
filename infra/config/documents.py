"""YAML files as plain data that remembers on which line each key stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from infra.config.problems import ConfigurationError, Problem, unknown

KeyPath = tuple[str | int, ...]
# libyaml reads the files of a hundred projects in a second, and what is in Python in eight.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None


@dataclass(frozen=True)
class Document:
    """A YAML file's data; `file` is its name as people are to read it."""

    file: str
    data: Plain
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    above: KeyPath = ()  # where in the file the data stands, when it is a part of it

    def problem(self, path: KeyPath, message: str) -> Problem:
        """A problem at a key, or, where the key is missing, at what should hold it."""
        whole = (*self.above, *path)
        known = whole
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known, 0), dotted(whole), message)

    def one_of(self, path: KeyPath, kind: str, word: str, allowed: Iterable[str]) -> list[Problem]:
        """A problem at a key whose word is none of the allowed ones; none where it is one."""
        words = list(allowed)
        return [] if word in words else [self.problem(path, unknown(kind, word, words))]

    def part(self, key: str) -> Document:
        """What stands under a key of the top."""
        data = self.data[key] if isinstance(self.data, dict) else None
        return Document(self.file, data, self.lines, (*self.above, key))


def dotted(path: KeyPath) -> str:
    """A key path as people write it: `projects.flights.steps[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def read_document(path: Path) -> Document:
    """The data of one YAML file; ConfigurationError where it is missing or no YAML mapping."""
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except FileNotFoundError:
        raise ConfigurationError([Problem(file, 0, "", "the file is missing")]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigurationError([Problem(file, line, "", f"not YAML: {error.problem}")]) from None
    except (UnicodeDecodeError, yaml.reader.ReaderError) as error:
        raise ConfigurationError([Problem(file, 0, "", f"not text: {error.reason}")]) from None
    if not isinstance(root, yaml.MappingNode):
        raise ConfigurationError([Problem(file, 1, "", "must hold keys and values")])
    return _Reader(file).read(root)


class _Reader:
    """Turns YAML nodes into data, noting lines, and refusing keys that stand twice."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: dict[KeyPath, int] = {}
        self._problems: list[Problem] = []
        self._scalars = yaml.SafeLoader("")

    def read(self, root: yaml.MappingNode) -> Document:
        data = self._mapping(root, ())
        if self._problems:
            raise ConfigurationError(self._problems)
        return Document(self._file, data, self._lines)

    def _value(self, node: yaml.Node, path: KeyPath) -> Plain:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*path, index)) for index, item in enumerate(node.value)]
        value = self._scalars.construct_object(node)
        return value if isinstance(value, str | int | float | bool | None) else str(node.value)

    def _item(self, node: yaml.Node, path: KeyPath) -> Plain:
        self._lines[path] = node.start_mark.line + 1
        return self._value(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Plain]:
        data: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in data:
                self._problems.append(Problem(self._file, line, dotted((*path, key)), "stands twice"))
            self._lines[*path, key] = line
            data[key] = self._value(value_node, (*path, key))
        return data
