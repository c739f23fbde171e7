"""Who holds rights: groups and service principals, under the names that Databricks' APIs use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf_cdktf_provider_databricks.data_databricks_group import DataDatabricksGroup
from cdktf_cdktf_provider_databricks.data_databricks_service_principal import DataDatabricksServicePrincipal
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
    """Groups and service principals of the account, which every workspace knows: made, or looked up.

    Groups that are not made are found by their names, service principals by their application ids.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        groups: Mapping[str, bool],  # whether each is made
        service_principals: Mapping[str, str | None],  # the application id of each that exists
    ) -> None:
        super().__init__(scope, id_)
        self.by_name = {
            name: self._group(name) if made else self._find_group(name) for name, made in groups.items()
        }
        for name, application_id in service_principals.items():
            found = self._find_service_principal(name, application_id) if application_id else None
            self.by_name[name] = found or self._service_principal(name)

    def _group(self, name: str) -> Principal:
        group = Group(self, name, display_name=name)
        return Principal(name=group.display_name, id=group.id, is_group=True)

    def _find_group(self, name: str) -> Principal:
        group = DataDatabricksGroup(self, name, display_name=name, recursive=False)
        return Principal(name=group.display_name, id=group.id, is_group=True)

    def _service_principal(self, name: str) -> Principal:
        # Gone with its environment. The account's provider would only switch it off, and a later one of the
        # same name would stand beside it.
        principal = ServicePrincipal(self, name, display_name=name, disable_as_user_deletion=False)
        return Principal(name=principal.application_id, id=principal.id, is_group=False)

    def _find_service_principal(self, name: str, application_id: str) -> Principal:
        principal = DataDatabricksServicePrincipal(self, name, application_id=application_id)
        return Principal(name=principal.application_id, id=principal.id, is_group=False)
