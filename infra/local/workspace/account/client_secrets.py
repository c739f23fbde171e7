"""OAuth secrets of service principals."""

from __future__ import annotations

from infra.local.workspace.account.rule_sets import RuleSets
from infra.local.workspace.errors import ConflictError, NotFoundError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.store import Document

_MOST_SECRETS = 5


class ClientSecrets:
    """Secrets, made and removed by account admins and the service principal's managers.

    At a workspace also by its admins, for the service principals that are in it.
    """

    def __init__(self, directory: Directory, tokens: Tokens, rule_sets: RuleSets) -> None:
        self._directory = directory
        self._tokens = tokens
        self._rule_sets = rule_sets

    def create(
        self, caller: Caller, principal_id: str, workspace_id: int | None, *, lifetime_seconds: int | None
    ) -> Document:
        """A new secret, shown in `secret` this once; None seconds is the default of 730 days."""
        self._require(caller, principal_id, workspace_id)
        if len(self._tokens.list_secrets(principal_id)) >= _MOST_SECRETS:
            raise ConflictError(
                f"Service principal {principal_id} has {_MOST_SECRETS} secrets already; delete one first.",
                code="RESOURCE_EXHAUSTED",
            )
        secret, document = self._tokens.create_secret(principal_id, lifetime_seconds=lifetime_seconds)
        return {**_shown(document), "secret": secret}

    def all(self, caller: Caller, principal_id: str, workspace_id: int | None) -> list[Document]:
        """The secrets' descriptions."""
        self._require(caller, principal_id, workspace_id)
        return [_shown(document) for document in self._tokens.list_secrets(principal_id)]

    def delete(self, caller: Caller, principal_id: str, workspace_id: int | None, secret_id: str) -> None:
        """Make a secret worthless."""
        self._require(caller, principal_id, workspace_id)
        self._tokens.delete_secret(principal_id, secret_id)

    def _require(self, caller: Caller, principal_id: str, workspace_id: int | None) -> None:
        try:
            document = self._directory.get(principal_id, "service_principal")
        except NotFoundError:
            document = None
        may = caller.is_account_admin if document is None else self._may(caller, document, workspace_id)
        if not may:
            raise PermissionDeniedError(
                f"{caller.name} is not authorized to manage secrets of service principal {principal_id}."
            )
        if document is None:
            raise NotFoundError(f"Service principal {principal_id} not found.")

    def _may(self, caller: Caller, document: Document, workspace_id: int | None) -> bool:
        if self._rule_sets.may_manage(caller, document["applicationId"]):
            return True
        here = workspace_id is not None and self._directory.caller(document["id"], workspace_id) is not None
        return here and caller.is_workspace_admin


def _shown(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "principal_id"}
