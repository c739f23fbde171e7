"""Whether a principal may do what it asks for. Everything that Unity Catalog refuses is refused here.

A *path* leads from the metastore down to the object that is asked for. The rules:

1. The owner of an object has every privilege on it. A privilege that is granted on a catalog or
   schema holds for everything in it. ALL_PRIVILEGES stands for every privilege that could be granted
   there, but MANAGE and the EXTERNAL_USE ones.
2. Beside the privilege itself, USE_CATALOG and USE_SCHEMA are needed on the parents; to create
   something, on where it is to be.
3. MANAGE comes with owning the object, its schema, its catalog or the metastore, or by grant. It
   needs USE on what lies above the place where it comes from ownership; above the object
   where it was granted. Managing data isn't reading it.
4. BROWSE shows an object's description without USE.
5. A catalog that is isolated is refused in every workspace that it is not bound to, and changes
   nothing in a workspace that it is bound to as read-only: for everybody, owners included.
6. What is missing is judged as if it were there, owned by nobody and without grants: only who could
   use it then, or could create it, learns that it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from infra.local.workspace.catalog.names import TITLES, Securable
from infra.local.workspace.catalog.privileges import (
    ALL_PRIVILEGES,
    APPLICABLE,
    BROWSE,
    CREATE,
    MANAGE,
    NOT_IN_ALL,
    READS,
    SHOWS,
    USE,
)
from infra.local.workspace.errors import NotFoundError, PermissionDeniedError

Binding = Literal["READ_WRITE", "READ_ONLY", "NONE"]


@dataclass(frozen=True)
class Node:
    """One securable on a path: the id of its owner and what was granted on it to whom, by id."""

    securable: Securable
    owner: str | None = None
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exists: bool = True


@dataclass(frozen=True)
class Lack:
    """The privilege whose absence decided."""

    privilege: str
    securable: Securable

    def error(self) -> PermissionDeniedError:
        """The refusal as Unity Catalog words it."""
        return PermissionDeniedError(
            f"User does not have {self.privilege.replace('_', ' ')} on {self.securable}."
        )


Path = Sequence[Node]
Names = frozenset[str]


def find_lack(who: Names, path: Path, privilege: str) -> Lack | None:
    """What a principal, known by ids `who`, lacks for a privilege on the path's end; None: nothing."""
    if privilege == MANAGE:
        return _find_lack_of_manage(who, path)
    if privilege == BROWSE:
        return _find_lack_of_sight(who, path)
    if lack := _find_lack_of_use(who, path if privilege.startswith("CREATE_") else path[:-1]):
        return lack
    return None if _holds(who, path, privilege) else Lack(privilege, path[-1].securable)


def sees(who: Names, path: Path) -> bool:
    """Whether the path's end may be described to a principal that doesn't ask for BROWSE."""
    wanted = (MANAGE, *SHOWS[path[-1].securable.type])
    return any(find_lack(who, path, privilege) is None for privilege in wanted)


def refuse(who: Names, path: Path, privilege: str, binding: Binding, *, write: bool | None = None) -> None:
    """Raise unless the privilege may be used on the path's end in a workspace bound like this.

    `write` says whether something is changed; without it, the privilege says so.
    """
    lack = find_lack(who, path, privilege)
    _refuse_missing(who, path, lack)
    if lack:
        raise lack.error()
    changes = privilege not in READS if write is None else write
    refuse_unbound(path, binding, write=changes)


def refuse_unbound(path: Path, binding: Binding, *, write: bool) -> None:
    """Raise where the workspace may not reach the catalog, or may only read it."""
    if binding == "READ_WRITE" or len(path) < 2:
        return
    bound = path[1].securable
    if binding == "NONE":
        raise PermissionDeniedError(f"{bound} is not accessible in current workspace.")
    if write:
        raise PermissionDeniedError(f"{bound} is bound to the current workspace as read-only.")


def _refuse_missing(who: Names, path: Path, lack: Lack | None) -> None:
    for index, node in enumerate(path):
        if node.exists:
            continue
        may_create = find_lack(who, path[:index], CREATE[node.securable.type]) is None
        if lack is None or may_create:
            raise missing(node.securable)
        return


def missing(securable: Securable) -> NotFoundError:
    """The answer to a caller that may know that something isn't there."""
    models = securable.type == "registered_model"
    code = "RESOURCE_DOES_NOT_EXIST" if models else f"{securable.type.upper()}_DOES_NOT_EXIST"
    return NotFoundError(f"{TITLES[securable.type]} '{securable.full_name}' does not exist.", code=code)


def _holds(who: Names, path: Path, privilege: str) -> bool:
    return path[-1].owner in who or _was_granted(who, path, privilege)


def _was_granted(who: Names, path: Path, privilege: str) -> bool:
    inheriting = path[1:] if len(path) > 1 else path
    return any(_grants(node, name, privilege) for node in inheriting for name in who)


def _grants(node: Node, name: str, privilege: str) -> bool:
    held = node.grants.get(name, frozenset())
    in_all = privilege not in NOT_IN_ALL and privilege in APPLICABLE[node.securable.type]
    return privilege in held or (in_all and ALL_PRIVILEGES in held)


def _find_lack_of_use(who: Names, parents: Path) -> Lack | None:
    for index, node in enumerate(parents):
        privilege = USE.get(node.securable.type)
        if privilege and not _holds(who, parents[: index + 1], privilege):
            return Lack(privilege, node.securable)
    return None


def _find_lack_of_manage(who: Names, path: Path) -> Lack | None:
    owned = [index for index, node in enumerate(path) if node.owner in who]
    if owned:
        return _find_lack_of_use(who, path[: owned[0]])
    if lack := _find_lack_of_use(who, path[:-1]):
        return lack
    return None if _was_granted(who, path, MANAGE) else Lack(MANAGE, path[-1].securable)


def _find_lack_of_sight(who: Names, path: Path) -> Lack | None:
    if sees(who, path) or _was_granted(who, path, BROWSE):
        return None
    first = (*SHOWS[path[-1].securable.type], MANAGE)[0]
    return find_lack(who, path, first)
