"""Edits of YAML files as people wrote them: entry by entry, all other text and every comment as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

Path = tuple[str, ...]
Rename = Callable[[str], str]


@dataclass(frozen=True)
class _Entry:
    """A key and its value within their mapping."""

    mapping: yaml.MappingNode
    key: yaml.ScalarNode
    value: yaml.Node

    @property
    def in_braces(self) -> bool:
        return bool(self.mapping.flow_style)


class YamlText:
    """One file's text; each edit returns a new one."""

    def __init__(self, text: str) -> None:
        self.text = text if text.endswith("\n") else f"{text}\n"
        self._root = yaml.compose(self.text, Loader=yaml.SafeLoader)

    def names(self, path: Path = ()) -> list[str]:
        """The keys of the mapping at a path; none where there is none."""
        node = self._node(path)
        return [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []

    def items(self, path: Path) -> list[str]:
        """The words of the list at a path; none where there is none."""
        node = self._node(path)
        return [str(item.value) for item in node.value] if isinstance(node, yaml.SequenceNode) else []

    def scalar(self, path: Path) -> str | None:
        """The word at a path; None where there is none."""
        node = self._node(path)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None

    def replace(self, path: Path, word: str) -> YamlText:
        """Another word in the place of the one at a path."""
        node = self._node(path)
        assert node is not None, path  # noqa: S101 - asked for before; narrows the type
        return self._spliced(node.start_mark.index, node.end_mark.index, word)

    def copy(self, path: Path, rename: Rename) -> YamlText:
        """The entry at a path once more, renamed, below it; set apart by an empty line where it is, too."""
        entry = self._entry(path)
        if entry.in_braces:
            start, end = entry.key.start_mark.index, self._end(entry)
            return self._spliced(end, end, f", {rename(self.text[start:end])}")
        lines, (first, last) = self._lines(), self._span(entry)
        copied = [rename(line) for line in lines[first : last + 1]]
        apart = ["\n"] if first and not lines[first - 1].strip() else []
        return self._joined([*lines[: last + 1], *apart, *copied, *lines[last + 1 :]])

    def remove(self, path: Path) -> YamlText:
        """Without the entry at a path, the comment above it, and the empty line that sets it apart.

        A mapping that would be left empty goes, too.
        """
        entry = self._entry(path)
        if len(entry.mapping.value) == 1 and len(path) > 1:
            return self.remove(path[:-1])
        if entry.in_braces:
            return self._without(entry.key.start_mark.index, self._end(entry))
        lines, (first, last) = self._lines(), self._span(entry)
        apart = 1 if first and not lines[first - 1].strip() else 0
        return self._joined([*lines[: first - apart], *lines[last + 1 :]])

    def append(self, path: Path, block: str) -> YamlText:
        """A block of lines as the last entry of the mapping at a path, which may be missing or empty."""
        node, key = self._node(path), path[-1]
        if node is None:
            return YamlText(f"{self.text}{key}:\n{_indent(block, 2)}")
        if not node.value:
            inner = _indent(block, self._entry(path).key.start_mark.column + 2)
            start, end = node.start_mark.index, node.end_mark.index
            return YamlText(f"{self.text[:start].rstrip(' ')}\n{inner.rstrip()}{self.text[end:]}")
        if not isinstance(node, yaml.MappingNode) or node.flow_style:
            raise ValueError(f"{'.'.join(path)} is in braces; write an entry a line")
        lines, last = self._lines(), _last_line(node.value[-1][1])
        return self._joined([*lines[: last + 1], _indent(block, node.start_mark.column), *lines[last + 1 :]])

    def empty(self, path: Path) -> YamlText:
        """The mapping at a path without entries, its key and the comments above that kept."""
        entry, lines = self._entry(path), self._lines()
        last = max(entry.key.start_mark.line, _last_line(entry.value))
        key = self.text[entry.key.start_mark.index : entry.key.end_mark.index]
        line = f"{' ' * entry.key.start_mark.column}{key}: {{}}\n"
        return self._joined([*lines[: entry.key.start_mark.line], line, *lines[last + 1 :]])

    def add_item(self, path: Path, word: str, *, after: str) -> YamlText:
        """The list at a path with one more word after another one."""
        listed, item = self._node(path), self._item(path, after)
        if isinstance(listed, yaml.SequenceNode) and listed.flow_style:
            return self._spliced(item.end_mark.index, item.end_mark.index, f", {word}")
        lines, number = self._lines(), item.start_mark.line
        line = f"{' ' * (item.start_mark.column - 2)}- {word}\n"
        return self._joined([*lines[: number + 1], line, *lines[number + 1 :]])

    def remove_item(self, path: Path, word: str) -> YamlText:
        """The list at a path without a word."""
        listed, item = self._node(path), self._item(path, word)
        if isinstance(listed, yaml.SequenceNode) and listed.flow_style:
            return self._without(item.start_mark.index, item.end_mark.index)
        lines, number = self._lines(), item.start_mark.line
        if isinstance(listed, yaml.SequenceNode) and len(listed.value) == 1:
            return self.remove(path)
        return self._joined([*lines[:number], *lines[number + 1 :]])

    def _item(self, path: Path, word: str) -> yaml.Node:
        node = self._node(path)
        found: list[yaml.Node] = node.value if isinstance(node, yaml.SequenceNode) else []
        return next(item for item in found if item.value == word)

    def _without(self, start: int, end: int) -> YamlText:
        """Without a part of what stands in braces or brackets, and the comma that is too many then."""
        before, after = self.text[:start], self.text[end:]
        if re.match(r"\s*,", after):
            return YamlText(before + re.sub(r"^\s*,\s*", "", after))
        return YamlText(re.sub(r"\s*,\s*$", "", before) + after)

    def _node(self, path: Path) -> yaml.Node | None:
        node = self._root
        for part in path:
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            node = next((value for key, value in pairs if key.value == part), None)
        return node

    def _entry(self, path: Path) -> _Entry:
        mapping = self._node(path[:-1])
        assert isinstance(mapping, yaml.MappingNode), path  # noqa: S101 - asked for before; narrows the type
        key, value = next(pair for pair in mapping.value if pair[0].value == path[-1])
        return _Entry(mapping, key, value)

    def _end(self, entry: _Entry) -> int:
        """Where an entry's value ends; an alias is where it stands, not where what it means does."""
        after = entry.key.end_mark.index
        if entry.value.start_mark.index >= after:
            return entry.value.end_mark.index
        alias = re.match(r"\s*:\s*\*[^\s,}\]]+", self.text[after:])
        return after + (alias.end() if alias else 0)

    def _span(self, entry: _Entry) -> tuple[int, int]:
        """The first and the last line of an entry, with the comments right above it."""
        first, lines = entry.key.start_mark.line, self._lines()
        comment = re.compile(rf" {{{entry.key.start_mark.column}}}#")
        while first and comment.match(lines[first - 1]):
            first -= 1
        return first, max(entry.key.start_mark.line, _last_line(entry.value))

    def _lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)

    def _joined(self, lines: list[str]) -> YamlText:
        return YamlText("".join(lines).lstrip("\n"))

    def _spliced(self, start: int, end: int, text: str) -> YamlText:
        return YamlText(self.text[:start] + text + self.text[end:])


def _indent(block: str, columns: int) -> str:
    return "".join(f"{' ' * columns}{line}\n" if line else "\n" for line in block.splitlines())


def _last_line(node: yaml.Node) -> int:
    """The line on which a node's own text ends: a block's end mark is where the next one starts."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    mark = node.end_mark
    return mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line
