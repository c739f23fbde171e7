"""Sentences about changes, with what is the same of several resources said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra.review.finding import Finding, Section, Severity

_PLURAL = {"is": "are", "has": "have"}


@dataclass(frozen=True)
class Saying:
    """What happens to one resource: "job", "flights-ingest", "is paused"."""

    severity: Severity
    noun: str
    name: str
    what: str  # a predicate that begins with its verb, in the third person, or what it becomes
    addresses: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    detail: str = ""  # in parentheses
    becomes: bool = False  # whether there is no verb: it stands after a colon


def gather(section: Section, stack: str, sayings: Iterable[Saying]) -> Iterator[Finding]:
    """A finding for each thing that is said, of all the resources of a kind that it is said of."""
    groups: dict[tuple[str, str, str, bool, Severity], list[Saying]] = {}
    for saying in sayings:
        key = (saying.noun, saying.what, saying.detail, saying.becomes, saying.severity)
        groups.setdefault(key, []).append(saying)
    for group in groups.values():
        yield Finding(
            section,
            group[0].severity,
            stack,
            _sentence(group),
            tuple(dict.fromkeys(line for saying in group for line in saying.why)),
            tuple(dict.fromkeys(address for saying in group for address in saying.addresses)),
        )


def _sentence(group: list[Saying]) -> str:
    first, detail = group[0], f" ({group[0].detail})" if group[0].detail else ""
    if len(group) == 1:
        return f"{first.noun} {first.name}{': ' if first.becomes else ' '}{first.what}{detail}"
    listed = ", ".join(sorted(saying.name for saying in group))
    if first.becomes:
        return f"{len(group)} {first.noun}s ({listed}), each: {first.what}{detail}"
    return f"{len(group)} {first.noun}s {_plural(first.what)}: {listed}{detail}"


def _plural(what: str) -> str:
    verb, _, rest = what.partition(" ")
    verb = _PLURAL.get(verb, verb.removesuffix("s"))
    return f"{verb} {rest}".replace(" its ", " their ").replace(" it ", " them ")
