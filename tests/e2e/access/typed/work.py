"""Jobs, and who they run as."""

from __future__ import annotations

from databricks.sdk.service import jobs
from databricks.sdk.service.compute import Environment
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

from tests.e2e.access.actor import Actor
from tests.e2e.access.typed.production import MINE, scratch


def start_job(actor: Actor) -> None:
    """Answered with a run that was started before: the token is of it."""
    run_id, token = scratch(actor).started
    assert actor.sdk.jobs.run_now(scratch(actor).job, idempotency_token=token).bind()["run_id"] == run_id


def cancel_run(actor: Actor) -> None:
    """A run that is over."""
    actor.sdk.jobs.cancel_run(scratch(actor).started[0])


def edit_job(actor: Actor) -> None:
    """The job's own name, given again."""
    job = actor.world.client("prod").jobs.get(scratch(actor).job)
    assert job.settings is not None
    actor.sdk.jobs.update(scratch(actor).job, new_settings=jobs.JobSettings(name=job.settings.name))


def delete_job(actor: Actor) -> None:
    """A job of the deployer's, which is made anew for each attempt."""
    deployer = Actor(actor.world, "prod", "prod")
    job_id = _create_job(deployer)
    try:
        actor.sdk.jobs.delete(job_id)
    except BaseException:
        deployer.sdk.jobs.delete(job_id)
        raise


def run_as_the_jobs_principal(actor: Actor) -> None:
    """A job of one's own with the rights of production's."""
    actor.sdk.jobs.delete(_create_job(actor))


def bill_a_job(actor: Actor) -> None:
    """A job of one's own on production's account."""
    nothing = jobs.Task(
        task_key=MINE, condition_task=jobs.ConditionTask(jobs.ConditionTaskOp.EQUAL_TO, "1", "1")
    )
    policy = scratch(actor).budget_policy
    actor.sdk.jobs.delete(
        actor.sdk.jobs.create(name=MINE, tasks=[nothing], budget_policy_id=policy).job_id or 0
    )


def _create_job(actor: Actor) -> int:
    task = jobs.Task(
        task_key=MINE,
        environment_key=MINE,
        python_wheel_task=jobs.PythonWheelTask(package_name=MINE, entry_point=MINE),
    )
    run_as = jobs.JobRunAs(service_principal_name=actor.world.application_id("run-prod"))
    environment = jobs.JobEnvironment(environment_key=MINE, spec=Environment(client="2"))
    made = actor.sdk.jobs.create(name=MINE, tasks=[task], environments=[environment], run_as=run_as)
    return int(made.job_id or 0)


def share_job(actor: Actor) -> None:
    """A level that the group has, given again."""
    entry = AccessControlRequest(group_name="data-scientists", permission_level=PermissionLevel.CAN_VIEW)
    actor.sdk.permissions.update("jobs", str(scratch(actor).job), access_control_list=[entry])


def take_roles(actor: Actor) -> None:
    """Who may use the jobs' principal, asked by one who could then change it."""
    name = f"accounts/{actor.world.account_id}/servicePrincipals/"
    name += f"{actor.world.application_id('run-prod')}/ruleSets/default"
    assert actor.sdk.account_access_control_proxy.get_rule_set(name, "").grant_rules


def make_secret(actor: Actor) -> None:
    """Credentials of the jobs' principal."""
    principals = actor.world.client("prod").service_principals.list()
    wanted = actor.world.application_id("run-prod")
    principal_id = next(str(each.id) for each in principals if each.application_id == wanted)
    made = actor.sdk.service_principal_secrets_proxy.create(principal_id)
    actor.sdk.service_principal_secrets_proxy.delete(principal_id, str(made.id))
