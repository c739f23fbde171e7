"""Who tries: a person of each group, and every service principal of every environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.config.access import DEPLOY, RETRAIN, RUN
from infra.config.settings import AllSettings

_PEOPLE = Path(__file__).parents[3] / "infra/local/people.yaml"


@dataclass(frozen=True)
class Persona:
    """A principal; `group` is the one that a person is in, `role` and `home` are a service principal's."""

    name: str
    group: str | None = None
    role: str | None = None
    home: str | None = None

    def words(self, environment: str) -> tuple[str, ...]:
        """What the access matrix calls it, where it speaks of an environment."""
        if self.group:
            return (self.group,)
        own = (str(self.role),) if self.home == environment else ()
        return (*own, self.name)

    def profile(self, seat: str) -> str | None:
        """Its credentials' name at an environment's workspace; None where it can't have any."""
        if self.group:
            return f"{person_of(self.group)}-{seat}"
        if self.home != seat:
            return None
        return seat if self.role == DEPLOY else self.name


def person_of(group: str) -> str:
    """The name of somebody in a group, as profiles begin with it."""
    people: Mapping[str, str] = yaml.safe_load(_PEOPLE.read_text())
    email = next(email for email, belongs_to in people.items() if belongs_to == group)
    return email.partition("@")[0]


def personas(settings: AllSettings, environment: str) -> list[Persona]:
    """Everybody who might try something in an environment; of others' principals, who runs their jobs."""
    groups = [Persona(group, group=group) for group in settings.account.all_groups]
    own = [principal(role, environment) for role in (RUN, RETRAIN, DEPLOY)]
    others = [principal(RUN, other) for other in settings.environments if other != environment]
    return [*groups, *own, *others]


def principal(role: str, environment: str) -> Persona:
    """An environment's service principal."""
    return Persona(f"{role}-{environment}", role=role, home=environment)
