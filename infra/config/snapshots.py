"""Snapshots: what an environment copies of its tables into another one that may not read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from infra.config.project import Column, Table
from infra.config.schedule import Quartz
from infra.config.validation import Settings

HASHED = "STRING"  # the only type whose values a hash can stand for


class SnapshotTable(Settings):
    """Which of a table's rows are copied, and which of its columns can't be recognised in the copy."""

    sample: float = Field(default=1, gt=0, le=1)  # share of the rows, drawn by a hash: the same at each run
    by: tuple[str, ...] = ()  # columns whose equal values are drawn together; the table's keys if none
    where: str | None = Field(default=None, min_length=1)  # SQL, of the table's own columns
    mask: dict[str, Literal["hash"] | None] = Field(default_factory=dict)  # null: the column is empty

    def hashed(self) -> list[str]:
        """The columns whose values are replaced by a salted hash."""
        return [name for name, kind in self.mask.items() if kind == "hash"]

    def copied(self, table: Table, source: str) -> Table:
        """The copy's declaration: what is masked empty may be so, and the copy is nobody's feature table."""
        columns = {name: self._column(name, column) for name, column in table.columns.items()}
        comment = f"{table.comment} ({self._extent(source)})".lstrip()
        return table.model_copy(update={"columns": columns, "comment": comment, "feature_table": False})

    def _column(self, name: str, column: Column) -> Column:
        if name not in self.mask:
            return column
        words = "a salted hash of it" if self.mask[name] else "left empty"
        nullable = column.nullable or self.mask[name] is None
        comment = f"{column.comment} ({words})".lstrip()
        return column.model_copy(update={"nullable": nullable, "comment": comment})

    def _extent(self, source: str) -> str:
        share = f", {self.sample:g} of the rows" if self.sample < 1 else ""
        return f"snapshot of {source}{share}" + (f", where {self.where}" if self.where else "")


class Snapshot(Settings):
    """What another environment is given, and when."""

    schedule: Quartz | None = None  # UTC; without one, when somebody runs the job
    projects: dict[str, dict[str, SnapshotTable]] = Field(min_length=1)  # by project, by table


@dataclass(frozen=True)
class Arrival:
    """The snapshot of a project's tables that another environment brings into this one."""

    source: str
    tables: Mapping[str, SnapshotTable]
