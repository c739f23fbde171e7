"""Notification destinations: named e-mail addresses and webhooks, kept by a workspace's admins."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from infra.local.workspace.errors import InvalidParameterError, NotFoundError, NotServedError
from infra.local.workspace.fields import read_object, read_text, read_texts
from infra.local.workspace.identity.authority import require_workspace_admin
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store

_TYPES = {"email": "EMAIL", "generic_webhook": "WEBHOOK"}
_ELSEWHERE = ("microsoft_teams", "pagerduty", "slack")
_SECRETS = ("url", "username", "password")
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


class Destinations:
    """The destinations of all workspaces.

    A webhook's address and credentials are kept as they are, as safe as the account's store, and
    are never shown again: answers only say whether they are set.
    """

    def __init__(self, store: Store) -> None:
        self._destinations = store.collection("notification_destinations")

    def create(self, caller: Caller, workspace_id: int, body: Document) -> Document:
        """A new destination, as the caller sees it."""
        require_workspace_admin(caller)
        document = {"id": str(uuid.uuid4()), "display_name": _name(body), "config": _config(body)}
        return _shown(caller, self._put(workspace_id, document))

    def get(self, caller: Caller, workspace_id: int, destination_id: str) -> Document:
        """A destination; what it is made of is shown to admins only."""
        return _shown(caller, self._existing(workspace_id, destination_id))

    def all(self, workspace_id: int) -> list[Document]:
        """Id, name and type of every destination."""
        return [_listed(document) for document in self._destinations.all(f"{workspace_id}/")]

    def update(self, caller: Caller, workspace_id: int, destination_id: str, body: Document) -> Document:
        """A destination with another name or, in the place of all of it, another config of its type."""
        require_workspace_admin(caller)
        document = self._existing(workspace_id, destination_id)
        if body.get("display_name") is None and body.get("config") is None:
            raise InvalidParameterError("Give display_name or config.")
        if body.get("display_name") is not None:
            document["display_name"] = _name(body)
        if body.get("config") is not None:
            config = _config(body)
            if config.keys() != document["config"].keys():
                raise InvalidParameterError("The type of a notification destination can't be changed.")
            document["config"] = config
        return _shown(caller, self._put(workspace_id, document))

    def delete(self, caller: Caller, workspace_id: int, destination_id: str) -> None:
        """Forget a destination; what names it notifies nobody by it from now on."""
        require_workspace_admin(caller)
        self._existing(workspace_id, destination_id)
        self._destinations.delete(_key(workspace_id, destination_id))

    def config(self, workspace_id: int, destination_id: str) -> dict[str, Any] | None:
        """The config with its secrets, for deliveries; None where the destination is gone."""
        document = self._destinations.get(_key(workspace_id, destination_id))
        return document["config"] if document else None

    def require(self, workspace_id: int, destination_ids: Iterable[str]) -> None:
        """InvalidParameterError unless each is a destination of the workspace."""
        for destination_id in destination_ids:
            if self.config(workspace_id, destination_id) is None:
                raise InvalidParameterError(f"Notification destination {destination_id} does not exist.")

    def forget_workspace(self, workspace_id: int) -> None:
        """Forget the destinations of a workspace that is deleted."""
        for key, _ in self._destinations.items(f"{workspace_id}/"):
            self._destinations.delete(key)

    def _existing(self, workspace_id: int, destination_id: str) -> Document:
        document = self._destinations.get(_key(workspace_id, destination_id))
        if document is None:
            raise NotFoundError(f"Notification destination {destination_id} does not exist.")
        return document

    def _put(self, workspace_id: int, document: Document) -> Document:
        return self._destinations.put(_key(workspace_id, document["id"]), document)


def require_addresses(addresses: Iterable[str]) -> None:
    """InvalidParameterError for what is no e-mail address."""
    for address in addresses:
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            raise InvalidParameterError(f"{address!r} is not an e-mail address.")


def _name(body: Document) -> str:
    name = read_text(body, "display_name").strip()
    if not name:
        raise InvalidParameterError("Missing required field: display_name")
    return name


def _config(body: Document) -> Document:
    given = {kind: value for kind, value in read_object(body, "config").items() if value is not None}
    if len(given) != 1:
        raise InvalidParameterError(f"config holds exactly one of {', '.join((*_TYPES, *_ELSEWHERE))}.")
    [kind] = given
    if kind in _ELSEWHERE:
        raise NotServedError(f"Destinations of type {kind} are not served locally, only {', '.join(_TYPES)}.")
    if kind not in _TYPES:
        raise InvalidParameterError(f"There are no destinations of type {kind}.")
    fields = read_object(given, kind)
    return {kind: _email(fields) if kind == "email" else _webhook(fields)}


def _email(fields: Document) -> Document:
    addresses = read_texts(fields, "addresses")
    if not addresses:
        raise InvalidParameterError("An e-mail destination needs addresses.")
    require_addresses(addresses)
    return {"addresses": addresses}


def _webhook(fields: Document) -> Document:
    found = {name: text for name in _SECRETS if (text := read_text(fields, name))}
    url = urlsplit(found.get("url", ""))
    if url.scheme != "https" or not url.hostname:
        raise InvalidParameterError("The url of a webhook must start with https:// and name a host.")
    return found


def _listed(document: Document) -> Document:
    [kind] = document["config"]
    return {
        "id": document["id"],
        "display_name": document["display_name"],
        "destination_type": _TYPES[kind],
    }


def _shown(caller: Caller, document: Document) -> Document:
    listed = _listed(document)
    if not caller.is_workspace_admin:
        return listed
    [(kind, fields)] = document["config"].items()
    shown = fields if kind == "email" else {f"{name}_set": name in fields for name in _SECRETS}
    return {**listed, "config": {kind: shown}}


def _key(workspace_id: int, destination_id: str) -> str:
    return f"{workspace_id}/{destination_id}"
