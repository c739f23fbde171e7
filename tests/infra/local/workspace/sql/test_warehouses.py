"""SQL warehouses through the SDK."""

from __future__ import annotations

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.iam import Patch, PatchOp, PatchSchema
from databricks.sdk.service.sql import ChannelName, State

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.engine.lake import NOBODY, OWNER, READER, Lake
from tests.infra.local.workspace.sql.warehouse import Warehouse


def test_life_of_a_warehouse(lake: Lake) -> None:
    """It is made running, edited, stopped, started by use, found by data source, and deleted."""
    client = lake.house.client(OWNER)
    made = client.warehouses.create(
        name="life", cluster_size="Small", max_num_clusters=2, auto_stop_mins=10
    ).result()
    assert (made.state, made.creator_name) == (State.RUNNING, lake.house.name(OWNER))
    assert made.channel is not None
    assert made.channel.name is ChannelName.CHANNEL_NAME_CURRENT
    assert any(source.warehouse_id == made.id for source in client.data_sources.list())
    edited = client.warehouses.edit(made.id or "", name="edited", cluster_size="Medium").result()
    assert (edited.name, edited.cluster_size, edited.auto_stop_mins) == ("edited", "Medium", 120)
    client.warehouses.stop(made.id or "").result()
    assert client.warehouses.get(made.id or "").state is State.STOPPED
    assert Warehouse(client, made.id or "").rows("SELECT 1 AS x") == [["1"]]
    assert client.warehouses.get(made.id or "").state is State.RUNNING
    client.warehouses.delete(made.id or "")
    with pytest.raises(NotFound):
        client.warehouses.get(made.id or "")


def test_idle_warehouse_has_stopped(
    lake: Lake, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its minutes without use a warehouse is stopped; the next statement starts it."""
    import time  # noqa: PLC0415 - the clock that is turned

    now = time.time()
    assert warehouse.client.warehouses.get(warehouse.id).state is State.RUNNING
    monkeypatch.setattr("infra.local.workspace.sql.warehouses.time.time", lambda: now + 121 * 60)
    assert warehouse.client.warehouses.get(warehouse.id).state is State.STOPPED
    warehouse.rows("SELECT 1 AS x")
    assert warehouse.client.warehouses.get(warehouse.id).state is State.RUNNING
    assert lake.house.dev


def test_only_admins_and_the_entitled_make_warehouses(lake: Lake) -> None:
    """A user of the workspace may not create one."""
    with pytest.raises(PermissionDenied):
        lake.house.client(READER).warehouses.create(name="mine", cluster_size="Small")


def test_names_and_sizes_are_checked(warehouse: Warehouse) -> None:
    """A taken name, an unknown size and too few minutes are refused."""
    warehouses = warehouse.client.warehouses
    with pytest.raises(DatabricksError, match="already exists"):
        warehouses.create(name="shared", cluster_size="Small")
    with pytest.raises(DatabricksError, match="cluster size"):
        warehouses.create(name="other", cluster_size="Huge")
    with pytest.raises(DatabricksError, match="auto_stop_mins"):
        warehouses.create(name="other", cluster_size="Small", auto_stop_mins=1)


def test_levels_are_kept(lake: Lake, reader_warehouse: Warehouse) -> None:
    """Who may use a warehouse sees and uses it, but does not change it; others don't see it."""
    warehouses = reader_warehouse.client.warehouses
    assert warehouses.get(reader_warehouse.id).name == "shared"
    for change in (warehouses.stop, warehouses.delete):
        with pytest.raises(PermissionDenied):
            change(reader_warehouse.id)
    with pytest.raises(PermissionDenied):
        warehouses.edit(reader_warehouse.id, name="stolen")
    stranger = lake.house.client(NOBODY)
    assert list(stranger.warehouses.list()) == []
    assert list(stranger.data_sources.list()) == []
    with pytest.raises(PermissionDenied):
        stranger.warehouses.get(reader_warehouse.id)
    with pytest.raises(PermissionDenied):
        Warehouse(stranger, reader_warehouse.id).execute("SELECT 1 AS x")


def test_sql_is_for_the_entitled(lake: Lake, warehouse: Warehouse, reader_warehouse: Warehouse) -> None:
    """CAN_USE is of no use without access to SQL, which a workspace's admin can take from its users."""
    groups = lake.house.client(OWNER).groups
    (users,) = groups.list(filter='displayName eq "users"')
    schemas = [PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP]
    value = [{"value": "databricks-sql-access"}]
    take = Patch(op=PatchOp.REMOVE, path='entitlements[value eq "databricks-sql-access"]')
    groups.patch(users.id or "", operations=[take], schemas=schemas)
    try:
        with pytest.raises(PermissionDenied, match="no access to Databricks SQL"):
            reader_warehouse.execute("SELECT 1 AS x")
        assert warehouse.rows("SELECT 1 AS x") == [["1"]]
    finally:
        give = Patch(op=PatchOp.ADD, path="entitlements", value=value)
        groups.patch(users.id or "", operations=[give], schemas=schemas)
    assert reader_warehouse.rows("SELECT 1 AS x") == [["1"]]


def test_warehouses_survive_a_restart(lake: Lake, warehouse: Warehouse) -> None:
    """What was answered is there for an account that starts on the same folder."""
    again = LocalAccount(lake.account.folder)
    caller = lake.house.caller(OWNER)
    assert again.sql.warehouses.get(caller, lake.house.dev, warehouse.id)["name"] == "shared"
    again.store.close()
