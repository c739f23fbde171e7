"""No secret stands in what is synthesized: it would be in every plan, log and artifact of a deploy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.declared import Declared
from infra.declared.resource import Resource

_SHAPES = {
    "a Databricks token": re.compile(r"\bdapi[0-9a-f]{32}"),
    "a Databricks OAuth secret": re.compile(r"\bdose[0-9a-f]{32}"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "an Azure storage key": re.compile(r"\bAccountKey=[\w+/=]{40,}"),
    "an Azure signature": re.compile(r"[?&]sig=[\w%+/=]{30,}"),
    "a Google API key": re.compile(r"\bAIza[\w-]{35}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,})"),
    "a Slack token": re.compile(r"\bxox[abprs]-[\w-]{10,}|hooks\.slack\.com/services/\w+/\w+/\w+"),
    "a URL with a password": re.compile(r"\b[a-z][a-z+]*://[^/\s:@]+:[^/\s:@]+@"),
}
# What the provider's schema calls sensitive, and names that people give to what is.
_SENSITIVE = re.compile(
    r"(?:(?:^|[._-])(?:passw(?:or)?d|passphrase|secret|token|plaintext|(?:access|account|api|integration|"
    r"private|secret|shared|storage)_?key)|(?:slack|microsoft_teams)\.(?:channel_)?url)$",
    re.IGNORECASE,
)
_NAMES, _VALUES = ("name", "key"), ("default", "value")  # of parameters, tags and variables in lists
_ELSEWHERE = re.compile(r"\$\{|\{\{")  # a reference of Terraform's, or {{secrets/scope/key}}
_VARIABLE = re.compile(r"var\.([\w-]+)")

Texts = Iterator[tuple[str, str]]


def check(organisation: Organisation) -> Iterator[Violation]:
    """Texts that look like a secret, and literals where only a reference to a sensitive one belongs."""
    for stack in organisation.declared.stacks:
        shown = _shown_variables(organisation.declared, stack)
        for item in _blocks(organisation.declared, stack):
            for path, text in _texts(_named(item)):
                yield from (Violation(item, told) for told in _judge(path, text, shown))


def _judge(path: str, text: str, shown: set[str]) -> Iterator[str]:
    for kind, shape in _SHAPES.items():
        if shape.search(text):
            yield f"{path} holds {kind}"
    if not _SENSITIVE.search(path):
        return
    if text and not _ELSEWHERE.search(text):
        yield f"{path} is a literal: give it as a sensitive variable"
    for name in shown.intersection(_VARIABLE.findall(text)):
        yield f"{path} would be in every plan: the variable {name} is not sensitive"


def _blocks(declared: Declared, stack: str) -> Iterator[Resource]:
    """The stack's resources, and whatever else its document has, as if that were some."""
    yield from (item for item in declared.resources if item.stack == stack)
    for kind, content in declared.raw(stack).items():
        if kind not in {"//", "data", "resource"} and isinstance(content, Mapping):
            for name, values in content.items():
                yield Resource(
                    stack, kind, name, "", values if isinstance(values, Mapping) else {name: values}
                )


def _named(item: Resource) -> Mapping[str, Any]:
    """Its values; a variable's by its name, as those in lists."""
    return {**item.values, "name": item.name} if item.type == "variable" else item.values


def _shown_variables(declared: Declared, stack: str) -> set[str]:
    variables = declared.raw(stack).get("variable", {})
    return {name for name, values in variables.items() if not values.get("sensitive")}


def _texts(value: Any, path: str = "") -> Texts:
    """Every text within a value, by the keys that lead to it; what has a name in a list, by its name."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        named = next((str(value[key]) for key in _NAMES if isinstance(value.get(key), str)), None)
        for key, item in value.items():
            word = named if named and key in _VALUES else str(key)
            yield from _texts(item, f"{path}.{word}" if path else word)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")
