"""What breaks a policy."""

from __future__ import annotations

from dataclasses import dataclass

from infra.declared.resource import Resource


@dataclass(frozen=True)
class Violation:
    """A resource, and in words who could do what because of it, or what is missing."""

    resource: Resource
    message: str
