"""decide: reads the states of alerts, and tells the job's later tasks whether to train again.

For environments without a retraining hook: there a scheduled job asks, where else an alert would call.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.sql import AlertEvaluationState, AlertV2

from pipelines.command import start
from pipelines.errors import PipelineError, first_line
from pipelines.lakehouse import Lakehouse
from pipelines.observations.tables import find_last_write
from pipelines.parameters import DecideParameters
from pipelines.progress import say
from pipelines.projects import find
from pipelines.retraining import AlertState, Training, rule
from pipelines.tasks import set_value


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(DecideParameters, lambda parameters: decide(parameters, WorkspaceClient()), arguments)


def decide(parameters: DecideParameters, workspace: WorkspaceClient) -> None:
    """Set the task value `retrain` to true or false.

    Raises PipelineError when no alert's state could be read, or the training job's runs couldn't: a false
    would then look like all is well.
    """
    project = find(parameters.project)
    alerts = list(_read_alerts(workspace, parameters.alerts))
    if not any(alert.told for alert in alerts):
        raise PipelineError(f"no state of alerts {', '.join(parameters.alerts)} could be read")
    training = _find_training(workspace, f"{project.name}-training")
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    decision = rule(alerts, training, _find_change(lakehouse, project.features.table))
    say(f"retrain: {decision.reason}" if decision.retrain else f"no retraining: {decision.reason}")
    set_value("retrain", "true" if decision.retrain else "false")


def _read_alerts(workspace: WorkspaceClient, names: Sequence[str]) -> Iterator[AlertState]:
    """Yield the state of each alert, and say what each is, or that there is none."""
    ids: dict[str, list[str]] = {name: [] for name in names}
    for alert in workspace.alerts_v2.list_alerts():
        if alert.id is not None and alert.display_name in ids:
            ids[alert.display_name].append(alert.id)
    for name, found in ids.items():
        if not found:
            say(f"alert {name} is not there, or not to be seen: deploy the stack that declares it")
        for alert_id in found:
            yield from _read_alert(workspace, name, alert_id)


def _read_alert(workspace: WorkspaceClient, name: str, alert_id: str) -> Iterator[AlertState]:
    try:
        state = _state(workspace.alerts_v2.get_alert(alert_id))  # a list need not have the evaluation
    except (NotFound, PermissionDenied) as error:
        say(f"alert {name} can't be read: {first_line(error)}")
        return
    say(f"alert {state}")
    if state.state == AlertEvaluationState.ERROR:
        say(f"alert {name}: its query fails, which starts nothing and hides whether it should")
    yield state


def _state(alert: AlertV2) -> AlertState:
    text = alert.evaluation.last_evaluated_at
    instant = None if text is None else datetime.fromisoformat(text)
    if instant is not None and instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return AlertState(alert.display_name, alert.evaluation.state, instant)


def _find_training(workspace: WorkspaceClient, name: str) -> Training | None:
    """Return the newest run of the training job."""
    jobs = [job.job_id for job in workspace.jobs.list(name=name) if job.job_id is not None]
    if not jobs:
        raise PipelineError(f"job {name} is not there, or not to be seen: its last training can't be told")
    # The newest run comes first; the iterator would go on to the oldest.
    runs = [run for job_id in jobs for run in islice(workspace.jobs.list_runs(job_id=job_id), 1)]
    if not runs:
        return None
    newest = max(runs, key=lambda run: run.start_time or 0)
    ended = _instant(newest.end_time) if newest.end_time else None
    return Training(_instant(newest.start_time or 0), ended)


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _find_change(lakehouse: Lakehouse, table: str) -> datetime | None:
    try:
        return find_last_write(lakehouse, table)
    except PipelineError as error:
        say(str(error))
        return None
