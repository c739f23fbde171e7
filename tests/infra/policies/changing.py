"""The shipped stacks with one thing changed, and what policies say of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.compliance.checking import find_policies, organisation
from infra.config.settings import AllSettings
from infra.declared.declared import Declared

Json = dict[str, Any]


@dataclass(frozen=True)
class Shipped:
    """The shipped stacks, to be changed."""

    stacks: dict[str, Json]
    settings: AllSettings

    def changed(self, stack: str, type_: str, role: str, change: Callable[[Json], object]) -> Shipped:
        """With one resource changed; `role` is its path within its stack."""
        stacks = copy.deepcopy(self.stacks)
        named = stacks[stack]["resource"][f"databricks_{type_}"]
        (found,) = [item for item in named.values() if item["//"]["path"] == f"{stack}/{role}"]
        change(found)
        return Shipped(stacks, self.settings)

    def added(self, stack: str, type_: str, **values: Any) -> Shipped:
        """With one resource more, called `added`."""
        stacks = copy.deepcopy(self.stacks)
        resource = {"//": {"path": f"{stack}/added"}, **values}
        stacks[stack]["resource"].setdefault(f"databricks_{type_}", {})["added"] = resource
        return Shipped(stacks, self.settings)

    def looked_up(self, stack: str, type_: str, **values: Any) -> Shipped:
        """With one data source more, called `added`."""
        stacks = copy.deepcopy(self.stacks)
        stacks[stack]["data"].setdefault(f"databricks_{type_}", {})["added"] = values
        return Shipped(stacks, self.settings)

    def declaring(self, stack: str, block: str, **values: Any) -> Shipped:
        """With a block of the document more: a variable, an output, a backend."""
        stacks = copy.deepcopy(self.stacks)
        stacks[stack].setdefault(block, {}).update(values)
        return Shipped(stacks, self.settings)

    def without(self, stack: str, type_: str, role: str = "") -> Shipped:
        """Without the resources of a type whose paths within their stack begin so."""
        stacks = copy.deepcopy(self.stacks)
        named = stacks[stack]["resource"][f"databricks_{type_}"]
        gone = [name for name, item in named.items() if item["//"]["path"].startswith(f"{stack}/{role}")]
        assert gone
        for name in gone:
            del named[name]
        return Shipped(stacks, self.settings)

    def violations(self, policy: str) -> list[str]:
        """What a policy says, as `stack: message`."""
        check = find_policies()[policy]
        found = check(organisation(Declared(self.stacks), self.settings))
        return [f"{item.resource.stack}: {item.message}" for item in dict.fromkeys(found)]
