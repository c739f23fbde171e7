"""The notifications service: what other services tell people and machines by."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.local.workspace.notifications.destinations import Destinations, require_addresses
from infra.local.workspace.notifications.mail import Mail
from infra.local.workspace.notifications.outbox import Outbox
from infra.local.workspace.notifications.webhooks import DeliveryError, Webhooks
from infra.local.workspace.store import Document, Store

_log = logging.getLogger(__name__)
_RETRY_SECONDS = (1, 5, 25)


class Notifications:
    """E-mails go to the Maildir `<folder>/mail`, webhooks are called over HTTPS.

    Certificates of receivers on this machine are trusted when they lie in `<folder>/tls/trusted`.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        name_workspace: Callable[[int], str],
        retry_seconds: Sequence[float] = _RETRY_SECONDS,
    ) -> None:
        self._name_workspace = name_workspace
        self.destinations = Destinations(store)
        self._mail = Mail(folder / "mail")
        self._webhooks = Webhooks(folder / "tls" / "trusted")
        self._outbox = Outbox(store, self._deliver, retry_seconds=retry_seconds)

    def start(self) -> None:
        """Deliver what was not delivered when the account ended."""
        self._outbox.start()

    def stop(self) -> None:
        """Deliver no more."""
        self._outbox.stop()

    def require(self, workspace_id: int, *, emails: Sequence[str], destinations: Sequence[str]) -> None:
        """InvalidParameterError for what is no address, or no destination of the workspace."""
        require_addresses(emails)
        self.destinations.require(workspace_id, destinations)

    def send(
        self,
        workspace_id: int,
        *,
        emails: Sequence[str],
        destinations: Sequence[str],
        subject: str,
        text: str,
        payload: Mapping[str, Any],
    ) -> None:
        """Tell addresses and destinations (by id), in the background: what fails is logged, not raised.

        People get one e-mail with subject, text and the workspace's name, webhooks the payload as JSON.
        """
        addresses = list(emails)
        for destination_id in dict.fromkeys(destinations):
            config = self.destinations.config(workspace_id, destination_id)
            if config is None:
                _log.warning("Notification destination %s of %r is gone", destination_id, subject)
            elif "email" in config:
                addresses += config["email"]["addresses"]
            else:
                place = {"workspace_id": workspace_id, "destination_id": destination_id}
                self._outbox.put({"subject": subject, "payload": dict(payload), **place})
        if addresses:
            unique = list(dict.fromkeys(addresses))
            signed = f"{text.rstrip()}\nWorkspace: {self._name_workspace(workspace_id)}\n"
            self._outbox.put({"subject": subject, "text": signed, "addresses": unique})

    def _deliver(self, letter: Document) -> None:
        if "addresses" in letter:
            self._mail.deliver(letter["addresses"], letter["subject"], letter["text"])
            return
        config = self.destinations.config(letter["workspace_id"], letter["destination_id"])
        if config is None:
            raise DeliveryError("its destination was deleted", passing=False)
        self._webhooks.deliver(config["generic_webhook"], letter["payload"])
