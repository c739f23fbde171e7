"""Who changed a deployed object by hand: found in the local account's audit log, through databricks-sdk."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from databricks.sdk.service import iam, jobs, sql

from infra.local.workspace.platform import LocalAccount
from infra.review.audit import AuditLog, AuditUnavailable, Event
from tests.infra.local.workspace.audit.changes import AUDITOR, DEPLOYER, STRANGER, Changes, condition
from tests.infra.local.workspace.catalog.granting import grant, metastore_admin, revoke

_PATIENCE_SECONDS = 20
Values = dict[str, Any]


@pytest.fixture(scope="module")
def changes(local_account: LocalAccount) -> Changes:
    """The deployer makes and changes things; the auditor reads of it."""
    return Changes(local_account)


@pytest.fixture(scope="module")
def log(changes: Changes) -> AuditLog:
    """The audit log, as the auditor reads it."""
    return AuditLog(changes.client(AUDITOR), changes.warehouse(AUDITOR).id)


def _wait(log: AuditLog, type_: str, values: Values, action: str) -> Event:
    """The last change, once it is this one: the table has it a moment after it happened."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (found := log.last_change(type_, values)) is None or found.action != action:
        assert time.monotonic() < deadline, f"{found}, not {action}"
        time.sleep(0.3)
    return found


def test_an_edited_job(changes: Changes, log: AuditLog) -> None:
    """The job's id tells which one; when and by whom are told, and another job's change is not."""
    client, before = changes.client(DEPLOYER), datetime.now(UTC)
    edited, other = (client.jobs.create(name=name, tasks=[condition("a")]).job_id for name in ("a", "b"))
    client.jobs.update(edited or 0, new_settings=jobs.JobSettings(max_concurrent_runs=2))
    event = _wait(log, "databricks_job", {"id": str(edited), "name": "a"}, "jobs update")
    assert event.by == changes.house.name(DEPLOYER)
    assert before <= event.at <= datetime.now(UTC)
    assert log.last_change("databricks_job", {"id": str(other)}) is None


def test_a_grant_changed_by_hand(changes: Changes, log: AuditLog) -> None:
    """By securable and principal: what others were granted on it is another grant's."""
    client = changes.client(DEPLOYER)
    client.catalogs.create("granted")
    client.schemas.create("s", "granted")
    grant(client, "schema", "granted.s", AUDITOR, "USE_SCHEMA", "SELECT")
    grant(client, "schema", "granted.s", "data-scientists", "USE_SCHEMA")
    theirs = {"id": "schema/granted.s/x", "schema": "granted.s", "principal": AUDITOR}
    first = _wait(log, "databricks_grant", theirs, "unityCatalog updatePermissions")
    revoke(client, "schema", "granted.s", AUDITOR, "SELECT")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while log.last_change("databricks_grant", theirs) == first and time.monotonic() < deadline:
        time.sleep(0.3)
    last = log.last_change("databricks_grant", theirs)
    group = log.last_change("databricks_grant", {**theirs, "principal": "data-scientists"})
    assert last
    assert group
    assert first.at < group.at < last.at
    assert log.last_change("databricks_grants", {"schema": "granted.s"}) == last
    assert log.last_change("databricks_grant", {**theirs, "principal": STRANGER}) is None


def test_a_changed_permission(changes: Changes, log: AuditLog) -> None:
    """Of a job, of a warehouse and of an alert, each by the id that Terraform gives permissions."""
    client = changes.client(DEPLOYER)
    job = client.jobs.create(name="permitted", tasks=[condition("a")]).job_id
    alert = _alert(changes, "permitted")
    entry = iam.AccessControlRequest(user_name=AUDITOR, permission_level=iam.PermissionLevel.CAN_MANAGE)
    for kind, id_ in (("jobs", str(job)), ("alertsv2", alert)):
        client.permissions.update(kind, id_, access_control_list=[entry])
    warehouse = f"/sql/warehouses/{changes.warehouse(DEPLOYER).id}"
    for id_, action in (
        (f"/jobs/{job}", "jobs changeJobAcl"),
        (f"/alertsv2/{alert}", "workspace changeWorkspaceAcl"),
        (warehouse, "databrickssql changeWarehouseAcls"),
    ):
        _wait(log, "databricks_permissions", {"id": id_}, action)
    assert log.last_change("databricks_permissions", {"id": "/jobs/1"}) is None


def test_a_resized_warehouse(changes: Changes, log: AuditLog) -> None:
    """And one that was deleted: the later change is told."""
    api = changes.client(DEPLOYER).warehouses
    id_ = api.create(name="resized", cluster_size="2X-Small", max_num_clusters=1).result().id or ""
    api.edit(id_, name="resized", cluster_size="Large", max_num_clusters=1).result()
    _wait(log, "databricks_sql_endpoint", {"id": id_}, "databrickssql editWarehouse")
    api.delete(id_)
    _wait(log, "databricks_sql_endpoint", {"id": id_}, "databrickssql deleteWarehouse")


def test_an_added_group_member(changes: Changes, log: AuditLog) -> None:
    """At the account; the group and the member tell which membership."""
    group, member = changes.house.ids["platform-admins"], changes.house.ids[STRANGER]
    patch = iam.Patch(op=iam.PatchOp.ADD, path="members", value=[{"value": member}])
    changes.house.admin.groups.patch(
        group, operations=[patch], schemas=[iam.PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP]
    )
    values = {"id": f"{group}|{member}", "group_id": group, "member_id": member}
    _wait(log, "databricks_group_member", values, "accounts addPrincipalToGroup")
    assert log.last_change("databricks_group_member", {**values, "member_id": "1"}) is None


