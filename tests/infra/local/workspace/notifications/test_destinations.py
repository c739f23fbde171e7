"""Notification destinations through the SDK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied, platform
from databricks.sdk.service.settings import (
    Config,
    DestinationType,
    EmailConfig,
    GenericWebhookConfig,
    SlackConfig,
)

from tests.infra.local.workspace.members import Member, Workspace

_HOOK = GenericWebhookConfig(url="https://127.0.0.1:1/hook", username="alerts", password="geheim")
_MAIL = EmailConfig(addresses=["ops@example.com"])


def test_a_webhooks_secrets_are_never_shown(workspace: Workspace) -> None:
    """Answers to create, get and update say what is set, and nothing more."""
    destinations = workspace.client.notification_destinations
    made = destinations.create(display_name="hook", config=Config(generic_webhook=_HOOK))
    assert made.id
    assert made.destination_type == DestinationType.WEBHOOK
    shown = GenericWebhookConfig(url_set=True, username_set=True, password_set=True)
    assert made.config == Config(generic_webhook=shown)
    assert destinations.get(made.id) == made
    anonymous = Config(generic_webhook=GenericWebhookConfig(url="https://127.0.0.1:2/hook"))
    changed = destinations.update(made.id, config=anonymous)
    assert changed.config
    assert changed.config.generic_webhook == GenericWebhookConfig(
        url_set=True, username_set=False, password_set=False
    )
    document = workspace.client.api_client.do("GET", f"/api/2.0/notification-destinations/{made.id}")
    assert "127.0.0.1" not in str(document)


def test_an_email_destinations_life(workspace: Workspace) -> None:
    """It is made, listed, renamed and deleted."""
    destinations = workspace.client.notification_destinations
    made = destinations.create(display_name="ops", config=Config(email=_MAIL))
    assert made.id
    assert made.config == Config(email=_MAIL)
    renamed = destinations.update(made.id, display_name="operations")
    assert (renamed.display_name, renamed.config) == ("operations", made.config)
    listed = {item.id: (item.display_name, item.destination_type) for item in destinations.list()}
    assert listed[made.id] == ("operations", DestinationType.EMAIL)
    destinations.delete(made.id)
    with pytest.raises(NotFound):
        destinations.get(made.id)
    assert made.id not in {item.id for item in destinations.list()}


def test_only_admins_change_them(workspace: Workspace, make_user: Callable[..., Member]) -> None:
    """Others may list them and see name and type."""
    made = workspace.client.notification_destinations.create(display_name="ops", config=Config(email=_MAIL))
    assert made.id
    destinations = make_user().client.notification_destinations
    seen = destinations.get(made.id)
    assert (seen.display_name, seen.config) == ("ops", None)
    assert made.id in {item.id for item in destinations.list()}
    for change in (
        lambda: destinations.create(display_name="mine", config=Config(email=_MAIL)),
        lambda: destinations.update(made.id or "", display_name="mine"),
        lambda: destinations.delete(made.id or ""),
    ):
        with pytest.raises(PermissionDenied):
            change()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"config": {"email": {"addresses": ["a@b.example"]}}}, "Missing required field: display_name"),
        ({"display_name": "x"}, "config holds exactly one of"),
        (
            {"display_name": "x", "config": {"email": {}, "generic_webhook": {}}},
            "config holds exactly one of",
        ),
        ({"display_name": "x", "config": {"email": {"addresses": []}}}, "needs addresses"),
        ({"display_name": "x", "config": {"email": {"addresses": ["nobody"]}}}, "'nobody' is not an e-mail"),
        ({"display_name": "x", "config": {"generic_webhook": {"url": "http://a/b"}}}, "https://"),
        ({"display_name": "x", "config": {"generic_webhook": {"url": "https://"}}}, "https://"),
        ({"display_name": "x", "config": {"pigeon": {}}}, "no destinations of type pigeon"),
    ],
)
def test_what_can_not_be_one_is_refused(workspace: Workspace, body: dict[str, Any], message: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(InvalidParameterValue, match=message):
        workspace.client.api_client.do("POST", "/api/2.0/notification-destinations", body=body)


def test_other_types_are_not_served(workspace: Workspace) -> None:
    """What nothing is sent to locally is not accepted."""
    slack = Config(slack=SlackConfig(url="https://example.com"))
    with pytest.raises(platform.NotImplemented, match="not served locally, only email, generic_webhook"):
        workspace.client.notification_destinations.create(display_name="slack", config=slack)


def test_the_type_stays(workspace: Workspace) -> None:
    """An e-mail destination does not become a webhook, nor does an empty change pass."""
    destinations = workspace.client.notification_destinations
    made = destinations.create(display_name="ops", config=Config(email=_MAIL))
    assert made.id
    with pytest.raises(InvalidParameterValue, match="type of a notification destination"):
        destinations.update(made.id, config=Config(generic_webhook=_HOOK))
    with pytest.raises(InvalidParameterValue, match="Give display_name or config"):
        destinations.update(made.id)
