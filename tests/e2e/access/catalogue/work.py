"""What runs and what it leaves: jobs, experiments, endpoints."""

from __future__ import annotations

from functools import partial

from databricks.sdk.errors import BadRequest
from databricks.sdk.service.jobs import JobSettings
from databricks.sdk.service.serving import EndpointTag

from infra.config.settings import AllSettings
from tests.e2e.access.hand import Hand
from tests.e2e.access.operations import Operation


def _see_job(hand: Hand) -> None:
    assert hand.sdk.jobs.get(hand.scratch.job).settings


def _see_run(hand: Hand) -> None:
    run_id, _ = hand.scratch.started
    assert hand.sdk.jobs.get_run(run_id).tasks


def _start(hand: Hand) -> None:
    """Answered with a run that was started before: the token is of it."""
    run_id, token = hand.scratch.started
    assert hand.sdk.jobs.run_now(hand.scratch.job, idempotency_token=token).bind()["run_id"] == run_id


def _cancel(hand: Hand) -> None:
    """A run that is over already: nothing happens to it."""
    run_id, _ = hand.scratch.started
    hand.sdk.jobs.cancel_run(run_id)


def _edit_job(hand: Hand) -> None:
    """Give the job the name that it has."""
    settings = hand.maker.jobs.get(hand.scratch.job).settings
    assert settings is not None
    hand.sdk.jobs.update(hand.scratch.job, new_settings=JobSettings(name=settings.name))


def _share_job(hand: Hand) -> None:
    assert hand.sdk.permissions.get("jobs", str(hand.scratch.job)).access_control_list


def _see_experiment(hand: Hand) -> None:
    with hand.mlflow() as client:
        assert client.get_experiment_by_name(hand.names.experiment)


def _see_runs(hand: Hand) -> None:
    assert hand.scratch.run
    with hand.mlflow() as client:
        assert client.search_runs([hand.scratch.experiment_id], max_results=1)


def _log(hand: Hand) -> None:
    run = hand.scratch.run
    with hand.mlflow() as client:
        client.log_metric(run, "tried", 1.0)
        client.set_tag(run, hand.mine, "tried")


def _track(hand: Hand) -> None:
    with hand.mlflow() as client:
        run = client.create_run(hand.scratch.experiment_id, run_name=hand.mine)
        client.delete_run(run.info.run_id)


def _share_experiment(hand: Hand) -> None:
    assert hand.sdk.permissions.get("experiments", hand.scratch.experiment_id).access_control_list


def _see_endpoint(hand: Hand) -> None:
    assert hand.sdk.serving_endpoints.get(hand.names.endpoint).name


def _query(hand: Hand) -> None:
    """An empty question: who may ask is told that it is none, or that nothing is served yet."""
    try:
        hand.sdk.serving_endpoints.query(hand.names.endpoint, dataframe_records=[{}])
    except BadRequest:
        return


def _tag_endpoint(hand: Hand) -> None:
    endpoints = hand.sdk.serving_endpoints
    endpoints.patch(hand.names.endpoint, add_tags=[EndpointTag(key=hand.mine, value="tried")])
    endpoints.patch(hand.names.endpoint, delete_tags=[hand.mine])


def _share_endpoint(hand: Hand) -> None:
    found = hand.maker.serving_endpoints.get(hand.names.endpoint)
    assert hand.sdk.permissions.get("serving-endpoints", str(found.id)).access_control_list


def _jobs(settings: AllSettings, _: str, project: str) -> bool:
    return bool(settings.projects[project].jobs)


def _served(settings: AllSettings, environment: str, project: str) -> bool:
    return settings.environments[environment].projects[project].endpoint is not None


jobs = partial(Operation, asset="jobs", door="rest", or_=("admin",), exists=_jobs)
experiments = partial(Operation, asset="experiments", or_=("admin",))
endpoints = partial(Operation, asset="endpoints", door="rest", or_=("admin",), exists=_served)

OPERATIONS: tuple[Operation, ...] = (
    jobs(level="read", verb="see", attempt=_see_job),
    jobs(level="read", verb="see-run", attempt=_see_run),
    jobs(level="use", verb="start", attempt=_start),
    jobs(level="use", verb="cancel", attempt=_cancel),
    jobs(level="manage", verb="edit", attempt=_edit_job, also=(("principals", "use"),)),
    jobs(level="manage", verb="share", attempt=_share_job),
    experiments(level="read", verb="see", door="mlflow", attempt=_see_experiment),
    experiments(level="read", verb="see-runs", door="mlflow", attempt=_see_runs),
    experiments(level="write", verb="log", door="mlflow", attempt=_log),
    experiments(level="write", verb="track", door="mlflow", attempt=_track),
    experiments(level="manage", verb="share", door="rest", attempt=_share_experiment),
    endpoints(level="read", verb="see", attempt=_see_endpoint),
    endpoints(level="use", verb="query", attempt=_query),
    endpoints(level="manage", verb="tag", attempt=_tag_endpoint),
    endpoints(level="manage", verb="share", attempt=_share_endpoint),
)
