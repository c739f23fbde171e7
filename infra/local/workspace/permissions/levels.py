"""Types of objects that have permissions, and the order of their levels."""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.workspace.errors import InvalidParameterError, NotServedError

MANAGE = "CAN_MANAGE"
OWNER = "IS_OWNER"
_TREE = ("CAN_READ", "CAN_RUN", "CAN_EDIT", MANAGE)
_ALIASES = {"alerts": "sql/alerts", "queries": "sql/queries", "warehouses": "sql/warehouses"}
_WORDS = {OWNER: "Owner"}


@dataclass(frozen=True)
class ObjectType:
    """A type as paths name it, as answers name it, and its levels, each including those before it."""

    path: str
    name: str
    levels: tuple[str, ...]

    @property
    def has_owner(self) -> bool:
        """Whether each object has one owner, who is an entry of its list."""
        return OWNER in self.levels

    @property
    def admins(self) -> str:
        """The level that a workspace's admins have on every object."""
        return MANAGE if MANAGE in self.levels else self.levels[-1]

    def rank(self, level: str) -> int:
        """How much a level allows; InvalidParameterError for one that the type does not have."""
        if level not in self.levels:
            raise InvalidParameterError(
                f"Permission level {level} is not supported for {self.name}; "
                f"there are {', '.join(self.levels)}."
            )
        return self.levels.index(level)

    def inherited(self, level: str) -> str | None:
        """What a level on a directory gives on an object of this type inside of it."""
        position = _TREE.index(level)
        held = [candidate for candidate in _TREE[: position + 1] if candidate in self.levels]
        return held[-1] if held else None


_TYPES = {
    object_type.path: object_type
    for object_type in (
        ObjectType("alertsv2", "alertv2", _TREE),
        ObjectType("cluster-policies", "cluster-policy", ("CAN_USE",)),
        ObjectType("dashboards", "dashboard", _TREE),
        ObjectType("directories", "directory", _TREE),
        ObjectType("experiments", "mlflowExperiment", ("CAN_READ", "CAN_EDIT", MANAGE)),
        ObjectType("files", "file", _TREE),
        ObjectType("notebooks", "notebook", _TREE),
        ObjectType("jobs", "job", ("CAN_VIEW", "CAN_MANAGE_RUN", MANAGE, OWNER)),
        ObjectType("repos", "repo", _TREE),
        ObjectType("serving-endpoints", "serving-endpoint", ("CAN_VIEW", "CAN_QUERY", MANAGE)),
        ObjectType("sql/alerts", "alert", _TREE),
        ObjectType("sql/queries", "query", _TREE),
        ObjectType("sql/warehouses", "warehouses", ("CAN_VIEW", "CAN_USE", "CAN_MONITOR", MANAGE, OWNER)),
    )
}


def object_type(path: str) -> ObjectType:
    """The type that a path names; NotServedError for one whose objects are not served."""
    found = _TYPES.get(_ALIASES.get(path, path))
    if found is None:
        raise NotServedError(f"Permissions of {path} are not served locally.")
    return found


def worded(level: str) -> str:
    """A level as messages say it: `Manage Run` for `CAN_MANAGE_RUN`."""
    return _WORDS.get(level, level.removeprefix("CAN_").replace("_", " ").title())
