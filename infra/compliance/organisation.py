"""What policies look at: everything that is declared, who may do what by it, and whose production is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.config.access import ROLES, EnvironmentAccess
from infra.config.destination import ACCOUNT_STACK
from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.effective import EffectiveRights
from infra.rights.privileges import creator


@dataclass(frozen=True)
class Organisation:
    """The stacks as a whole. Admins own the metastore; owners own production, admins among them."""

    declared: Declared
    rights: EffectiveRights
    production: str
    admins: frozenset[str]
    owners: frozenset[str]
    access: Mapping[str, EnvironmentAccess]  # the access matrix, by environment
    unprotected: Sequence[str] = ()  # paths in production's stack of what may be destroyed

    def outsiders(self) -> Iterator[str]:
        """Everybody but production's owners, its own service principals and the account's admins.

        Whoever is named by a right alone is among them: a group of the identity provider, a person.
        """
        return (who for who in self.rights.everybody if who not in self.insiders)

    @property
    def insiders(self) -> frozenset[str]:
        """Production's owners, its own service principals and the account's admins."""
        return self.owners | self.own(self.production) | {creator(ACCOUNT_STACK)}

    def own(self, environment: str) -> frozenset[str]:
        """An environment's own service principals."""
        return frozenset(f"{role}-{environment}" for role in ROLES)

    def environment_of(self, service_principal: str) -> str | None:
        """The environment whose service principal it is; None for a group."""
        _, _, name = service_principal.partition("-")
        known = service_principal in self.rights.principals.service_principals
        return name if known and name in self.declared.environments else None

    def project_of(self, resource: Resource) -> str | None:
        """The ML project that a resource is of; None for what an environment's projects share."""
        part = resource.role.partition("/")[0]
        return part if part in self.rights.objects.projects(resource.stack) else None

    def of_project(self, type_: str, like: Resource) -> list[Resource]:
        """The resources of a type in the environment and project of another one."""
        project = self.project_of(like)
        return [item for item in self.declared.of(type_, like.stack) if self.project_of(item) == project]
