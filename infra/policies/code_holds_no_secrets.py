"""No secret stands in what is synthesized: it would be in every plan, log and artifact of a deploy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_SHAPES = {
    "a Databricks token": re.compile(r"\bdapi[0-9a-f]{32}"),
    "a Databricks OAuth secret": re.compile(r"\bdose[0-9a-f]{32}"),
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}"),
}
_SENSITIVE = re.compile(r"(?:^|_)(?:password|secret|token|api_key|client_secret|private_key)$")


def check(organisation: Organisation) -> Iterator[Violation]:
    """Texts that look like a secret, and literals where only a reference to one belongs."""
    for item in organisation.declared.resources:
        for path, text in _texts(item.values):
            for kind, shape in _SHAPES.items():
                if shape.search(text):
                    yield Violation(item, f"{path} holds {kind}")
            if _SENSITIVE.search(path.rpartition(".")[2]) and "${" not in text:
                yield Violation(item, f"{path} is a literal: give it as a sensitive variable")


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text within a value, by the keys that lead to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")
