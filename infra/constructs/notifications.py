"""Who is told of what goes wrong in an environment: people by mail, the retraining hook by HTTPS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import TerraformStack, TerraformVariable
from cdktf_cdktf_provider_databricks.notification_destination import (
    NotificationDestination,
    NotificationDestinationConfigA,
    NotificationDestinationConfigEmail,
    NotificationDestinationConfigGenericWebhook,
)
from constructs import Construct

HOOK_USER = "databricks"
HOOK_PASSWORD = "retraining_hook_password"  # noqa: S105 - the variable's name; TF_VAR_… gives its value


@dataclass(frozen=True)
class Told:
    """Destinations, by their ids, and addresses; empty where nobody is told."""

    emails: Sequence[str]
    people: str | None  # the e-mail destination
    hook: str | None  # the retraining hook


class NotificationDestinations(Construct):
    """An environment's destinations of notifications; `told` is what alerts and jobs refer to."""

    def __init__(
        self, scope: Construct, id_: str, *, environment: str, emails: Sequence[str], hook: str | None
    ) -> None:
        super().__init__(scope, id_)
        self.told = Told(
            emails=emails,
            people=self._add_people(environment, emails) if emails else None,
            hook=self._add_hook(environment, hook) if hook else None,
        )

    def _add_people(self, environment: str, emails: Sequence[str]) -> str:
        config = NotificationDestinationConfigA(
            email=NotificationDestinationConfigEmail(addresses=list(emails))
        )
        name = f"mlops-{environment}"
        return NotificationDestination(self, "People", display_name=name, config=config).id

    def _add_hook(self, environment: str, url: str) -> str:
        """The webhook; its password is a variable, so that no file of this project holds it."""
        password = TerraformVariable(
            TerraformStack.of(self),
            HOOK_PASSWORD,
            type="string",
            sensitive=True,
            description="What the retraining hook knows its callers by",
        )
        webhook = NotificationDestinationConfigGenericWebhook(
            url=url, username=HOOK_USER, password=password.string_value
        )
        config = NotificationDestinationConfigA(generic_webhook=webhook)
        name = f"retraining-{environment}"
        return NotificationDestination(self, "RetrainingHook", display_name=name, config=config).id
