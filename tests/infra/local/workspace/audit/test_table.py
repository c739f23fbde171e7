"""`system.access.audit` as people read it: through SQL, of what others did through databricks-sdk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from databricks.sdk import errors

from infra.local.workspace.audit.table import TABLE
from tests.infra.local.workspace.audit.changes import AUDITOR, DEPLOYER, STRANGER, Changes, condition
from tests.infra.local.workspace.catalog.granting import grant


def test_a_change_is_told_with_who_and_when(changes: Changes) -> None:
    """One who edits a warehouse is found by its id, and so is the time at which it was done."""
    before = datetime.now(UTC)
    client = changes.client(DEPLOYER)
    made = client.warehouses.create(name="edited", cluster_size="2X-Small", max_num_clusters=1).result()
    client.warehouses.edit(made.id or "", name="edited", cluster_size="Small", max_num_clusters=2).result()
    (event,) = changes.wait(f"action_name = 'editWarehouse' AND request_params['id'] = '{made.id}'")
    assert event["who"] == changes.house.name(DEPLOYER)
    assert event["action"] == "databrickssql editWarehouse"
    assert event["params"]["cluster_size"] == "Small"
    assert event["response"] == {"status_code": "200", "error_message": None, "result": None}
    assert before <= event["at"] <= datetime.now(UTC)
    assert (event["workspace"], event["level"]) == (str(changes.house.dev), "WORKSPACE_LEVEL")
    assert event["address"] == "127.0.0.1"


def test_a_grant_is_the_account_s_and_a_created_id_is_in_the_answer(changes: Changes) -> None:
    """What Unity Catalog logs is the account's, with the workspace it came through; a job's id is told."""
    client = changes.client(DEPLOYER)
    client.catalogs.create("told")
    grant(client, "catalog", "told", AUDITOR, "USE_CATALOG")
    (event,) = changes.wait(
        "action_name = 'updatePermissions' AND request_params['securable_full_name'] = 'told'"
    )
    assert (event["workspace"], event["level"]) == ("0", "ACCOUNT_LEVEL")
    assert event["params"]["securable_type"] == "catalog"
    assert event["params"]["workspace_id"] == str(changes.house.dev)
    assert AUDITOR in event["params"]["changes"]
    job = client.jobs.create(name="told", tasks=[condition("only")])
    (event,) = changes.wait("service_name = 'jobs' AND action_name = 'create'")
    assert event["response"]["result"] == f'{{"job_id": {job.job_id}}}'


def test_a_read_is_no_event(changes: Changes) -> None:
    """Lists, looks and queries leave no row; a change that is made after them does."""
    client = changes.client(DEPLOYER)
    list(client.catalogs.list())
    list(client.warehouses.list())
    client.current_user.me()
    before = {event["action"] for event in changes.rows()}
    client.secrets.create_scope("after-reads")
    changes.wait("action_name = 'createScope' AND request_params['scope'] = 'after-reads'")
    assert {event["action"] for event in changes.rows()} - before <= {"secrets createScope"}


def test_a_refused_change_is_told_with_its_answer(changes: Changes) -> None:
    """Who tries what is not theirs to do is found, with the status and the message that they got."""
    client = changes.client(DEPLOYER)
    made = client.warehouses.create(name="kept", cluster_size="2X-Small", max_num_clusters=1).result()
    with pytest.raises(errors.PermissionDenied) as refused:
        changes.client(STRANGER).warehouses.delete(made.id or "")
    (event,) = changes.wait(f"user_identity.email = '{STRANGER}' AND response.status_code = 403")
    assert (event["action"], event["params"]) == ("databrickssql deleteWarehouse", {"id": made.id})
    assert str(refused.value).startswith(event["response"]["error_message"])


def test_no_secret_is_told(changes: Changes) -> None:
    """A secret's scope and key are in the table; its value is nowhere."""
    client = changes.client(DEPLOYER)
    client.secrets.create_scope("told")
    client.secrets.put_secret("told", "token", string_value="do-not-tell")
    (event,) = changes.wait("action_name = 'putSecret'")
    assert event["params"] == {"scope": "told", "key": "token"}
    assert "do-not-tell" not in repr(changes.rows())


def test_who_lacks_the_grant_cannot_select(changes: Changes) -> None:
    """Not even the workspace's admin: the account's audit log tells of every workspace."""
    for who in (STRANGER, DEPLOYER):
        assert "system" in changes.warehouse(who).error(f"SELECT * FROM {TABLE}")


def test_what_is_changed_with_sql_is_told_as_over_rest(changes: Changes) -> None:
    """Grants and tables are Unity Catalog's events, whichever door they come through; refused ones, too."""
    warehouse = changes.warehouse(DEPLOYER)
    changes.client(DEPLOYER).catalogs.create("by_sql")
    for text in (
        "CREATE SCHEMA by_sql.s",
        "CREATE TABLE by_sql.s.t (id BIGINT)",
        "COMMENT ON TABLE by_sql.s.t IS 'mine'",
        "ALTER TABLE by_sql.s.t ADD COLUMN v STRING",
        f"GRANT SELECT ON TABLE by_sql.s.t TO `{STRANGER}`",
    ):
        warehouse.execute(text)
    grant(changes.client(DEPLOYER), "catalog", "by_sql", STRANGER, "USE_CATALOG")
    grant(changes.client(DEPLOYER), "schema", "by_sql.s", STRANGER, "USE_SCHEMA")
    changes.warehouse(STRANGER).error("DROP TABLE by_sql.s.t")
    warehouse.execute("DROP TABLE by_sql.s.t")
    full_name = "request_params['full_name_arg'] = 'by_sql.s.t'"
    (made,) = changes.wait("action_name = 'createTable' AND request_params['catalog_name'] = 'by_sql'")
    assert made["params"] | {"name": "t", "schema_name": "s"} == made["params"]
    (granted,) = changes.wait("request_params['securable_full_name'] = 'by_sql.s.t'")
    assert (granted["action"], granted["who"]) == (
        "unityCatalog updatePermissions",
        changes.house.name(DEPLOYER),
    )
    told = [(each["action"], each["response"]["status_code"]) for each in changes.wait(full_name, 4)]
    assert told == [
        ("unityCatalog updateTables", "200"),
        ("unityCatalog updateTables", "200"),
        ("unityCatalog deleteTable", "403"),
        ("unityCatalog deleteTable", "200"),
    ]
