"""What a persona has in hand when it tries something: clients at its seat, and names of what is there."""

from __future__ import annotations

from dataclasses import dataclass

from databricks.sdk import WorkspaceClient

from tests.e2e.access.actor import Actor
from tests.e2e.access.names import Names
from tests.e2e.access.reading import Case
from tests.e2e.access.scratch import Scratch


@dataclass(frozen=True)
class Hand(Actor):
    """The persona of a case, at the case's seat."""

    case: Case

    @property
    def maker(self) -> WorkspaceClient:
        """The client of who deployed the environment: it finds what is there, and cleans up."""
        return self.world.client(self.case.environment)

    @property
    def mine(self) -> str:
        """A name for something of the persona's own, that nobody else's attempt has."""
        return f"access_{self.case.persona.name}_{self.seat}".replace("-", "_")

    @property
    def project(self) -> str:
        """The project that is tried; any of the environment's where the operation is of none."""
        environment = self.world.settings.environments[self.case.environment]
        return self.case.project or next(iter(environment.projects))

    @property
    def names(self) -> Names:
        """Names of the project's things in the environment."""
        return Names(self.world.settings, self.case.environment, self.project)

    @property
    def scratch(self) -> Scratch:
        """Things to try something on, which nobody minds."""
        return self.world.scratch(self.case.environment, self.project)
