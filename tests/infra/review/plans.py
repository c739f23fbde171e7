"""Small plans, written by hand and read as Terraform's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.review.plan import Plan, read_plan

Json = dict[str, Any]


def plan(stack: str, *changes: Json, prior: Sequence[Mapping[str, Any]] = ()) -> Plan:
    """A stack's plan with these changes, and these resources' values in the state before."""
    resources = [{"address": f"prior.{index}", "values": values} for index, values in enumerate(prior)]
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": list(changes),
        "prior_state": {"values": {"root_module": {"resources": resources}}},
        "configuration": {"root_module": {"resources": [{"address": item["address"]} for item in changes]}},
    }
    return read_plan(stack, json.dumps(document))


def change(
    type_: str,
    name: str = "it",
    *,
    before: Json | None = None,
    after: Json | None = None,
    actions: Sequence[str] | None = None,
    unknown: Json | None = None,
    replaced_by: Sequence[str] = (),
) -> Json:
    """A resource's change; what is done follows from what there is before and after, unless it is told."""
    if actions is None:
        actions = ["create"] if before is None else ["delete"] if after is None else ["update"]
    return {
        "address": f"{type_}.{name}",
        "type": type_,
        "name": name,
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": unknown or {},
            "replace_paths": [[attribute] for attribute in replaced_by],
        },
    }


def replaced(type_: str, name: str = "it", *, before: Json, by: str, to: Any) -> Json:
    """A resource that is replaced, as one of its attributes becomes another."""
    return change(
        type_,
        name,
        before=before,
        after={**before, by: to},
        actions=["delete", "create"],
        replaced_by=[by],
    )
