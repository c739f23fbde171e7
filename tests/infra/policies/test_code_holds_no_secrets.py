"""No secret is in what is synthesized."""

from __future__ import annotations

from typing import Any

from tests.infra.policies.changing import Shipped

POLICY = "code_holds_no_secrets"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_token_is_found_in_any_text(shipped: Shipped) -> None:
    """A token in a job's parameter is a token in every plan."""
    token = "dapi" + "0" * 32
    changed = shipped.changed(
        "prod", "job", "flights/ingest/Job", lambda item: item.update(description=f"uses {token}")
    )
    assert changed.violations(POLICY) == ["prod: description holds a Databricks token"]


def test_a_literal_password_is_found(shipped: Shipped) -> None:
    """A webhook's password is a sensitive variable; written out it is everybody's."""

    def write(item: dict[str, Any]) -> None:
        item["config"]["generic_webhook"]["password"] = "hunter2"

    changed = shipped.changed("prod", "notification_destination", "Notifications/RetrainingHook", write)
    assert changed.violations(POLICY) == [
        "prod: config.generic_webhook.password is a literal: give it as a sensitive variable"
    ]
