"""A project's jobs: steps of the wheel, one after the other, as their environment's principal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf_cdktf_provider_databricks.job import (
    Job,
    JobEnvironment,
    JobEnvironmentSpec,
    JobParameter,
    JobQueue,
    JobRunAs,
    JobTask,
    JobTaskDependsOn,
    JobTaskPythonWheelTask,
)
from constructs import Construct

from infra.config.project import Job as Settings
from infra.config.project import Step
from infra.config.steps import PASSED_ON, STEPS
from infra.constructs import naming
from infra.constructs.permissions import AccessControl, permit

ENVIRONMENT_KEY = "default"
ENVIRONMENT_VERSION = "4"  # Databricks' serverless environment: Python 3.12
RETRY_AFTER_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Code:
    """What the jobs run, and as whom."""

    wheel_path: str
    run_as: str  # a service principal's application id


class PipelineJob(Construct):
    """A serverless job that runs once at a time; a run that is started meanwhile waits in its queue."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        settings: Settings,
        code: Code,
        parameters: Mapping[str, str],
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
            task=_tasks(settings),
            environment=[_environment(code.wheel_path)],
            max_concurrent_runs=1,
            queue=JobQueue(enabled=True),
            tags=tags,
        )
        self.id = job.id
        permit(self, permissions, job=job.id)


def _environment(wheel_path: str) -> JobEnvironment:
    spec = JobEnvironmentSpec(environment_version=ENVIRONMENT_VERSION, dependencies=[wheel_path])
    return JobEnvironment(environment_key=ENVIRONMENT_KEY, spec=spec)


def _parameters(settings: Settings, values: Mapping[str, str]) -> list[JobParameter]:
    """The job's parameters with their defaults: all that its steps take and don't pass on themselves."""
    taken = dict.fromkeys(name for step in settings.steps for name in STEPS[step] if name not in PASSED_ON)
    return [JobParameter(name=name, default=values[name]) for name in sorted(taken)]


def _tasks(settings: Settings) -> list[JobTask]:
    """In the order of their keys: the provider reads them in this one, and another would be a change."""
    names = list(settings.steps)
    before = dict(zip(names[1:], names, strict=False))
    return [_task(name, settings.steps[name], after=before.get(name)) for name in sorted(names)]


def _task(name: str, step: Step, *, after: str | None) -> JobTask:
    return JobTask(
        task_key=name,
        environment_key=ENVIRONMENT_KEY,
        depends_on=[JobTaskDependsOn(task_key=after)] if after else None,
        python_wheel_task=JobTaskPythonWheelTask(
            package_name=naming.PACKAGE,
            entry_point=name,
            parameters=[f"--{parameter}={_reference(parameter)}" for parameter in STEPS[name]],
        ),
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
