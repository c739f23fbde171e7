"""A project's jobs: steps of the wheel, one after the other, as their environment's principal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf import Token
from cdktf_cdktf_provider_databricks.job import (
    Job,
    JobEmailNotifications,
    JobEnvironment,
    JobEnvironmentSpec,
    JobHealth,
    JobHealthRules,
    JobParameter,
    JobQueue,
    JobRunAs,
    JobSchedule,
    JobTask,
    JobTaskConditionTask,
    JobTaskDependsOn,
    JobTaskEmailNotifications,
    JobTaskPythonWheelTask,
    JobTaskRunJobTask,
)
from constructs import Construct

from infra.config.project import Job as Settings
from infra.config.project import Step, Then
from infra.config.steps import PASSED_ON, STEPS
from infra.constructs import naming
from infra.constructs.notifications import Told
from infra.constructs.permissions import AccessControl, permit

ENVIRONMENT_KEY = "default"
ENVIRONMENT_VERSION = "4"  # Databricks' serverless environment: Python 3.12
TIME_ZONE = "UTC"
APPROVE = "approve"  # the step that waits for somebody's word
RETRY_AFTER_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Code:
    """What the jobs run, and as whom."""

    wheel_path: str
    run_as: str  # a service principal's application id
    budget_policy: str | None = None  # that it is billed under, by its id


class PipelineJob(Construct):
    """A serverless job; a run that is started while it has its most waits in its queue.

    People are told when a run fails, or takes longer than is expected. `others` are the jobs that its
    settings may run after its own steps.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        settings: Settings,
        code: Code,
        parameters: Mapping[str, str],
        schedule: str | None,
        told: Told,
        others: Mapping[str, PipelineJob],
        tags: Mapping[str, str],
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        job = Job(
            self,
            "Job",
            name=name,
            description=settings.description,
            run_as=JobRunAs(service_principal_name=code.run_as),
            parameter=_parameters(settings, parameters),
            task=_tasks(settings, others, asked=_asked(parameters, told)),
            environment=[_environment(code.wheel_path)],
            schedule=_schedule(schedule),
            email_notifications=_notifications(settings, told),
            timeout_seconds=60 * settings.timeout_minutes if settings.timeout_minutes else None,
            health=_health(settings),
            max_concurrent_runs=settings.concurrent_runs,
            queue=JobQueue(enabled=settings.queue),
            budget_policy_id=code.budget_policy,
            tags={**tags, **settings.tags},
        )
        self.id = job.id
        permit(self, permissions, job=job.id)


def _notifications(settings: Settings, told: Told) -> JobEmailNotifications | None:
    if not told.emails:
        return None
    emails = list(told.emails)
    late = emails if settings.expected_minutes else None
    return JobEmailNotifications(on_failure=emails, on_duration_warning_threshold_exceeded=late)


def _health(settings: Settings) -> JobHealth | None:
    """A run that takes longer than is expected shows as unhealthy, and who is told of it is told."""
    if settings.expected_minutes is None:
        return None
    seconds = 60 * settings.expected_minutes
    rule = JobHealthRules(metric="RUN_DURATION_SECONDS", op="GREATER_THAN", value=seconds)
    return JobHealth(rules=[rule])


def _environment(wheel_path: str) -> JobEnvironment:
    spec = JobEnvironmentSpec(environment_version=ENVIRONMENT_VERSION, dependencies=[wheel_path])
    return JobEnvironment(environment_key=ENVIRONMENT_KEY, spec=spec)


def _schedule(quartz: str | None) -> JobSchedule | None:
    return JobSchedule(quartz_cron_expression=quartz, timezone_id=TIME_ZONE) if quartz else None


def _parameters(settings: Settings, values: Mapping[str, str]) -> list[JobParameter]:
    """The job's parameters with their defaults: all that its steps take and don't pass on themselves."""
    taken = dict.fromkeys(name for step in settings.steps for name in STEPS[step] if name not in PASSED_ON)
    return [JobParameter(name=name, default=values[name]) for name in sorted(taken)]


def _asked(parameters: Mapping[str, str], told: Told) -> list[str]:
    """Who is asked by mail to approve a model; nobody where nobody's word is waited for."""
    return list(told.emails) if parameters.get("approval_minutes", "0") != "0" else []


def _tasks(settings: Settings, others: Mapping[str, PipelineJob], *, asked: list[str]) -> list[JobTask]:
    """In the order of their keys: the provider reads them in this one, and another would be a change."""
    names = list(settings.steps)
    before = dict(zip(names[1:], names, strict=False))
    tasks = {
        name: _task(name, step, after=before.get(name), asked=asked if name == APPROVE else [])
        for name, step in settings.steps.items()
    }
    if settings.then:
        tasks |= _then(settings.then, others[settings.then.run], after=names[-1])
    return [tasks[key] for key in sorted(tasks)]


def _then(then: Then, job: PipelineJob, *, after: str) -> dict[str, JobTask]:
    """Whether the last step said so, and the other job's run if it did."""
    question = f"if_{then.when}"
    return {
        question: JobTask(
            task_key=question,
            depends_on=[JobTaskDependsOn(task_key=after)],
            condition_task=JobTaskConditionTask(
                left=f"{{{{tasks.{after}.values.{then.when}}}}}", op="EQUAL_TO", right="true"
            ),
        ),
        then.run: JobTask(
            task_key=then.run,
            depends_on=[JobTaskDependsOn(task_key=question, outcome="true")],
            run_job_task=JobTaskRunJobTask(job_id=Token.as_number(job.id)),
        ),
    }


def _task(name: str, step: Step, *, after: str | None, asked: list[str]) -> JobTask:
    return JobTask(
        task_key=name,
        environment_key=ENVIRONMENT_KEY,
        depends_on=[JobTaskDependsOn(task_key=after)] if after else None,
        python_wheel_task=JobTaskPythonWheelTask(
            package_name=naming.PACKAGE,
            entry_point=name,
            parameters=[f"--{parameter}={_reference(parameter)}" for parameter in STEPS[name]],
        ),
        email_notifications=JobTaskEmailNotifications(on_start=asked) if asked else None,
        timeout_seconds=step.timeout_minutes * 60,
        max_retries=step.retries,
        min_retry_interval_millis=RETRY_AFTER_MILLISECONDS if step.retries else None,
        # Serverless would otherwise retry by itself what failed for a reason, e.g. a validation.
        disable_auto_optimization=True,
    )


def _reference(parameter: str) -> str:
    """What stands for a parameter's value until the task starts. A list of arguments gets none unasked."""
    if parameter in PASSED_ON:
        return f"{{{{tasks.{PASSED_ON[parameter]}.values.{parameter}}}}}"
    return f"{{{{job.parameters.{parameter}}}}}"
