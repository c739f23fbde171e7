"""Asks enforcement on behalf of callers: reads the path, who the caller is, and the workspace's binding."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.workspace.catalog.enforcement import (
    Binding,
    Names,
    Node,
    Path,
    find_lack,
    refuse,
    refuse_unbound,
    sees,
)
from infra.local.workspace.catalog.names import SYSTEM_CATALOG, Securable
from infra.local.workspace.catalog.principals import Principals
from infra.local.workspace.catalog.privileges import BROWSE, MANAGE
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import NotFoundError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.store import Document

MetastoreOf = Callable[[int], Document | None]


class Guard:
    """The one door: every service that reads or changes a securable asks here first."""

    def __init__(self, records: Records, principals: Principals, *, metastore_of: MetastoreOf) -> None:
        self._records = records
        self._principals = principals
        self._metastore_of = metastore_of

    def require(
        self,
        caller: Caller,
        workspace_id: int,
        privilege: str,
        securable: Securable,
        *,
        write: bool | None = None,
    ) -> None:
        """Raise unless the caller may use a privilege on a securable in this workspace."""
        path = self.path(workspace_id, securable)
        binding = self._binding(path, workspace_id)
        refuse(self._principals.ids(caller), path, privilege, binding, write=write)

    def allows(self, caller: Caller, workspace_id: int, privilege: str, securable: Securable) -> bool:
        """Whether `require` would pass; what is missing allows nothing."""
        try:
            self.require(caller, workspace_id, privilege, securable)
        except (PermissionDeniedError, NotFoundError):
            return False
        return True

    def allows_reading(self, caller: Caller, workspace_id: int, privilege: str, securable: Securable) -> bool:
        """As `allows`, where nothing is changed: in a workspace with a read-only binding too."""
        try:
            self.require(caller, workspace_id, privilege, securable, write=False)
        except (PermissionDeniedError, NotFoundError):
            return False
        return True

    def require_sight(self, caller: Caller, workspace_id: int, securable: Securable, *, browse: bool) -> bool:
        """Raise unless the caller may see a description; returns whether only BROWSE shows it."""
        who, path = self._principals.ids(caller), self.path(workspace_id, securable)
        seen = sees(who, path)
        if not seen and not browse and path[-1].exists and find_lack(who, path, BROWSE) is None:
            raise PermissionDeniedError(f"User can only browse {securable}: ask with include_browse.")
        refuse(who, path, BROWSE, self._binding(path, workspace_id))
        return not seen

    def require_binding_manager(self, caller: Caller, workspace_id: int, securable: Securable) -> None:
        """Raise unless the caller manages it, from whatever workspace: bindings are changed so."""
        path = self.path(workspace_id, securable)
        refuse(self._principals.ids(caller), path, MANAGE, "READ_WRITE")

    def filter_seen(
        self, caller: Caller, workspace_id: int, found: list[tuple[Securable, Document]], *, browse: bool
    ) -> list[tuple[Securable, Document, bool]]:
        """Those that the caller may see, each with whether only BROWSE shows it."""
        who = self._principals.ids(caller)
        seen = []
        for securable, document in found:
            path = self.path(workspace_id, securable)
            if not all(node.exists for node in path) or not self._reaches(path, workspace_id):
                continue
            if sees(who, path):
                seen.append((securable, document, False))
            elif browse and find_lack(who, path, BROWSE) is None:
                seen.append((securable, document, True))
        return seen

    def names(self, caller: Caller) -> Names:
        """The ids under which the caller may hold a right."""
        return self._principals.ids(caller)

    def metastore(self, workspace_id: int) -> Document:
        """The metastore of a workspace; NotFoundError where none is assigned."""
        document = self._metastore_of(workspace_id)
        if document is None:
            raise NotFoundError(
                "No metastore assigned for the current workspace.", code="METASTORE_DOES_NOT_EXIST"
            )
        return document

    def path(self, workspace_id: int, securable: Securable) -> Path:
        """The nodes from the workspace's metastore down to a securable."""
        metastore = self.metastore(workspace_id)
        top = self._metastore_node(metastore)
        if securable.type == "metastore":
            return [
                top if securable.full_name == metastore["metastore_id"] else Node(securable, exists=False)
            ]
        below: list[Node] = []
        step: Securable | None = securable
        while step is not None:
            below.append(self._node(step, metastore["metastore_id"]))
            step = step.parent
        return [top, *reversed(below)]

    def _metastore_node(self, document: Document) -> Node:
        metastore_id = document["metastore_id"]
        owner = self._principals.find_id(document.get("owner") or "")
        return Node(Securable("metastore", metastore_id), owner, self._grants(metastore_id))

    def _node(self, securable: Securable, metastore_id: str) -> Node:
        document = self._records.get(securable)
        of = document.get("metastore_id") if document else None
        if document is None or of not in (metastore_id, None):  # the system's catalog is of none
            return Node(securable, exists=False)
        if securable.catalog == SYSTEM_CATALOG and not self._is_enabled(securable, metastore_id):
            return Node(securable, exists=False)
        return Node(securable, document["owner_id"], self._grants(document["id"]))

    def _is_enabled(self, securable: Securable, metastore_id: str) -> bool:
        """Whether the metastore has a schema of the system's catalog; the catalog itself is always there."""
        schema = securable.full_name.split(".")[1:2]
        return not schema or schema[0] in self._records.system_schemas(metastore_id)

    def _grants(self, object_id: str) -> dict[str, frozenset[str]]:
        return {who: frozenset(held) for who, held in self._records.grants(object_id).items()}

    def _binding(self, path: Path, workspace_id: int) -> Binding:
        document = self._records.get(path[1].securable) if len(path) > 1 else None
        if document is None or document["isolation_mode"].endswith("OPEN"):
            return "READ_WRITE"
        bound = self._records.bindings(document["id"]).get(workspace_id)
        if bound is None:
            return "NONE"
        return "READ_ONLY" if bound == "READ_ONLY" else "READ_WRITE"

    def _reaches(self, path: Path, workspace_id: int) -> bool:
        try:
            refuse_unbound(path, self._binding(path, workspace_id), write=False)
        except PermissionDeniedError:
            return False
        return True
