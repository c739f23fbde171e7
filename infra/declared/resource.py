"""A declared resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Resource:
    """A resource of a stack; `values` are its attributes with references followed as far as they can be."""

    stack: str
    type: str
    name: str
    path: str  # in the construct tree, from the stack down
    values: Values = field(compare=False)
    is_data: bool = False  # only read

    @property
    def address(self) -> str:
        """How Terraform names it within its stack."""
        return f"data.{self.type}.{self.name}" if self.is_data else f"{self.type}.{self.name}"

    @property
    def role(self) -> str:
        """Its construct's path within the stack: stable where only its content changes."""
        return self.path.partition("/")[2]

    def __str__(self) -> str:
        return f"{self.stack}: {self.address}"
