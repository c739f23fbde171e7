"""One line for what went wrong: what was attempted, the API's message and code, and the attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import requests
from databricks.sdk.core import DatabricksError

from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import InvalidError, NotServedError
from infra.local.provider.wire import plugin_pb2 as pb

EXPECTED = (
    DatabricksError,
    InvalidError,
    NotServedError,
    requests.RequestException,
    TimeoutError,
    OSError,
    ValueError,
)
"""What the API, the configuration or the network may raise; anything else is a defect."""


class _Reply(Protocol):
    @property
    def diagnostics(self) -> Sequence[pb.Diagnostic]: ...


@contextmanager
def reporting(reply: _Reply, attempt: str, values: Element | None = None) -> Iterator[None]:
    """Turn an expected failure inside into an error of the reply; `values` help to find its attribute."""
    try:
        yield
    except EXPECTED as error:
        add_error(reply, describe(attempt, error), find_attribute(error, values or {}))


def add_error(reply: _Reply, message: str, attribute: str = "") -> None:
    """Add an error to a reply, at an attribute if one is named."""
    diagnostic = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=_one_line(message))
    if attribute:
        for name in attribute.split("."):
            diagnostic.attribute.steps.add(attribute_name=name)
    reply.diagnostics.append(diagnostic)  # type: ignore[attr-defined]  # protobuf's containers are no list


def describe(attempt: str, error: BaseException) -> str:
    """What was attempted and why it failed, on one line."""
    message = _one_line(str(error)) or type(error).__name__
    if isinstance(error, TimeoutError) and error.__cause__:
        message += f": {_one_line(str(error.__cause__))}"
    code = error.error_code if isinstance(error, DatabricksError) else None
    return f"cannot {attempt}: {message}" + (f" ({code})" if code and code not in message else "")


def find_attribute(error: BaseException, values: Element) -> str:
    """The attribute that an error is about: its own, or one whose name or value its message quotes."""
    if isinstance(error, InvalidError):
        return error.attribute.partition(".")[0]
    if not isinstance(error, DatabricksError):
        return ""
    words = set(re.findall(r"[^\s'\"`,:;()]+", str(error)))
    stripped = {word.rstrip(".") for word in words}
    named = [name for name in values if name in stripped and "_" in name]
    valued = [
        name
        for name, value in values.items()
        if isinstance(value, str) and len(value) > 1 and value in stripped
    ]
    return next(iter([*named, *valued]), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
