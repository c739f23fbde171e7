"""Construct paths are where the repository reads them and cdktf does not."""

from __future__ import annotations

from infra.declared.declared import Declared
from tests.infra.synthesis import Synthesized


def test_cdktf_finds_no_path_to_look_for(stacks: dict[str, Synthesized]) -> None:
    """Neither of what is made nor of what is read: each would be tried on each line that Terraform prints."""
    comments = [
        resource.get("//", {})
        for stack in stacks.values()
        for kind in ("resource", "data")
        for named in stack.document.get(kind, {}).values()
        for resource in named.values()
    ]
    assert {key for comment in comments for key in comment} == {"path"}


def test_every_resource_tells_its_constructs_path(declared: Declared) -> None:
    """Its stack's name first; the account's own, and a project's in an environment."""
    made = [resource for resource in declared.resources if not resource.is_data]
    assert all(resource.path.startswith(f"{resource.stack}/") for resource in made)
    paths = {resource.path for resource in made}
    assert {"prod/flights/Schema/Schema"} <= paths
