"""Reads synthesized stacks as Terraform would: resources by type, references followed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cdktf import TerraformStack, Testing

_REFERENCE = re.compile(r"\$\{(databricks_\w+)\.([\w-]+)\.(\w+)\}")


@dataclass(frozen=True)
class Synthesized:
    """A stack's JSON; a reference to what another resource declares is replaced by its value."""

    document: dict[str, Any]

    def all(self, type_: str) -> list[dict[str, Any]]:
        """Every resource of a type, without the `databricks_` prefix."""
        resources = self.document.get("resource", {}).get(f"databricks_{type_}", {})
        return [self.follow(resource) for resource in resources.values()]

    def one(self, type_: str, **properties: Any) -> dict[str, Any]:
        """The only resource of a type that has these properties."""
        found = [item for item in self.all(type_) if properties.items() <= item.items()]
        assert len(found) == 1, f"{len(found)} of {type_} with {properties}"
        return found[0]

    def types(self) -> dict[str, int]:
        """How many resources there are of each type."""
        return {type_: len(names) for type_, names in self.document["resource"].items()}

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return {name: self.follow(output["value"]) for name, output in self.document["output"].items()}

    def follow(self, value: Any) -> Any:
        """The value with every reference to a declared value replaced; others stay as they are."""
        if isinstance(value, dict):
            return {key: self.follow(item) for key, item in value.items() if key != "//"}
        if isinstance(value, list):
            return [self.follow(item) for item in value]
        return _REFERENCE.sub(self._declared, value) if isinstance(value, str) else value

    def _declared(self, match: re.Match[str]) -> str:
        type_, name, attribute = match.groups()
        declared = self.document["resource"][type_][name].get(attribute)
        return str(self.follow(declared)) if declared is not None else match[0]


def synthesize(build: Callable[[TerraformStack], object]) -> Synthesized:
    """What a construct declares when it is built alone."""
    stack = TerraformStack(Testing.app(), "alone")
    build(stack)
    return Synthesized(json.loads(Testing.synth(stack)))
