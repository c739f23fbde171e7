"""Permissions on workspace objects; what makes an object owns it and is not listed."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.constructs.principals import Principal


def access_control(
    levels: Mapping[str, str], principals: Mapping[str, Principal]
) -> list[PermissionsAccessControl]:
    """The access control list for the permission level of each."""
    return [_entry(principals[who], level) for who, level in levels.items()]


def _entry(principal: Principal, level: str) -> PermissionsAccessControl:
    if principal.is_group:
        return PermissionsAccessControl(group_name=principal.name, permission_level=level)
    return PermissionsAccessControl(service_principal_name=principal.name, permission_level=level)
