"""Alerts as they are declared: echoed, changed, refused, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from databricks.sdk.errors import platform
from databricks.sdk.errors.platform import (
    InvalidParameterValue,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
)
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel
from databricks.sdk.service.sql import AlertLifecycleState, AlertV2

from tests.infra.local.workspace.alerts.watch import Watch
from tests.infra.local.workspace.engine.lake import OWNER, READER

_QUERY = "SELECT 2 AS value"
_API = "/api/2.0/alerts"


def test_what_is_given_comes_back_and_nothing_more(watch: Watch) -> None:
    """No default is filled in, so that clients that compare see no change; state and owner are told."""
    given = watch.document(_QUERY, parent_path="/Workspace/Shared", display_name="plain")
    made = watch.client.api_client.do("POST", _API, body=given)
    assert isinstance(made, dict)
    told = {"id", "owner_user_name", "effective_run_as", "lifecycle_state", "create_time", "update_time"}
    assert made.keys() - given.keys() == told
    assert made["evaluation"].pop("state") == "UNKNOWN"
    assert {name: made[name] for name in given} == given
    owner = watch.lake.house.name(OWNER)
    assert made["effective_run_as"] == {"service_principal_name": owner}
    assert made["owner_user_name"] == owner
    path = "/api/2.0/workspace/get-status"
    node = watch.client.api_client.do("GET", path, query={"path": "/Shared/plain.dbalert.json"})
    assert isinstance(node, dict)
    assert (node["object_type"], node["resource_id"]) == ("ALERT", made["id"])
    watch.client.alerts_v2.trash_alert(made["id"], purge=True)


def test_alerts_are_listed_trashed_and_purged(watch: Watch) -> None:
    """What is in the trash is not listed and has given up its name; purged, it is gone."""
    ids = [watch.create(_QUERY, display_name=f"listed-{number}") for number in range(3)]
    api = watch.client.alerts_v2
    assert [alert.id for alert in api.list_alerts(page_size=2)] == ids
    api.trash_alert(ids[0])
    assert [alert.id for alert in api.list_alerts()] == ids[1:]
    assert api.get_alert(ids[0]).lifecycle_state == AlertLifecycleState.DELETED
    watch.create(_QUERY, display_name="listed-0")
    api.trash_alert(ids[0], purge=True)
    with pytest.raises(NotFound):
        api.get_alert(ids[0])


def test_a_name_is_taken_once_in_a_folder(watch: Watch) -> None:
    """A second alert of the name is refused, not renamed; another folder has room for it."""
    watch.create(_QUERY, display_name="once")
    with pytest.raises(ResourceAlreadyExists, match=r"once\.dbalert\.json\) already exists as ALERT"):
        watch.create(_QUERY, display_name="once")
    watch.create(_QUERY, display_name="once", parent_path="/Shared")


def test_an_update_changes_what_its_mask_names(watch: Watch) -> None:
    """Fields outside of the mask stay, those that the body lacks go; the mask may name inner fields."""
    alert_id = watch.create(_QUERY, custom_summary="old", display_name="before")
    api = watch.client.alerts_v2
    change = AlertV2.from_dict(watch.document("SELECT 3 AS value", 7, display_name="after"))
    api.update_alert(alert_id, change, "display_name,evaluation.threshold,custom_summary")
    alert = api.get_alert(alert_id)
    assert (alert.display_name, alert.query_text, alert.custom_summary) == ("after", _QUERY, None)
    assert alert.evaluation.threshold
    assert alert.evaluation.threshold.value
    assert alert.evaluation.threshold.value.double_value == 7
    api.update_alert(alert_id, change, "*")
    assert api.get_alert(alert_id).query_text == "SELECT 3 AS value"
    watch.create(_QUERY, display_name="before")
    with pytest.raises(ResourceAlreadyExists):
        api.update_alert(alert_id, AlertV2.from_dict(watch.document(_QUERY, display_name="before")), "*")


def test_the_folder_stays(watch: Watch) -> None:
    """An alert's folder is chosen when it is created."""
    alert_id = watch.create(_QUERY, parent_path="/Shared")
    moved = AlertV2.from_dict(watch.document(_QUERY, parent_path="/Users"))
    with pytest.raises(InvalidParameterValue, match="parent_path can only be set when"):
        watch.client.alerts_v2.update_alert(alert_id, moved, "parent_path")
    same = AlertV2.from_dict(watch.document(_QUERY, parent_path="/Workspace/Shared/"))
    watch.client.alerts_v2.update_alert(alert_id, same, "parent_path")
    with pytest.raises(NotFound, match="/Shared/nowhere"):
        watch.create(_QUERY, parent_path="/Shared/nowhere")