def test_a_deleted_endpoint(changes: Changes, log: AuditLog) -> None:
    """By its name, in this workspace alone: another one has one of that name, too."""
    for workspace in (changes.house.dev, changes.house.prod):
        client = changes.house.client(DEPLOYER, workspace)
        client.serving_endpoints.create_and_wait("gone")
        if workspace == changes.house.dev:
            client.serving_endpoints.delete("gone")
    action = "serverlessRealTimeInference deleteServingEndpoint"
    event = _wait(log, "databricks_model_serving", {"name": "gone"}, action)
    assert event.by == changes.house.name(DEPLOYER)


def test_an_edited_alert(changes: Changes, log: AuditLog) -> None:
    """By its id."""
    alert, client = _alert(changes, "edited"), changes.client(DEPLOYER)
    found = client.alerts_v2.get_alert(alert)
    found.display_name = "other"
    client.alerts_v2.update_alert(alert, found, "display_name")
    _wait(log, "databricks_alert_v2", {"id": alert}, "alerts apiUpdateAlert")


def test_one_query_answers_for_many(changes: Changes, log: AuditLog) -> None:
    """Each object its own last change, in their order; of what the log does not tell, none."""
    client = changes.client(DEPLOYER)
    for name in ("one", "two"):
        client.secrets.create_scope(name)
    client.secrets.delete_scope("two")
    objects: list[tuple[str, Values]] = [
        ("databricks_secret_scope", {"name": "one"}),
        ("databricks_workspace_file", {"id": "/a"}),
        ("databricks_secret_scope", {"name": "two"}),
        ("databricks_secret_scope", {"name": None}),
    ]
    _wait(log, *objects[2], "secrets deleteScope")
    found = [event.action if event else None for event in log.last_changes(objects)]
    assert found == ["secrets createScope", None, "secrets deleteScope", None]


def test_what_does_not_count(changes: Changes, log: AuditLog) -> None:
    """Changes of who deploys, those from before the time that is asked for, and refused ones."""
    client = changes.client(DEPLOYER)
    client.secrets.create_scope("counted")
    values = {"name": "counted"}
    _wait(log, "databricks_secret_scope", values, "secrets createScope")
    auditor, warehouse = changes.client(AUDITOR), changes.warehouse(AUDITOR).id
    deployer = changes.house.name(DEPLOYER)
    assert (
        AuditLog(auditor, warehouse, ignoring=deployer).last_change("databricks_secret_scope", values) is None
    )
    just_now = AuditLog(auditor, warehouse, since=timedelta(0))
    assert just_now.last_change("databricks_secret_scope", values) is None
    with pytest.raises(Exception, match="counted"):
        changes.client(STRANGER).secrets.delete_scope("counted")
    changes.wait("action_name = 'deleteScope' AND response.status_code = 403")
    assert log.last_change("databricks_secret_scope", values) == _wait(
        log, "databricks_secret_scope", values, "secrets createScope"
    )


@pytest.mark.parametrize(
    ("who", "warehouse", "problem"),
    [
        (
            STRANGER,
            None,
            r"system\.access\.audit can't be read \(.*\): enable the system schema access in account",
        ),
        (AUDITOR, "0", "the audit log can't be read with the warehouse 0: "),
        (AUDITOR, "", "the audit log can't be read: there is no warehouse to ask it with"),
    ],
)
def test_where_it_cannot_be_read_one_line_says_what_to_do(
    changes: Changes, who: str, warehouse: str | None, problem: str
) -> None:
    """Without the grant, the warehouse, or any."""
    id_ = changes.warehouse(who).id if warehouse is None else warehouse
    with pytest.raises(AuditUnavailable, match=problem) as found:
        AuditLog(changes.client(who), id_).last_change("databricks_job", {"id": "1"})
    assert "\n" not in str(found.value)


def test_where_the_schema_is_off_one_line_says_so(changes: Changes) -> None:
    """The metastore's admin has not enabled it, or has disabled it."""
    metastore = changes.house.metastore_id
    with metastore_admin(changes.house) as admin:
        admin.system_schemas.disable(metastore, "access")
    try:
        with pytest.raises(AuditUnavailable, match="enable the system schema access in account"):
            AuditLog(changes.client(AUDITOR), changes.warehouse(AUDITOR).id).last_change(
                "databricks_job", {"id": "1"}
            )
    finally:
        with metastore_admin(changes.house) as admin:
            admin.system_schemas.enable(metastore, "access")


def _alert(changes: Changes, name: str) -> str:
    """A new alert's id."""
    operand = sql.AlertV2OperandColumn(name="n")
    threshold = sql.AlertV2Operand(value=sql.AlertV2OperandValue(double_value=1))
    made = changes.client(DEPLOYER).alerts_v2.create_alert(
        sql.AlertV2(
            display_name=name,
            query_text="SELECT 1 AS n",
            warehouse_id=changes.warehouse(DEPLOYER).id,
            evaluation=sql.AlertV2Evaluation(
                comparison_operator=sql.ComparisonOperator.GREATER_THAN, source=operand, threshold=threshold
            ),
            schedule=sql.CronSchedule(quartz_cron_schedule="0 0 8 * * ?", timezone_id="UTC"),
        )
    )
    return made.id or ""
