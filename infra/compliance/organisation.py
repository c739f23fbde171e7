"""What policies look at: everything that is declared, who may do what by it, and whose production is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.effective import EffectiveRights


@dataclass(frozen=True)
class Organisation:
    """The stacks as a whole. Admins own the metastore; owners own production, admins among them."""

    declared: Declared
    rights: EffectiveRights
    production: str
    owners: frozenset[str]

    def outsiders(self) -> Iterator[str]:
        """Everybody but production's owners and its own service principals."""
        own = {f"{role}-{self.production}" for role in ("run", "deploy", "retrain")}
        return (who for who in self.rights.principals.all if who not in self.owners | own)

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
