"""Other workspaces read production's catalog at most."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "production_is_read_only_elsewhere"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_binding_to_write_is_found(shipped: Shipped) -> None:
    """Bound read-write to dev, production could be changed from there."""
    changed = shipped.changed(
        "prod",
        "workspace_binding",
        "Catalog/ReadOnlyIn-dev",
        lambda item: item.update(binding_type="BINDING_TYPE_READ_WRITE"),
    )
    assert changed.violations(POLICY) == [
        "prod: whoever may change prod could do so from another environment's workspace"
    ]


def test_its_own_workspace_writes(shipped: Shipped) -> None:
    """To bind a catalog to the workspace that it is of says nothing new."""
    number = "${data.terraform_remote_state.Account.outputs.prod_workspace_id}"
    changed = shipped.added(
        "prod", "workspace_binding", securable_name="prod", securable_type="catalog", workspace_id=number
    )
    assert changed.violations(POLICY) == []
