"""Tokens of the statements that are done here, and a cursor over them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NoReturn

from infra.local.workspace.engine.errors import StatementError

Kind = Literal["word", "quoted", "string", "number", "symbol", "end"]
_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    |(?P<number>\d+(?:\.\d+)?(?![A-Za-z_]))
    |(?P<word>[A-Za-z0-9_]+)
    |(?P<symbol>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b"}


@dataclass(frozen=True)
class Token:
    """One token: its text without quotes, and where it stands."""

    kind: Kind
    text: str
    start: int
    end: int


def read_tokens(text: str) -> list[Token]:
    """The tokens of a statement, without comments and the semicolon at its end."""
    tokens = [
        Token(_kind(match), _value(match), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    while tokens and tokens[-1].kind == "symbol" and tokens[-1].text == ";":
        tokens.pop()
    return tokens


class Cursor:
    """Reads a statement from left to right; StatementError where it is not what was expected."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = read_tokens(text)
        self._next = 0

    @property
    def position(self) -> int:
        """Where the next token starts."""
        return self._peek().start

    def rest(self) -> str:
        """The text from here on."""
        last = self._tokens[-1].end if self._tokens else 0
        found = self.text[self.position : last]
        self._next = len(self._tokens)
        return found

    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._peek().kind == "end"

    def at(self, *words: str) -> bool:
        """Whether these keywords or symbols come next."""
        following = self._tokens[self._next : self._next + len(words)]
        return len(following) == len(words) and all(
            token.kind in {"word", "symbol"} and token.text.upper() == word
            for token, word in zip(following, words, strict=True)
        )

    def accept(self, *words: str) -> bool:
        """Step over these keywords or symbols if they come next."""
        if not self.at(*words):
            return False
        self._next += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Step over these keywords or symbols."""
        if not self.accept(*words):
            self.fail(f"expected {' '.join(words)}")

    def choose(self, *words: str) -> str:
        """Step over one of these keywords; returns it."""
        for word in words:
            if self.accept(word):
                return word
        return self.fail(f"expected one of {', '.join(words)}")

    def identifier(self) -> str:
        """One part of a name."""
        return self._take("word", "quoted")

    def name(self) -> tuple[str, ...]:
        """A dotted name."""
        parts = [self.identifier()]
        while self.accept("."):
            parts.append(self.identifier())
        return tuple(parts)

    def names(self) -> list[str]:
        """Identifiers in parentheses."""
        self.expect("(")
        found = [self.identifier()]
        while self.accept(","):
            found.append(self.identifier())
        self.expect(")")
        return found

    def string(self) -> str:
        """A string in quotes."""
        return self._take("string")

    def value(self) -> str:
        """A string, number or word, as properties have them."""
        return self._take("string", "number", "word")

    def span(self, *, until: frozenset[str]) -> str:
        """The text up to a keyword or symbol outside brackets, or the end."""
        start, depth = self.position, 0
        end = start
        while not self.ended():
            token = self._peek()
            if depth == 0 and token.kind in {"word", "symbol"} and token.text.upper() in until:
                break
            depth += {"(": 1, "<": 1, ")": -1, ">": -1}.get(token.text if token.kind == "symbol" else "", 0)
            end = token.end
            self._next += 1
        if end == start:
            self.fail("something is missing")
        return self.text[start:end]

    def finish(self) -> None:
        """Nothing may be left."""
        if not self.ended():
            self.fail("expected the end of the statement")

    def fail(self, why: str) -> NoReturn:
        """Refuse the statement at this place."""
        token = self._peek()
        where = "end of input" if token.kind == "end" else repr(self.text[token.start : token.end])
        raise StatementError(f"Syntax error at or near {where}: {why}")

    def _peek(self) -> Token:
        if self._next < len(self._tokens):
            return self._tokens[self._next]
        return Token("end", "", len(self.text), len(self.text))

    def _take(self, *kinds: Kind) -> str:
        token = self._peek()
        if token.kind not in kinds:
            self.fail(f"expected a {' or '.join(kinds)}")
        self._next += 1
        return token.text


def _kind(match: re.Match[str]) -> Kind:
    group = match.lastgroup
    assert group in {"quoted", "string", "number", "word", "symbol"}  # noqa: S101 - narrows the type
    return group  # type: ignore[return-value] # the assertion above says so


def _value(match: re.Match[str]) -> str:
    text = match.group()
    if match.lastgroup == "quoted":
        return text[1:-1].replace("``", "`")
    if match.lastgroup == "string":
        mark = text[0]
        inner = text[1:-1].replace(mark * 2, mark)
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group(1)), inner, flags=re.DOTALL)
    return text
