"""What the access matrix says of a case, read from its rows alone: not as infra compiles them."""

from __future__ import annotations

from dataclasses import dataclass

from infra.config.access import DEPLOY, EVERYWHERE, RUN
from infra.config.settings import AllSettings
from infra.config.vocabulary import Level
from tests.e2e.access.operations import Operation, Right, Role
from tests.e2e.access.personas import Persona

ORDER: tuple[Level, ...] = ("read", "use", "write", "manage")


@dataclass(frozen=True)
class Case:
    """A persona tries an operation in an environment, from the seat of a workspace."""

    persona: Persona
    environment: str
    project: str | None
    seat: str
    operation: Operation

    @property
    def id(self) -> str:
        """A name that says it all, e.g. `data-scientists-prod-flights-data-write-insert-sql`."""
        place = [self.environment, self.project] if self.project else [self.environment]
        seat = ["from", self.seat] if self.seat != self.environment else []
        return "-".join([self.persona.name, *place, self.operation.name, *seat])


@dataclass(frozen=True)
class Reading:
    """The rows of the matrix, and what the rest of the settings adds to them."""

    settings: AllSettings

    def enters(self, persona: Persona, seat: str) -> bool:
        """Whether a persona may be in a workspace at all."""
        return self._reaches(persona, seat, None, ("workspace", "read"))

    def allows(self, case: Case) -> bool:
        """Whether the case's attempt must succeed."""
        operation = case.operation
        if not self.enters(case.persona, case.seat) or not self._passes(case):
            return False
        if case.seat != case.environment and not self._sees(case):
            return False
        own: tuple[Right, ...] = ((operation.asset, operation.level),) if operation.level else ()
        sufficient = any(self._has(case, way) for way in (*own, *operation.or_))
        return sufficient and all(self._has(case, right) for right in operation.also)

    def _passes(self, case: Case) -> bool:
        """SQL needs the entitlement and a warehouse, which admins have; the other doors ask for no more."""
        if case.operation.door != "sql" or self._is_admin(case.persona, case.seat):
            return True
        needed: tuple[Right, ...] = (("workspace", "use"), ("warehouses", "use"))
        return all(self._reaches(case.persona, case.seat, None, right) for right in needed)

    def _sees(self, case: Case) -> bool:
        """Whether the seat's workspace is bound to the environment's catalog, and for what is tried."""
        environment = self.settings.environments[case.environment]
        if case.environment in self.settings.environments[case.seat].snapshots:
            return True  # its jobs bring snapshots: bound to write
        return case.seat in environment.catalog.read_only_in and not case.operation.changes

    def _has(self, case: Case, way: Role | Right) -> bool:
        if not isinstance(way, tuple):
            return self._is(case, way)
        projects = [case.project] if case.project else self.settings.environments[case.environment].projects
        return any(self._reaches(case.persona, case.environment, project, way) for project in projects)

    def _is(self, case: Case, role: Role) -> bool:
        persona, environment = case.persona, case.environment
        if role == "metastore owner":
            return persona.group == self.settings.account.metastore.owner
        if role == "admin":
            return self._is_admin(persona, case.seat)
        return persona.home == environment and persona.role == {"maker": DEPLOY, "runner": RUN}[role]

    def _is_admin(self, persona: Persona, seat: str) -> bool:
        return self._reaches(persona, seat, None, ("workspace", "manage"))

    def _reaches(self, persona: Persona, environment: str, project: str | None, right: Right) -> bool:
        asset, wanted = right
        places = {EVERYWHERE, environment, f"{environment}/{project}"}
        return any(
            asset in assets and ORDER.index(level) >= ORDER.index(wanted)
            for word in persona.words(environment)
            for place, rows in self.settings.matrix.root.get(word, {}).items()
            if place in places
            for level, assets in rows.items()
        )
