"""Every case that the settings lead to: nobody types one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infra.config.settings import AllSettings
from tests.e2e.access.catalogue import OPERATIONS
from tests.e2e.access.operations import Operation
from tests.e2e.access.personas import Persona, personas
from tests.e2e.access.reading import Case, Reading


def generate(settings: AllSettings, environments: Iterable[str] | None = None) -> list[Case]:
    """The cases of some environments, of all by default.

    Who has no door to a workspace tries only to enter it. What is shared between workspaces is
    tried from each of them that the persona may enter.
    """
    reading = Reading(settings)
    return [
        case
        for environment in environments or settings.environments
        for persona in personas(settings, environment)
        for seat in settings.environments
        for case in _from_seat(reading, persona, environment, seat)
    ]


def _from_seat(reading: Reading, persona: Persona, environment: str, seat: str) -> Iterator[Case]:
    entered = reading.enters(persona, seat)
    for operation in OPERATIONS:
        tried = operation.verb == "enter" if not entered else True
        if tried and (seat == environment or (operation.shared and entered)):
            for project in _projects(reading.settings, environment, operation):
                yield Case(persona, environment, project, seat, operation)


def _projects(settings: AllSettings, environment: str, operation: Operation) -> list[str | None]:
    projects = list(settings.environments[environment].projects)
    if not operation.of_project:
        return [None] if operation.exists(settings, environment, "") else []
    return [project for project in projects if operation.exists(settings, environment, project)]
