"""Enforcement against a second, naive telling of the same rules, in worlds that hypothesis makes up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.catalog.objects import stamp
from infra.local.workspace.catalog.records import Records
from infra.local.workspace.errors import NotFoundError, PermissionDeniedError
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.store import Store

WORKSPACE = 7
METASTORE = "m-1"
NAMES = ["m-1", "prod", "prod.flights", "prod.flights.delays"]
TYPES = ["metastore", "catalog", "schema", "table"]
PRINCIPALS = ["me", "inner", "outer", "others", "somebody", "account users"]
GRANTABLE = [
    ["CREATE_CATALOG"],
    [
        "USE_CATALOG",
        "USE_SCHEMA",
        "SELECT",
        "CREATE_SCHEMA",
        "CREATE_TABLE",
        "MANAGE",
        "BROWSE",
        "ALL_PRIVILEGES",
    ],
    ["USE_SCHEMA", "SELECT", "MODIFY", "CREATE_TABLE", "MANAGE", "ALL_PRIVILEGES"],
    ["SELECT", "MODIFY", "MANAGE", "ALL_PRIVILEGES"],
]
ASKABLE = [
    ["CREATE_CATALOG", "MANAGE"],
    ["USE_CATALOG", "CREATE_SCHEMA", "MANAGE", "BROWSE"],
    ["USE_SCHEMA", "CREATE_TABLE", "MANAGE", "BROWSE"],
    ["SELECT", "MODIFY", "MANAGE", "BROWSE"],
]
Answer = Literal["yes", "no", "missing"]


@dataclass(frozen=True)
class World:
    """Owners per level, grants of (level, principal, privilege), how deep things exist, the binding."""

    owners: tuple[str, ...]
    grants: frozenset[tuple[int, str, str]]
    depth: int
    isolated: bool
    binding: str | None
    me_in_inner: bool
    inner_in_outer: bool


@st.composite
def _grants(draw: st.DrawFn) -> tuple[int, str, str]:
    level = draw(st.integers(0, 3))
    return level, draw(st.sampled_from(PRINCIPALS)), draw(st.sampled_from(GRANTABLE[level]))


@st.composite
def _questions(draw: st.DrawFn) -> tuple[int, str]:
    level = draw(st.integers(0, 3))
    return level, draw(st.sampled_from(ASKABLE[level]))


WORLDS = st.builds(
    World,
    owners=st.tuples(*[st.sampled_from(PRINCIPALS[:5])] * 4),
    grants=st.frozensets(_grants(), max_size=8),
    depth=st.sampled_from([3, 3, 3, 2, 1, 0]),
    isolated=st.booleans(),
    binding=st.sampled_from([None, "READ_ONLY", "READ_WRITE"]),
    me_in_inner=st.booleans(),
    inner_in_outer=st.booleans(),
)


@given(world=WORLDS, questions=st.lists(_questions(), min_size=1, max_size=6))
def test_the_catalog_answers_as_the_naive_reading_of_the_rules(
    world: World, questions: list[tuple[int, str]]
) -> None:
    """Allowed, refused and missing agree for owners, grants, groups, bindings and absent objects."""
    store = Store(Path(":memory:"))
    try:
        catalog, directory, me = _build(store, world)
        caller = directory.caller(me, WORKSPACE)
        assert caller is not None
        for level, privilege in questions:
            try:
                catalog.require(caller, WORKSPACE, privilege, TYPES[level], NAMES[level])
                answer: Answer = "yes"
            except PermissionDeniedError:
                answer = "no"
            except NotFoundError:
                answer = "missing"
            assert answer == _expect(world, level, privilege), (level, privilege)
    finally:
        store.close()


def _build(store: Store, world: World) -> tuple[UnityCatalog, Directory, str]:
    directory, records = Directory(store), Records(store)
    ids = {"account users": "account users"}
    ids |= {name: directory.create("user", {"userName": name})["id"] for name in ("me", "somebody")}
    inner = [ids["me"]] if world.me_in_inner else []
    ids["inner"] = directory.create("group", {"displayName": "inner", "members": inner})["id"]
    outer = [ids["inner"]] if world.inner_in_outer else []
    ids["outer"] = directory.create("group", {"displayName": "outer", "members": outer})["id"]
    ids["others"] = directory.create("group", {"displayName": "others", "members": [ids["somebody"]]})["id"]
    directory.assign(WORKSPACE, ids["me"], ["ADMIN"])
    for level in range(1, world.depth + 1):
        document = {**stamp("x"), "id": f"id-{level}", "owner_id": ids[world.owners[level]]}
        document |= {"metastore_id": METASTORE, "isolation_mode": "ISOLATED" if world.isolated else "OPEN"}
        records.insert(Securable(TYPES[level], NAMES[level]), document)
    for level in range(world.depth + 1):
        granted: dict[str, list[str]] = {}
        for where, principal, privilege in world.grants:
            if where == level:
                granted.setdefault(ids[principal], []).append(privilege)
        records.put_grants(METASTORE if level == 0 else f"id-{level}", granted)
    if world.binding:
        records.put_bindings("id-1", {WORKSPACE: world.binding})
    metastore = {"metastore_id": METASTORE, "owner": world.owners[0]}
    catalog = UnityCatalog(store, directory, folder=Path("unused"), metastore_of=lambda _: metastore)
    return catalog, directory, ids["me"]


def _expect(world: World, level: int, privilege: str) -> Answer:
    naive = Naive(world)
    allowed = naive.may(level, privilege)
    if level > world.depth:
        creating = ["", "CREATE_CATALOG", "CREATE_SCHEMA", "CREATE_TABLE"][world.depth + 1]
        return "missing" if allowed or naive.may(world.depth, creating) else "no"
    if not allowed:
        return "no"
    if level == 0 or not world.isolated:
        return "yes"
    if world.binding is None:
        return "no"
    reading = privilege in ("USE_CATALOG", "USE_SCHEMA", "SELECT", "BROWSE")
    return "yes" if reading or world.binding == "READ_WRITE" else "no"


class Naive:
    """The rules as the documentation tells them, one method a sentence."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mine = {"me", "account users"}
        if world.me_in_inner:
            self.mine |= {"inner", "outer"} if world.inner_in_outer else {"inner"}

    def may(self, level: int, privilege: str) -> bool:
        """Some privileges have a sentence of their own."""
        if privilege == "MANAGE":
            return self.manages(level)
        if privilege == "BROWSE":
            return self.manages(level) or self.sees(level) or self.given("BROWSE", level)
        inside = level + 1 if privilege.startswith("CREATE_") else level  # whatever is made reaches its place
        return self.has(privilege, level) and self.reaches(inside)

    def manages(self, level: int) -> bool:
        """Who owns it or a parent that it reaches, or was granted MANAGE and reaches the object."""
        by_owning = any(self.owns(at) and self.reaches(at) for at in range(level + 1))
        return by_owning or (self.given("MANAGE", level) and self.reaches(level))

    def sees(self, level: int) -> bool:
        """Who can use a catalog or schema, or read or change a table, sees it."""
        shows = [[], ["USE_CATALOG"], ["USE_SCHEMA"], ["SELECT", "MODIFY"]][level]
        return self.reaches(level) and any(self.has(each, level) for each in shows)

    def reaches(self, level: int) -> bool:
        """A schema's parent must be usable, a table's parents both."""
        needed = [("USE_CATALOG", 1), ("USE_SCHEMA", 2)]
        return all(self.has(*each) for each in needed[: max(0, level - 1)])

    def has(self, privilege: str, level: int) -> bool:
        """By owning the object itself or by a grant."""
        return self.owns(level) or self.given(privilege, level)

    def owns(self, level: int) -> bool:
        """Itself or one of its groups is the owner of something that exists."""
        return level <= self.world.depth and self.world.owners[level] in self.mine

    def given(self, privilege: str, level: int) -> bool:
        """A grant here, or on a parent below the metastore."""
        return any(
            principal in self.mine
            and where <= self.world.depth
            and (where == level == 0 or 1 <= where <= level)
            and (granted == privilege or (granted == "ALL_PRIVILEGES" and _in_all(where, privilege)))
            for where, principal, granted in self.world.grants
        )


def _in_all(where: int, privilege: str) -> bool:
    """MANAGE never is, BROWSE exists on catalogs only."""
    return privilege != "MANAGE" and (privilege != "BROWSE" or where == 1)
