"""Objects that existed before: Terraform takes them into its state when the stack is deployed."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformResource, TerraformStack

from infra.config.imports import FILE
from infra.config.problems import ConfigurationError, Problem


def import_existing(stack: TerraformStack, imports: Mapping[str, str]) -> None:
    """Declare import blocks: ids by address. For what the state has already they mean nothing.

    They are written as they are: cdktf's own `import_from` wants each resource's construct, and
    these are known by their addresses. ConfigurationError names those that the stack does not declare.
    """
    if not imports:
        return
    declared = {
        f"{item.terraform_resource_type}.{item.friendly_unique_id}"
        for item in stack.node.find_all()
        if isinstance(item, TerraformResource)
    }
    if strange := sorted(imports.keys() - declared):
        key, message = stack.node.id, "declared by no settings; take it out"
        raise ConfigurationError(Problem(FILE, 0, f"{key}.{address}", message) for address in strange)
    stack.add_override("import", [{"to": address, "id": id_} for address, id_ in imports.items()])
