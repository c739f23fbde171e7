"""What holds data that nothing could bring back: Terraform refuses to destroy or to replace it."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformResource, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_databricks.schema import Schema

from infra.config.problems import ConfigurationError, Problem, unknown
from infra.config.stateful import STATEFUL, is_at


def protect(
    stack: TerraformStack, *, unprotected: Sequence[str], file: str, disposable: Sequence[str] = ()
) -> None:
    """Protect all that is stateful in a stack, but for what is named: by its path, or one above it.

    The paths are those of the constructs, which a review tells: `flights/Tables/planes`. A schema that goes
    with its content by design (of metric tables) is not stateful, and what is at a disposable path may
    go, too. ConfigurationError, at the file's key `unprotected`, names paths that nothing stateful is at.
    """
    resources = [item for item in stack.node.find_all() if isinstance(item, TerraformResource)]
    kept = [item for item in resources if not any(is_at(_path(item), path) for path in disposable)]
    stateful = {_path(item): item for item in kept if _is_stateful(item)}
    for index, name in enumerate(unprotected):
        if not any(is_at(path, name) for path in stateful):
            key = f"unprotected[{index}]"
            raise ConfigurationError([Problem(file, 0, key, unknown("stateful resource", name, stateful))])
    for path, item in stateful.items():
        if not any(is_at(path, name) for name in unprotected):
            item.lifecycle = TerraformResourceLifecycle(prevent_destroy=True)


def _is_stateful(item: TerraformResource) -> bool:
    computed_anew = isinstance(item, Schema) and item.force_destroy_input
    return item.terraform_resource_type in STATEFUL and not computed_anew


def _path(item: TerraformResource) -> str:
    return str(item.node.path).partition("/")[2]
