"""Access control lists name groups and service principals each in their own way."""

from __future__ import annotations

from infra.constructs.permissions import access_control, permit
from infra.constructs.principals import Principal
from tests.infra.synthesis import synthesize


def test_groups_and_service_principals(principals: dict[str, Principal]) -> None:
    """An entry has a group's name or a service principal's application id, never both."""
    group, service_principal = access_control({"readers": "CAN_VIEW", "run": "CAN_MANAGE"}, principals)
    assert (group.group_name, group.service_principal_name) == ("readers", None)
    assert (service_principal.group_name, service_principal.service_principal_name) == (
        None,
        "run-application-id",
    )
    assert [group.permission_level, service_principal.permission_level] == ["CAN_VIEW", "CAN_MANAGE"]


def test_nobody_s_permissions_are_not_declared() -> None:
    """An object that nobody is given a right to has no access control list: an empty one is refused."""
    assert "resource" not in synthesize(lambda stack: permit(stack, [], job="1")).document
