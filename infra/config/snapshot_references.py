"""What snapshots name: another environment, tables and columns that both have; and who may read what then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from infra.config.access import EVERYWHERE, AccessMatrix, EnvironmentAccess, run_of
from infra.config.conditions import find_flaw
from infra.config.documents import Document, KeyPath
from infra.config.environment import Environment
from infra.config.problems import Problem
from infra.config.project import Project, Table
from infra.config.snapshots import HASHED, Snapshot, SnapshotTable

TABLES = ("data", "features", "inference_tables")  # what the matrix calls a project's tables


@dataclass(frozen=True)
class Snapshots:
    """The snapshots that one environment gives to others."""

    source: str
    document: Document
    environments: Mapping[str, Environment]
    projects: Mapping[str, Project]

    def check(self) -> Iterator[Problem]:
        """Every name that nothing answers to, and every environment that has two ways to the data."""
        own = self.environments[self.source]
        others = [name for name in self.environments if name != self.source]
        for target, snapshot in own.snapshots.items():
            path: KeyPath = ("snapshots", target)
            unknown = self.document.one_of(path, "environment", target, others)
            yield from unknown or self._check_one(path, target, snapshot)

    def _check_one(self, path: KeyPath, target: str, snapshot: Snapshot) -> Iterator[Problem]:
        yield from self._check_way(path, target)
        theirs = self.environments[target].projects
        shared = [name for name in self.environments[self.source].projects if name in theirs]
        for project, tables in snapshot.projects.items():
            above, kind = (*path, "projects", project), f"project of {self.source} and {target}"
            yield from self.document.one_of(above, kind, project, shared)
            if not tables:
                yield self.document.problem(above, "names no table; `flights: {}` copies a whole one")
            if project in shared and project in self.projects:
                yield from self._check_tables(above, self.projects[project], tables)

    def _check_way(self, path: KeyPath, target: str) -> Iterator[Problem]:
        if target in self.environments[self.source].catalog.read_only_in:
            message = (
                f"{target} is in catalog.read_only_in: it reads the tables themselves or snapshots, not both"
            )
            yield self.document.problem(path, message)
        for other, theirs in self.environments.items():
            if other < self.source and target in theirs.snapshots:
                yield self.document.problem(path, f"{target} is given snapshots by {other} already")

    def _check_tables(
        self, above: KeyPath, project: Project, tables: Mapping[str, SnapshotTable]
    ) -> Iterator[Problem]:
        for name, settings in tables.items():
            unknown = self.document.one_of((*above, name), "table", name, project.tables)
            yield from unknown or _check_table(self.document, (*above, name), project.tables[name], settings)


def _check_table(
    document: Document, above: KeyPath, table: Table, settings: SnapshotTable
) -> Iterator[Problem]:
    for index, column in enumerate(settings.by):
        yield from document.one_of((*above, "by", index), "column", column, table.columns)
    if settings.sample < 1 and not table.keys:
        yield document.problem((*above, "sample"), "the table has no keys that a sample could be drawn by")
    if settings.where and (flaw := find_flaw(settings.where, table.columns)):
        yield document.problem((*above, "where"), flaw)
    for column, kind in settings.mask.items():
        path = (*above, "mask", column)
        unknown = document.one_of(path, "column", column, table.columns)
        yield from unknown
        if not unknown and kind == "hash" and table.columns[column].type != HASHED:
            yield document.problem(
                path, f"is {table.columns[column].type}; a hash is {HASHED}: leave it empty (null)"
            )
        if not unknown and kind is None and column in table.keys:
            yield document.problem(path, "is a key, which can't be left empty: hash it")


def check_readers(
    environments: Mapping[str, Environment], matrix: AccessMatrix, document: Document
) -> Iterator[Problem]:
    """Rights on tables that snapshots stand in for, of whoever has compute in the target alone."""
    for source, environment in environments.items():
        rights = EnvironmentAccess(matrix, source, list(environment.projects))
        for target in environment.snapshots:
            if target in environments:
                theirs = EnvironmentAccess(matrix, target, list(environments[target].projects))
                whos = [who for who in theirs.workers() if who not in rights.workers()]
                for who in [*whos, run_of(target)]:
                    yield from _check_reader(document, matrix, who, source, target)


def _check_reader(
    document: Document, matrix: AccessMatrix, who: str, source: str, target: str
) -> Iterator[Problem]:
    for place, row in matrix.root.get(who, {}).items():
        if place not in {EVERYWHERE, source} and not place.startswith(f"{source}/"):
            continue
        for level, assets in row.items():
            for index, asset in enumerate(assets):
                if asset in TABLES or who == run_of(target):
                    message = (
                        f"{target} is given snapshots of {source}, so nothing of {source} is granted to who "
                        f"works there: take {asset} out, or put {target} into {source}'s catalog.read_only_in"
                    )
                    yield document.problem((who, place, level, index), message)
