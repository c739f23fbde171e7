"""What can be tried: one operation on one kind of asset through one door, and who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infra.config.settings import AllSettings
from infra.config.vocabulary import Level

if TYPE_CHECKING:
    from tests.e2e.access.hand import Hand

Door = Literal["rest", "sql", "mlflow", "files", "spark"]
Role = Literal["maker", "runner", "metastore owner", "admin"]
"""Who may without a level: the environment's deployer, which owns what it makes; who runs its jobs, which
owns their models; the group that owns the metastore, which manages all data; the workspace's admins."""

Right = tuple[str, Level]  # an asset, and the level of it that suffices
MANAGED: tuple[Role | Right, ...] = ("maker", "metastore owner", ("leftovers", "manage"))
"""Who may do what needs MANAGE on something in a project's schemas, without a level of the thing itself."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One thing to try. `attempt` leaves nothing behind, whether it is refused or done.

    `level` is the level of the asset that suffices, None where no level does; `or_` is who else may.
    `also` is needed beside. What is `shared` is tried from every workspace, to see what the catalog's
    bindings make of it: `changes` are refused to all where they are read-only. `exists` tells where
    there is something to try it on: of a project, where it is of one.
    """

    asset: str
    level: Level | None
    verb: str
    door: Door
    attempt: Callable[[Hand], object]
    or_: tuple[Role | Right, ...] = ()
    also: tuple[Right, ...] = ()
    shared: bool = False
    changes: bool = False
    of_project: bool = True
    exists: Callable[[AllSettings, str, str], bool] = lambda *_: True

    @property
    def name(self) -> str:
        """The operation within a case's name, e.g. `data-write-insert-sql`."""
        return "-".join([self.asset, self.level or "own", self.verb, self.door]).replace("_", "-")
