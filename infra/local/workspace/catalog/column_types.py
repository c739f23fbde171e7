"""SQL types as Unity Catalog describes them: canonical text, type name and Spark's JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from infra.local.workspace.errors import InvalidParameterError

_SIMPLE = {
    "bigint": ("LONG", "long"),
    "int": ("INT", "integer"),
    "smallint": ("SHORT", "short"),
    "tinyint": ("BYTE", "byte"),
    "double": ("DOUBLE", "double"),
    "float": ("FLOAT", "float"),
    "boolean": ("BOOLEAN", "boolean"),
    "string": ("STRING", "string"),
    "binary": ("BINARY", "binary"),
    "date": ("DATE", "date"),
    "timestamp": ("TIMESTAMP", "timestamp"),
    "timestamp_ntz": ("TIMESTAMP_NTZ", "timestamp_ntz"),
    "variant": ("VARIANT", "variant"),
}
_SYNONYMS = {
    "long": "bigint",
    "integer": "int",
    "short": "smallint",
    "byte": "tinyint",
    "real": "float",
    "dec": "decimal",
    "numeric": "decimal",
    "timestamp_ltz": "timestamp",
}
_TOKEN = re.compile(r"\s*(`(?:[^`]|``)+`|'(?:[^'\\]|\\.)*'|[A-Za-z_0-9]+|[<>(),:])")


@dataclass(frozen=True)
class ColumnType:
    """One type: `text` as SQL writes it, `name` as the API calls it, `json` as Spark stores it."""

    text: str
    name: str
    json: Any
    precision: int = 0
    scale: int = 0


def parse_type(text: str) -> ColumnType:
    """The type that a text such as `ARRAY<DECIMAL(10, 2)>` means."""
    parser = _Parser(text)
    found = parser.read()
    parser.end()
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._words = _split(text)
        self._next = 0

    def read(self) -> ColumnType:
        word = self._take().lower()
        word = _SYNONYMS.get(word, word)
        if word in _SIMPLE:
            name, json = _SIMPLE[word]
            return ColumnType(word, name, json)
        readers = {
            "decimal": self._decimal,
            "varchar": self._varchar,
            "char": self._char,
            "array": self._array,
            "map": self._map,
            "struct": self._struct,
        }
        if word not in readers:
            raise self._error()
        return readers[word]()

    def end(self) -> None:
        if self._next != len(self._words):
            raise self._error()

    def _decimal(self) -> ColumnType:
        precision, scale = ([*self._numbers(), 0, 0] if self._peek() == "(" else [10, 0])[:2]
        text = f"decimal({precision},{scale})"
        return ColumnType(text, "DECIMAL", text, precision, scale)

    def _varchar(self) -> ColumnType:
        return ColumnType(f"varchar({self._numbers()[0]})", "STRING", "string")

    def _char(self) -> ColumnType:
        return ColumnType(f"char({self._numbers()[0]})", "CHAR", "string")

    def _array(self) -> ColumnType:
        self._expect("<")
        element = self.read()
        self._expect(">")
        json = {"type": "array", "elementType": element.json, "containsNull": True}
        return ColumnType(f"array<{element.text}>", "ARRAY", json)

    def _map(self) -> ColumnType:
        self._expect("<")
        key = self.read()
        self._expect(",")
        value = self.read()
        self._expect(">")
        json = {"type": "map", "keyType": key.json, "valueType": value.json, "valueContainsNull": True}
        return ColumnType(f"map<{key.text},{value.text}>", "MAP", json)

    def _struct(self) -> ColumnType:
        self._expect("<")
        fields: list[dict[str, Any]] = []
        texts: list[str] = []
        while self._peek() != ">":
            field, text = self._field()
            fields.append(field)
            texts.append(text)
            if self._peek() == ",":
                self._take()
        self._expect(">")
        return ColumnType(f"struct<{','.join(texts)}>", "STRUCT", {"type": "struct", "fields": fields})

    def _field(self) -> tuple[dict[str, Any], str]:
        name = self._take().strip("`")
        if self._peek() == ":":
            self._take()
        kind = self.read()
        metadata: dict[str, Any] = {}
        nullable = True
        if self._peek().lower() == "not":
            self._expect("not")
            self._expect("null")
            nullable = False
        if self._peek().lower() == "comment":
            self._take()
            metadata["comment"] = self._take().strip("'")
        return {
            "name": name,
            "type": kind.json,
            "nullable": nullable,
            "metadata": metadata,
        }, f"{name}:{kind.text}"

    def _numbers(self) -> list[int]:
        self._expect("(")
        numbers = []
        while self._peek() != ")":
            word = self._take()
            if word.isdigit():
                numbers.append(int(word))
            elif word != ",":
                raise self._error()
        self._expect(")")
        if not numbers:
            raise self._error()
        return numbers

    def _peek(self) -> str:
        return self._words[self._next] if self._next < len(self._words) else ""

    def _take(self) -> str:
        word = self._peek()
        if not word:
            raise self._error()
        self._next += 1
        return word

    def _expect(self, word: str) -> None:
        if self._take().lower() != word:
            raise self._error()

    def _error(self) -> InvalidParameterError:
        return InvalidParameterError(f"{self._text!r} is not a column type that is known here.")


def _split(text: str) -> list[str]:
    words, position = [], 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise InvalidParameterError(f"{text!r} is not a column type that is known here.")
        words.append(match.group(1))
        position = match.end()
    return words