def test_a_deleted_folder_takes_its_alerts_along(watch: Watch) -> None:
    """They are in the trash then."""
    watch.client.workspace.mkdirs("/Shared/short-lived")
    alert_id = watch.create(_QUERY, parent_path="/Shared/short-lived")
    watch.client.workspace.delete("/Shared/short-lived", recursive=True)
    assert watch.get(alert_id).lifecycle_state == AlertLifecycleState.DELETED
    watch.client.alerts_v2.trash_alert(alert_id, purge=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"display_name": ""}, "Missing required field: display_name"),
        ({"display_name": "a/b"}, "must not contain '/'"),
        ({"query_text": " "}, "Missing required field: query_text"),
        ({"schedule": None}, "A schedule needs quartz_cron_schedule"),
        ({"schedule": {"quartz_cron_schedule": "0 5 * * *", "timezone_id": "UTC"}}, "quartz"),
        ({"evaluation": {"source": {}}}, "evaluation.source.name"),
        ({"evaluation": {"source": {"name": "v", "aggregation": "MODE"}}}, "aggregation must be one of AVG"),
        ({"evaluation": {"comparison_operator": "ABOVE"}}, "comparison_operator must be one of EQUAL"),
        ({"evaluation": {"threshold": {}}}, "evaluation.threshold has exactly one of column, value"),
        (
            {"evaluation": {"threshold": {"value": {"double_value": 1, "string_value": "1"}}}},
            "exactly one of bool_value, double_value, string_value",
        ),
        ({"evaluation": {"threshold": {"value": {"double_value": "1"}}}}, "has the value '1'"),
        ({"evaluation": {"empty_result_state": "FINE"}}, "empty_result_state must be one of OK"),
        ({"evaluation": {"notification": {"retrigger_seconds": -1}}}, "retrigger_seconds"),
        ({"evaluation": {"notification": {"subscriptions": [{}]}}}, "exactly one of destination_id"),
        (
            {"evaluation": {"notification": {"subscriptions": [{"user_email": "ada"}]}}},
            "'ada' is not an e-mail",
        ),
        (
            {"evaluation": {"notification": {"subscriptions": [{"destination_id": "x"}]}}},
            "Notification destination x does not exist",
        ),
        ({"run_as": {"user_name": "a@b.c", "service_principal_name": "x"}}, "run_as names one of"),
        ({"parameters": [{"value": "1"}]}, "Missing required field: name"),
    ],
)
def test_what_can_not_be_an_alert_is_refused(watch: Watch, change: dict[str, Any], message: str) -> None:
    """Each mistake is told when the alert is created, in one line."""
    evaluation = change.pop("evaluation", {})
    body = {**watch.document(_QUERY, evaluation=evaluation), **change}
    with pytest.raises(InvalidParameterValue) as refusal:
        watch.client.api_client.do("POST", _API, body=body)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"custom_summary": "{{QUERY_RESULT_TABLE}}"}, "QUERY_RESULT_TABLE"),
        ({"custom_template_format": "MARKDOWN"}, "custom_template_format"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_is_not_done_is_refused(watch: Watch, change: dict[str, Any], message: str) -> None:
    """What would be told otherwise than it is declared is not accepted."""
    with pytest.raises(platform.NotImplemented, match=message):
        watch.client.api_client.do("POST", _API, body={**watch.document(_QUERY), **change})


def test_the_warehouse_must_be_there(watch: Watch) -> None:
    """An alert on a warehouse that is gone is refused."""
    with pytest.raises(NotFound, match="warehouse"):
        watch.create(_QUERY, warehouse_id="0123456789abcdef")


def test_levels_say_who_sees_and_changes_an_alert(watch: Watch) -> None:
    """Without one nothing is told; CAN_READ shows it, CAN_EDIT is not enough to let it run as another."""
    alert_id = watch.create(_QUERY, parent_path="/Users/" + watch.lake.house.name(OWNER))
    reader = watch.lake.house.client(READER)
    assert list(reader.alerts_v2.list_alerts()) == []
    for missing in (alert_id, "42"):
        with pytest.raises(PermissionDenied):
            reader.alerts_v2.get_alert(missing)
    for level in (PermissionLevel.CAN_READ, PermissionLevel.CAN_EDIT):
        entry = AccessControlRequest(user_name=READER, permission_level=level)
        watch.client.permissions.update("alertsv2", alert_id, access_control_list=[entry])
        assert reader.alerts_v2.get_alert(alert_id).id == alert_id
        assert [alert.id for alert in reader.alerts_v2.list_alerts()] == [alert_id]
        change = AlertV2.from_dict(watch.document("SELECT * FROM dev.flights.secret"))
        with pytest.raises(PermissionDenied):
            reader.alerts_v2.update_alert(alert_id, change, "query_text")
        with pytest.raises(PermissionDenied):
            reader.alerts_v2.trash_alert(alert_id)


def test_run_as_needs_the_role(watch: Watch) -> None:
    """Nobody lets an alert run as a service principal without its role, or as another user."""
    other = watch.lake.account.directory.create("service_principal", {"displayName": "other"})
    application_id = other["applicationId"]
    watch.lake.account.directory.assign(watch.lake.house.dev, other["id"], ["USER"])
    run_as = {"service_principal_name": application_id}
    with pytest.raises(PermissionDenied, match=r"does not have the role servicePrincipal\.user"):
        watch.create(_QUERY, run_as=run_as)
    with pytest.raises(PermissionDenied, match="as themselves only"):
        watch.create(_QUERY, run_as={"user_name": READER})
    _allow(watch, application_id)
    alert_id = watch.create(_QUERY, run_as=run_as)
    alert = watch.get(alert_id)
    assert alert.effective_run_as
    assert alert.effective_run_as.service_principal_name == application_id
    watch.client.alerts_v2.update_alert(alert_id, AlertV2.from_dict(watch.document(_QUERY, 5)), "evaluation")
    assert watch.get(alert_id).effective_run_as == alert.effective_run_as


def _allow(watch: Watch, application_id: str) -> None:
    """Let the lake's owner run things as a service principal."""
    rule_sets, caller = watch.lake.account.account.rule_sets, watch.lake.house.caller(OWNER)
    name = f"accounts/{watch.lake.account.account_id}/servicePrincipals/{application_id}/ruleSets/default"
    rule_sets.created(caller, application_id)
    rule = {"role": "roles/servicePrincipal.user", "principals": [f"servicePrincipals/{caller.name}"]}
    rule_sets.replace(caller, name, etag=rule_sets.get(caller, name)["etag"], grant_rules=[rule])
