"""Unity Catalog's rules, on accounts that declare one thing each."""

from __future__ import annotations

import pytest

from infra.rights.effective import EffectiveRights
from infra.rights.principals import EVERYBODY
from infra.rights.privileges import METASTORE
from tests.infra.rights.account import AccountBuilder


@pytest.fixture
def account() -> AccountBuilder:
    """Two environments, and three groups that have nothing."""
    builder = AccountBuilder()
    builder.groups("a", "b", "c")
    return builder


def level(account: AccountBuilder, who: str, asset: str, environment: str = "prod") -> str | None:
    """What somebody has reached for an asset."""
    found = {item.asset: item.level for item in EffectiveRights(account.declared()).of(who, environment)}
    return found.get(asset)


def test_privileges_are_inherited(account: AccountBuilder) -> None:
    """A catalog's grant reaches every schema in it."""
    account.grant("a", "USE_CATALOG", "USE_SCHEMA", "SELECT", catalog="prod")
    assert level(account, "a", "data") == "read"
    assert level(account, "a", "metrics") == "read"
    assert level(account, "a", "data", "dev") is None


def test_the_way_is_needed(account: AccountBuilder) -> None:
    """SELECT on a schema is of no use without USE_SCHEMA, nor both without USE_CATALOG."""
    account.grant("a", "SELECT", "USE_SCHEMA", schema="prod.flights")
    account.grant("b", "SELECT", schema="prod.flights")
    account.grant("b", "USE_CATALOG", catalog="prod")
    assert level(account, "a", "data") is None
    assert level(account, "b", "data") is None
    account.grant("a", "USE_CATALOG", catalog="prod")
    assert level(account, "a", "data") == "read"


def test_groups_pass_rights_on_by_two_hops(account: AccountBuilder) -> None:
    """Who is in a group of a group has its rights, and the reasons name both memberships."""
    account.add("account", "group_member", "1", group_id="b", member_id="a")
    account.add("account", "group_member", "2", group_id="c", member_id="b")
    account.grant("c", "USE_CATALOG", "USE_SCHEMA", "SELECT", "MODIFY", catalog="prod")
    (right,) = [item for item in EffectiveRights(account.declared()).of("a", "prod") if item.asset == "data"]
    assert right.level == "write"
    assert [reason.says for reason in right.because][:2] == ["a is in b", "b is in c"]


def test_groups_in_a_circle_end(account: AccountBuilder) -> None:
    """Groups that contain each other are walked once."""
    account.add("account", "group_member", "1", group_id="b", member_id="a")
    account.add("account", "group_member", "2", group_id="a", member_id="b")
    assert set(EffectiveRights(account.declared()).principals.identities("a")) == {"a", "b", EVERYBODY}


def test_what_everybody_has_everyone_has(account: AccountBuilder) -> None:
    """Grants to all of the account reach each group; permissions for a workspace's users, who is let in."""
    account.grant(EVERYBODY, "USE_CATALOG", "USE_SCHEMA", "SELECT", catalog="prod")
    entry = {"group_name": "users", "permission_level": "CAN_VIEW"}
    account.add("prod", "permissions", "flights/1/P", job_id="1", access_control=[entry])
    account.assign("a", "prod")
    assert level(account, "a", "data") == "read"
    assert level(account, "b", "data") == "read"
    assert level(account, "a", "jobs") == "read"
    assert level(account, "b", "jobs") is None


def test_all_privileges_are_all_but_managing(account: AccountBuilder) -> None:
    """ALL PRIVILEGES has every privilege, and not MANAGE."""
    account.grant("a", "ALL_PRIVILEGES", catalog="prod")
    assert level(account, "a", "data") == "manage"
    assert level(account, "a", "models") == "write"
    assert level(account, "a", "leftovers") is None


def test_owners_have_everything_below(account: AccountBuilder) -> None:
    """Who owns the metastore has all in it; who deploys a catalog owns it."""
    account.add("account", "metastore", "Metastore", name="m", owner="a")
    assert level(account, "a", "data") == "manage"
    assert level(account, "deploy-prod", "leftovers") == "manage"
    assert level(account, "deploy-prod", "data", "dev") is None


def test_rights_on_one_table_are_found(account: AccountBuilder) -> None:
    """What is granted below a schema is told by the securables below it."""
    account.grant("a", "MODIFY", table="prod.flights.planes")
    privileges = EffectiveRights(account.declared()).privileges
    assert "prod.flights.planes" in privileges.below("prod")
    assert "a" in privileges.holders("prod")
    assert privileges.held("a", METASTORE) == {}


def test_workspaces_see_catalogs_by_their_bindings(account: AccountBuilder) -> None:
    """An isolated catalog is written from its own workspace, and seen by others as far as they are bound."""
    workspaces = EffectiveRights(account.declared()).workspaces
    assert [mode for mode, _ in filter(None, [workspaces.sees("prod", "prod")])] == ["READ_WRITE"]
    assert workspaces.sees("dev", "prod") is None
    values = {"securable_name": "prod", "securable_type": "catalog", "workspace_id": "101"}
    account.add("prod", "workspace_binding", "B", binding_type="BINDING_TYPE_READ_ONLY", **values)
    seen = EffectiveRights(account.declared()).workspaces.sees("dev", "prod")
    assert seen is not None
    assert seen[0] == "READ_ONLY"


def test_entitlements_are_for_who_is_let_in(account: AccountBuilder) -> None:
    """Entitlements without an assignment let nobody in; an admin needs none."""
    account.add("prod", "entitlements", "E", group_id="a", databricks_sql_access=True)
    assert level(account, "a", "workspace") is None
    account.assign("a", "prod")
    assert level(account, "a", "workspace") == "use"
    account.assign("b", "prod", "ADMIN")
    assert level(account, "b", "workspace") == "manage"
    assert level(account, "b", "jobs") == "manage"


def test_the_least_of_several_objects_counts(account: AccountBuilder) -> None:
    """A level is reached for a kind of asset where it is on every object of it."""
    for job, permission in (("1", "CAN_MANAGE"), ("2", "CAN_VIEW")):
        entry = {"group_name": "a", "permission_level": permission}
        account.add("prod", "permissions", f"flights/{job}/P", job_id=job, access_control=[entry])
    assert level(account, "a", "jobs") == "read"
    account.add("prod", "permissions", "flights/3/P", job_id="3", access_control=[])
    assert level(account, "a", "jobs") is None


def test_acting_as_a_principal_is_known(account: AccountBuilder) -> None:
    """Who has a role on a service principal acts as it, through a group as well."""
    rules = [{"role": "roles/servicePrincipal.user", "principals": ["groups/b"]}]
    name = "accounts/x/servicePrincipals/run-prod/ruleSets/default"
    account.add("account", "access_control_rule_set", "R", name=name, grant_rules=rules)
    account.add("account", "group_member", "1", group_id="b", member_id="a")
    principals = EffectiveRights(account.declared()).principals
    assert list(principals.acts_as("a")) == ["run-prod"]
    assert principals.acts_as("c") == {}
    assert level(account, "a", "principals") == "use"


def test_a_location_is_no_catalog(account: AccountBuilder) -> None:
    """What lies beside the catalogs may have the name of one, and is another thing."""
    account.grant("a", "ALL_PRIVILEGES", external_location="prod")
    assert level(account, "a", "data") is None
    privileges = EffectiveRights(account.declared()).privileges
    (reason,) = privileges.held("a", "external_location prod")["ALL_PRIVILEGES"]
    assert reason.says == "ALL_PRIVILEGES on external_location prod to a"
