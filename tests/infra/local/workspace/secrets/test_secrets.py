"""Secret scopes, secrets and their access control lists, through the SDK."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied, ResourceAlreadyExists, platform
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service.workspace import AclPermission, ScopeBackendType

from infra.local.workspace.identity.caller import Principal
from tests.infra.local.workspace.members import Member, Workspace


@pytest.fixture
def scope() -> str:
    """A name that no other test has."""
    return f"scope-{uuid.uuid4().hex[:8]}"


def _value(member: Member, scope: str, key: str) -> bytes:
    return base64.b64decode(member.client.secrets.get_secret(scope, key).value or "")


def test_a_secret_comes_back_as_it_was_put(make_user: Callable[..., Member], scope: str) -> None:
    """Text and bytes are both kept exactly; get answers base64, list no values."""
    ann = make_user()
    ann.client.secrets.create_scope(scope)
    ann.client.secrets.put_secret(scope, "text", string_value="pässword")
    binary = base64.b64encode(b"\x00\xff").decode()
    ann.client.secrets.put_secret(scope, "bytes", bytes_value=binary)
    assert _value(ann, scope, "text") == "pässword".encode()
    assert _value(ann, scope, "bytes") == b"\x00\xff"
    assert [secret.key for secret in ann.client.secrets.list_secrets(scope)] == ["bytes", "text"]
    ann.client.secrets.delete_secret(scope, "text")
    for call in (ann.client.secrets.get_secret, ann.client.secrets.delete_secret):
        with pytest.raises(NotFound, match="Secret does not exist"):
            call(scope, "text")


@pytest.mark.parametrize(
    ("level", "reads", "writes", "manages"),
    [
        (AclPermission.READ, True, False, False),
        (AclPermission.WRITE, True, True, False),
        (AclPermission.MANAGE, True, True, True),
    ],
)
def test_each_level_allows_what_it_says(
    make_user: Callable[..., Member],
    make_group: Callable[..., Principal],
    scope: str,
    level: AclPermission,
    *,
    reads: bool,
    writes: bool,
    manages: bool,
) -> None:
    """READ reads, WRITE also writes, MANAGE also hands out; held through a group."""
    ann, bob = make_user(), make_user()
    ann.client.secrets.create_scope(scope)
    ann.client.secrets.put_secret(scope, "key", string_value="value")
    ann.client.secrets.put_acl(scope, make_group(bob.principal).name, level)
    attempts: list[tuple[bool, Callable[[], object]]] = [
        (reads, lambda: bob.client.secrets.get_secret(scope, "key")),
        (reads, lambda: list(bob.client.secrets.list_secrets(scope))),
        (writes, lambda: bob.client.secrets.put_secret(scope, "other", string_value="x")),
        (manages, lambda: list(bob.client.secrets.list_acls(scope))),
        (manages, lambda: bob.client.secrets.put_acl(scope, bob.principal.name, AclPermission.READ)),
        (manages, lambda: bob.client.secrets.delete_scope(scope)),
    ]
    for allowed, attempt in attempts:
        if allowed:
            attempt()
        else:
            with pytest.raises(PermissionDenied, match=f"permission on scope: {scope}"):
                attempt()


def test_a_stranger_learns_nothing(make_user: Callable[..., Member], scope: str) -> None:
    """Another's scope and none at all are refused alike, and neither is listed."""
    ann, bob = make_user(), make_user()
    ann.client.secrets.create_scope(scope)
    for name in (scope, "no-such-scope"):
        with pytest.raises(PermissionDenied):
            bob.client.secrets.get_secret(name, "key")
        with pytest.raises(PermissionDenied):
            bob.client.secrets.delete_scope(name)
    assert scope not in [found.name for found in bob.client.secrets.list_scopes()]
    assert scope in [found.name for found in ann.client.secrets.list_scopes()]


def test_admins_manage_every_scope(
    workspace: Workspace, make_user: Callable[..., Member], scope: str
) -> None:
    """They need no entry; of a scope that is not there they are told."""
    ann = make_user()
    ann.client.secrets.create_scope(scope)
    assert [acl.principal for acl in workspace.client.secrets.list_acls(scope)] == [ann.principal.name]
    workspace.client.secrets.delete_scope(scope)
    with pytest.raises(NotFound, match="does not exist"):
        workspace.client.secrets.delete_scope(scope)


def test_a_deleted_scope_takes_its_secrets_along(make_user: Callable[..., Member], scope: str) -> None:
    """A new scope of the same name is empty."""
    ann = make_user()
    ann.client.secrets.create_scope(scope)
    ann.client.secrets.put_secret(scope, "key", string_value="value")
    ann.client.secrets.delete_scope(scope)
    ann.client.secrets.create_scope(scope)
    assert list(ann.client.secrets.list_secrets(scope)) == []


def test_entries_are_read_and_removed(
    make_user: Callable[..., Member], make_service_principal: Callable[..., Member], scope: str
) -> None:
    """One entry can be read, by name, and taken away; a scope of `users` is everyone's."""
    ann, robot = make_user(), make_service_principal()
    ann.client.secrets.create_scope(scope, initial_manage_principal="users")
    robot.client.secrets.put_acl(scope, robot.principal.name, AclPermission.READ)
    assert ann.client.secrets.get_acl(scope, robot.principal.name).permission is AclPermission.READ
    ann.client.secrets.delete_acl(scope, "users")
    with pytest.raises(NotFound, match="users has no permission"):
        ann.client.secrets.get_acl(scope, "users")
    with pytest.raises(PermissionDenied):
        robot.client.secrets.list_acls(scope)


def test_what_can_not_be_is_refused(
    workspace: Workspace, make_user: Callable[..., Member], scope: str
) -> None:
    """Names taken or malformed, unknown and workspace-local principals, other backends, two values."""
    ann = make_user()
    api = ann.client.secrets
    api.create_scope(scope)
    with pytest.raises(ResourceAlreadyExists):
        api.create_scope(scope)
    with pytest.raises(InvalidParameterValue, match="only letters"):
        api.create_scope("a/b")
    workspace.client.groups.create(display_name=f"own-{scope}")
    for name in ("nobody@example.com", f"own-{scope}"):
        with pytest.raises(NotFound, match="does not exist"):
            api.put_acl(scope, name, AclPermission.READ)
    with pytest.raises(platform.NotImplemented, match="AZURE_KEYVAULT"):
        api.create_scope("vault", scope_backend_type=ScopeBackendType.AZURE_KEYVAULT)
    with pytest.raises(InvalidParameterValue, match="either"):
        api.put_secret(scope, "key", string_value="x", bytes_value="eA==")
    with pytest.raises(InvalidParameterValue, match="at most 131072"):
        api.put_secret(scope, "key", string_value="x" * 200_000)
