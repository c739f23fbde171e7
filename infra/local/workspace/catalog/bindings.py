"""Which workspaces may reach an isolated catalog or way to storage, and whether they may write."""

from __future__ import annotations

from infra.local.workspace.catalog.guard import Guard
from infra.local.workspace.catalog.names import STORAGE, Securable
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document, Store

_PREFIX = "BINDING_TYPE_"
_KINDS = ("READ_WRITE", "READ_ONLY")


class Bindings:
    """Workspace bindings. They count while the isolation mode of what is bound is ISOLATED."""

    def __init__(self, store: Store, records: Records, guard: Guard) -> None:
        self._store = store
        self._records = records
        self._guard = guard

    def get(self, caller: Caller, workspace_id: int, securable: Securable) -> dict[int, str]:
        """Workspace id → `READ_WRITE` or `READ_ONLY`, for who manages what is bound."""
        return self._records.bindings(self._object_id(caller, workspace_id, securable))

    def change(
        self, caller: Caller, workspace_id: int, securable: Securable, *, add: object, remove: object
    ) -> dict[int, str]:
        """Bind and unbind workspaces; a workspace that is bound already is bound anew."""
        with self._store.transaction():
            object_id = self._object_id(caller, workspace_id, securable)
            bound = self._records.bindings(object_id)
            for removed in _read(remove):
                bound.pop(removed, None)
            bound |= _read(add)
            self._records.put_bindings(object_id, bound)
            return bound

    def _object_id(self, caller: Caller, workspace_id: int, securable: Securable) -> str:
        if securable.type not in {"catalog", *STORAGE}:
            raise NotServedError(f"Workspace bindings of a {securable.type} are not served locally.")
        self._guard.require_binding_manager(caller, workspace_id, securable)
        document = self._records.get(securable)
        assert document is not None, "the guard answers for what is missing"  # noqa: S101 (narrows)
        return str(document["id"])


def describe(bindings: dict[int, str]) -> list[Document]:
    """Bindings as the API answers them."""
    return [{"workspace_id": key, "binding_type": _PREFIX + kind} for key, kind in sorted(bindings.items())]


def _read(bindings: object) -> dict[int, str]:
    if bindings is None:
        return {}
    if not isinstance(bindings, list):
        raise InvalidParameterError("Bindings must be a list.")
    return dict(_read_one(binding) for binding in bindings)


def _read_one(binding: object) -> tuple[int, str]:
    if isinstance(binding, int):
        return binding, "READ_WRITE"
    if not isinstance(binding, dict):
        raise InvalidParameterError("A binding is an object with workspace_id and binding_type.")
    workspace_id, kind = binding.get("workspace_id"), binding.get("binding_type") or _PREFIX + "READ_WRITE"
    if not isinstance(workspace_id, int):
        raise InvalidParameterError("A binding needs a workspace_id, which is a number.")
    if not isinstance(kind, str) or kind.removeprefix(_PREFIX) not in _KINDS:
        raise InvalidParameterError(f"{kind!r} is not one of {', '.join(_PREFIX + each for each in _KINDS)}.")
    return workspace_id, kind.removeprefix(_PREFIX)
