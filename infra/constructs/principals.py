"""Who holds rights: groups and service principals, under the names that Databricks' APIs use."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf_cdktf_provider_databricks.group import Group
from cdktf_cdktf_provider_databricks.service_principal import ServicePrincipal
from constructs import Construct


@dataclass(frozen=True)
class Principal:
    """A group or service principal of the account; `name` is what grants and permissions carry."""

    name: str  # a group's display name, a service principal's application id
    id: str
    is_group: bool

    @property
    def rule_set_name(self) -> str:
        """How access control rule sets name it."""
        return f"groups/{self.name}" if self.is_group else f"servicePrincipals/{self.name}"


class Principals(Construct):
    """Groups and service principals, made in the account so that every workspace knows them."""

    def __init__(
        self, scope: Construct, id_: str, *, groups: list[str], service_principals: list[str]
    ) -> None:
        super().__init__(scope, id_)
        self.by_name = {name: self._group(name) for name in groups}
        self.by_name |= {name: self._service_principal(name) for name in service_principals}

    def _group(self, name: str) -> Principal:
        group = Group(self, name, display_name=name)
        return Principal(name=group.display_name, id=group.id, is_group=True)

    def _service_principal(self, name: str) -> Principal:
        principal = ServicePrincipal(self, name, display_name=name)
        return Principal(name=principal.application_id, id=principal.id, is_group=False)
