"""Destinations: people by mail, the retraining hook with a password that no file holds."""

from __future__ import annotations

from cdktf import TerraformStack

from infra.constructs.notifications import NotificationDestinations
from tests.infra.synthesis import Synthesized, synthesize


def declare(*, emails: tuple[str, ...], hook: str | None) -> Synthesized:
    """An environment's destinations."""

    def build(stack: TerraformStack) -> None:
        made = NotificationDestinations(stack, "Told", environment="prod", emails=emails, hook=hook)
        assert (made.told.people is not None, made.told.hook is not None) == (bool(emails), hook is not None)

    return synthesize(build)


def test_people_and_hook_are_told() -> None:
    """The hook is called by HTTPS with a user and a password, which is a variable of the deploy."""
    made = declare(emails=("on-call@example.com",), hook="https://hook.example.com/alerts")
    people = made.one("notification_destination", display_name="mlops-prod")
    assert people["config"] == {"email": {"addresses": ["on-call@example.com"]}}
    webhook = made.one("notification_destination", display_name="retraining-prod")["config"][
        "generic_webhook"
    ]
    assert webhook["url"] == "https://hook.example.com/alerts"
    assert webhook["password"] == "${var.retraining_hook_password}"
    assert made.document["variable"]["retraining_hook_password"]["sensitive"] is True


def test_nobody_is_told_who_is_not_named() -> None:
    """An environment without addresses and hook has no destination and asks for no password."""
    made = declare(emails=(), hook=None)
    assert made.all("notification_destination") == []
    assert "variable" not in made.document
