"""The secrets service."""

from __future__ import annotations

import base64
import re
import time

from infra.local.workspace.errors import (
    AlreadyExistsError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
)
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.permissions.grantees import USERS, Grantees
from infra.local.workspace.store import Document, Store

READ, WRITE, MANAGE = "READ", "WRITE", "MANAGE"
_LEVELS = (READ, WRITE, MANAGE)
_NAME = re.compile(r"[\w.@-]{1,128}", re.ASCII)
_MOST_BYTES = 128 * 1024


class Secrets:
    """Scopes with their access control lists, and secrets, by workspace.

    Whoever creates a scope manages it, and so do the workspace's admins. Secrets are in the
    account's store as they are: they are as safe as that file.
    """

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._scopes = store.collection("secret_scopes")
        self._secrets = store.collection("secrets")
        self._grantees = Grantees(directory)

    def create_scope(self, caller: Caller, workspace_id: int, scope: str, *, for_users: bool) -> None:
        """A new scope, managed by the caller, or (`for_users`) by everyone in the workspace."""
        _check_name("Scope", scope)
        acls = {caller.principal.id: MANAGE, **({USERS: MANAGE} if for_users else {})}
        with self._store.transaction():
            if self._scopes.get(_scope_key(workspace_id, scope)):
                raise AlreadyExistsError(f"Scope {scope} already exists!")
            self._scopes.insert(_scope_key(workspace_id, scope), {"name": scope, "acls": acls})

    def scopes(self, caller: Caller, workspace_id: int) -> list[str]:
        """The names of the scopes that the caller may read."""
        documents = self._scopes.all(f"{workspace_id}/")
        return [scope["name"] for scope in documents if self._allows(caller, scope, READ)]

    def delete_scope(self, caller: Caller, workspace_id: int, scope: str) -> None:
        """Remove a scope with its secrets."""
        with self._store.transaction():
            self._require(caller, workspace_id, scope, MANAGE)
            for key, _ in self._secrets.items(_secret_key(workspace_id, scope, "")):
                self._secrets.delete(key)
            self._scopes.delete(_scope_key(workspace_id, scope))

    def put(self, caller: Caller, workspace_id: int, scope: str, key: str, value: bytes) -> None:
        """Store a secret of at most 128 KiB, in place of one with the same key."""
        _check_name("Secret key", key)
        if len(value) > _MOST_BYTES:
            raise InvalidParameterError(
                f"The secret has {len(value)} bytes; at most {_MOST_BYTES} are allowed."
            )
        document = {
            "key": key,
            "last_updated_timestamp": int(time.time() * 1000),
            "value": base64.b64encode(value).decode(),
        }
        with self._store.transaction():
            self._require(caller, workspace_id, scope, WRITE)
            self._secrets.put(_secret_key(workspace_id, scope, key), document)

    def get(self, caller: Caller, workspace_id: int, scope: str, key: str) -> bytes:
        """A secret's value."""
        self._require(caller, workspace_id, scope, READ)
        document = self._secrets.get(_secret_key(workspace_id, scope, key))
        if document is None:
            raise _missing_secret(scope, key)
        return base64.b64decode(document["value"])

    def secrets(self, caller: Caller, workspace_id: int, scope: str) -> list[Document]:
        """Keys and times of a scope's secrets, without their values."""
        self._require(caller, workspace_id, scope, READ)
        documents = self._secrets.all(_secret_key(workspace_id, scope, ""))
        return [{name: d[name] for name in ("key", "last_updated_timestamp")} for d in documents]

    def delete(self, caller: Caller, workspace_id: int, scope: str, key: str) -> None:
        """Remove a secret."""
        self._require(caller, workspace_id, scope, WRITE)
        if not self._secrets.delete(_secret_key(workspace_id, scope, key)):
            raise _missing_secret(scope, key)

    def put_acl(self, caller: Caller, workspace_id: int, scope: str, principal: str, level: str) -> None:
        """Give a principal of the workspace a level on a scope, in place of the one it has."""
        if level not in _LEVELS:
            raise InvalidParameterError(f"Unknown permission {level}; there are {', '.join(_LEVELS)}.")
        with self._store.transaction():
            document = self._require(caller, workspace_id, scope, MANAGE)
            document["acls"][self._grantees.named(workspace_id, principal)] = level
            self._scopes.put(_scope_key(workspace_id, scope), document)

    def acls(self, caller: Caller, workspace_id: int, scope: str) -> dict[str, str]:
        """Levels by principal, as `put_acl` spells them."""
        document = self._require(caller, workspace_id, scope, MANAGE)
        named = {self._grantees.name(key): level for key, level in document["acls"].items()}
        return {name: level for name, level in named.items() if name is not None}

    def delete_acl(self, caller: Caller, workspace_id: int, scope: str, principal: str) -> None:
        """Take a principal's level on a scope away."""
        with self._store.transaction():
            document = self._require(caller, workspace_id, scope, MANAGE)
            kept = {k: v for k, v in document["acls"].items() if self._grantees.name(k) != principal}
            if len(kept) == len(document["acls"]):
                raise NotFoundError(f"{principal} has no permission on scope {scope}.")
            self._scopes.put(_scope_key(workspace_id, scope), {**document, "acls": kept})

    def _require(self, caller: Caller, workspace_id: int, scope: str, level: str) -> Document:
        document = self._scopes.get(_scope_key(workspace_id, scope))
        if document is None and caller.is_workspace_admin:
            raise NotFoundError(f"Scope {scope} does not exist!")
        if document is None or not self._allows(caller, document, level):
            raise PermissionDeniedError(f"{caller.name} does not have {level} permission on scope: {scope}")
        return document

    def _allows(self, caller: Caller, document: Document, level: str) -> bool:
        if caller.is_workspace_admin:
            return True
        keys = self._grantees.of(caller)
        ranks = [_LEVELS.index(held) for key, held in document["acls"].items() if key in keys]
        return max(ranks, default=-1) >= _LEVELS.index(level)


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidParameterError(
            f"{what} {name!r}: only letters, digits, _ - @ . are allowed, 1 to 128 of them."
        )


def _missing_secret(scope: str, key: str) -> NotFoundError:
    return NotFoundError(f"Secret does not exist with scope: {scope} and key: {key}")


def _scope_key(workspace_id: int, scope: str) -> str:
    return f"{workspace_id}/{scope}"


def _secret_key(workspace_id: int, scope: str, key: str) -> str:
    return f"{workspace_id}/{scope}/{key}"
