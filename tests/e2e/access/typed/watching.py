"""Runs, the endpoint, and what people look at."""

from __future__ import annotations

import io

from databricks.sdk.errors import BadRequest, ResourceConflict
from databricks.sdk.service.dashboards import Dashboard
from databricks.sdk.service.serving import EndpointTag
from databricks.sdk.service.sql import AlertV2
from databricks.sdk.service.workspace import ImportFormat

from tests.e2e.access.actor import Actor
from tests.e2e.access.typed.production import ENDPOINT, FOLDER, MINE, SCOPE, scratch


def log_to_a_run(actor: Actor) -> None:
    """A metric of a run of production."""
    run = scratch(actor).run
    with actor.mlflow() as client:
        client.log_metric(run, MINE, 1.0)


def delete_run(actor: Actor) -> None:
    """A run, restored afterwards."""
    run = scratch(actor).run
    with actor.mlflow() as client:
        client.delete_run(run)
        client.restore_run(run)


def edit_experiment(actor: Actor) -> None:
    """A tag of the experiment."""
    experiment = scratch(actor).experiment_id
    with actor.mlflow() as client:
        client.set_experiment_tag(experiment, MINE, "tried")


def change_endpoint(actor: Actor) -> None:
    """A tag of the endpoint, added and removed."""
    actor.sdk.serving_endpoints.patch(ENDPOINT, add_tags=[EndpointTag(MINE, "tried")])
    actor.sdk.serving_endpoints.patch(ENDPOINT, delete_tags=[MINE])


def query_endpoint(actor: Actor) -> None:
    """An empty question: who may ask is told that it is none."""
    try:
        actor.sdk.serving_endpoints.query(ENDPOINT, dataframe_records=[{}])
    except BadRequest:
        return


def share_experiment(actor: Actor) -> None:
    """Who may do what with the experiment, asked by one who could then change it."""
    assert actor.sdk.permissions.get("experiments", scratch(actor).experiment_id).access_control_list


def delete_endpoint(actor: Actor) -> None:
    """An endpoint of the deployer's, which is made anew for each attempt."""
    name = MINE.replace("_", "-")
    deployer = actor.world.client("prod").serving_endpoints
    deployer.create(name)
    try:
        actor.sdk.serving_endpoints.delete(name)
    except BaseException:
        deployer.delete(name)
        raise


def edit_alert(actor: Actor) -> None:
    """The alert's own definition, given again."""
    alert = _alert(actor)
    actor.sdk.alerts_v2.update_alert(str(alert.id), alert, update_mask="custom_summary")


def share_alert(actor: Actor) -> None:
    """Who may do what with an alert, asked by one who could then change it."""
    assert actor.sdk.permissions.get("alertsv2", str(_alert(actor).id)).access_control_list


def _alert(actor: Actor) -> AlertV2:
    found = actor.world.client("prod").alerts_v2.list_alerts()
    return next(alert for alert in found if alert.display_name == "flights-drift")


def edit_dashboard(actor: Actor) -> None:
    """A revision that there never was: who may edit is told of a newer one."""
    found = next(iter(actor.world.client("prod").lakeview.list()))
    try:
        actor.sdk.lakeview.update(str(found.dashboard_id), Dashboard(display_name=MINE, etag="0" * 32))
    except ResourceConflict:
        return


def read_secret(actor: Actor) -> None:
    """A secret of production's jobs."""
    assert actor.sdk.secrets.get_secret(SCOPE, scratch(actor).secret).value


def put_secret(actor: Actor) -> None:
    """A secret for production's jobs."""
    actor.sdk.secrets.put_secret(SCOPE, MINE, string_value="mine")
    actor.sdk.secrets.delete_secret(SCOPE, MINE)


def put_file(actor: Actor) -> None:
    """A file in the project's folder of production's workspace."""
    path = f"{FOLDER}/{MINE}.txt"
    actor.sdk.workspace.upload(path, io.BytesIO(b"mine"), format=ImportFormat.AUTO, overwrite=True)
    actor.sdk.workspace.delete(path)
