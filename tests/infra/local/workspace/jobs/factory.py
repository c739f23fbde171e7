"""A workspace in which jobs run: a volume with wheels, and a principal that jobs run as."""

from __future__ import annotations

import io
import itertools
import time
import zipfile
from typing import Any

import psutil
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.service.catalog import CreateAccountsMetastore, CreateMetastoreAssignment, VolumeType
from databricks.sdk.service.iam import GrantRule, RuleSetUpdateRequest
from databricks.sdk.service.jobs import JobSettings, Run, RunOutput, RunTask

from infra.local.workspace.jobs.model import Jobs
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.members import Workspace

VOLUME = "/Volumes/dev/flights/artifacts"
_POLL_SECONDS = 0.05
_WAIT_SECONDS = 60


class Factory:
    """`deployer` (workspace admin) may let jobs run as `runner`, which reads the volume of wheels."""

    def __init__(self, local_account: LocalAccount, account: AccountClient, workspace: Workspace) -> None:
        self.local_account = local_account
        self.account = account
        self.workspace = workspace
        self._numbers = itertools.count(1)
        self.deployer = workspace.add_service_principal("deployer", admin=True)
        self.runner = workspace.add_service_principal("runner")
        self._make_volume()
        self.allow_use(self.runner.principal.name, self.deployer.principal.name)

    @property
    def jobs(self) -> Jobs:
        """The service behind the API."""
        return self.local_account.jobs

    def allow_use(self, application_id: str, *users: str) -> None:
        """Give service principals the role to let jobs run as another one."""
        name = f"accounts/{self.local_account.account_id}/servicePrincipals/{application_id}/ruleSets/default"
        current = self.account.access_control.get_rule_set(name=name, etag="")
        rule = GrantRule(
            role="roles/servicePrincipal.user", principals=[f"servicePrincipals/{u}" for u in users]
        )
        request = RuleSetUpdateRequest(name=name, etag=current.etag, grant_rules=[rule])
        self.account.access_control.update_rule_set(name=name, rule_set=request)

    def put_wheel(self, source: str, *, package: str = "demo", requires: str = "", path: str = "") -> str:
        """Upload a wheel whose package has this source; returns its path in the volume."""
        target = path or f"{VOLUME}/{next(self._numbers)}/{package}-1.0-py3-none-any.whl"
        content = io.BytesIO(build_wheel(source, package, requires))
        self.workspace.client.files.upload(target, content, overwrite=True)
        return target

    def create(
        self, tasks: list[dict[str, Any]], *, client: WorkspaceClient | None = None, **more: Any
    ) -> int:
        """Create a job, by default as the deployer and running as the runner."""
        run_as = {"service_principal_name": self.runner.principal.name}
        settings = {"name": f"job-{next(self._numbers)}", "run_as": run_as, **more, "tasks": tasks}
        typed = JobSettings.from_dict({name: value for name, value in settings.items() if value is not None})
        fields = {name: value for name, value in vars(typed).items() if value is not None}
        job_id = (client or self.deployer.client).jobs.create(**fields).job_id
        assert job_id
        return job_id

    def create_demo(self, source: str, *tasks: dict[str, Any], **more: Any) -> int:
        """Create a job whose tasks call functions of a new wheel."""
        return self.create(list(tasks), environments=[environment(self.put_wheel(source))], **more)

    def run(self, job_id: int, **more: Any) -> Run:
        """Start a run and return it once it has ended."""
        run_id = self.deployer.client.jobs.run_now(job_id, **more).run_id
        return self.wait(run_id)

    def wait(self, run_id: int | None, state: str = "") -> Run:
        """Return a run once it has ended, or has a state."""
        assert run_id
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            run = self.deployer.client.jobs.get_run(run_id)
            if state_of(run) == state or (not state and run.end_time):
                return run
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"run {run_id} is still {state_of(run)}")

    def output(self, run: Run, key: str) -> RunOutput:
        """The output of a task's last attempt."""
        return self.deployer.client.jobs.get_run_output(task_of(run, key).run_id or 0)

    def _make_volume(self) -> None:
        info = CreateAccountsMetastore(name=f"metastore-{self.workspace.id}", region="eu-west-1")
        metastore_id = (
            self.account.metastores.create(metastore_info=info).metastore_info or info
        ).metastore_id  # type: ignore[union-attr] # the answer has one
        assert metastore_id
        assignment = CreateMetastoreAssignment(self.workspace.id, metastore_id, "dev")
        self.account.metastore_assignments.create(
            self.workspace.id, metastore_id, metastore_assignment=assignment
        )
        client = self.workspace.client
        client.catalogs.create("dev")
        client.schemas.create("flights", "dev")
        client.volumes.create("dev", "flights", "artifacts", VolumeType.MANAGED)
        self.allow_wheels(self.runner.principal.name)

    def allow_wheels(self, application_id: str) -> None:
        """Let a service principal read the volume that jobs take their wheels from."""
        for kind, name, privilege in (
            ("catalog", "dev", "USE_CATALOG"),
            ("schema", "dev.flights", "USE_SCHEMA"),
            ("volume", "dev.flights.artifacts", "READ_VOLUME"),
        ):
            change = {"principal": application_id, "add": [privilege]}
            path = f"/api/2.1/unity-catalog/permissions/{kind}/{name}"
            self.workspace.client.api_client.do("PATCH", path, body={"changes": [change]})


def build_wheel(source: str, package: str, requires: str = "") -> bytes:
    """A wheel of one module, whose `main` is the console script `start`."""
    metadata = f"Metadata-Version: 2.1\nName: {package.replace('_', '-')}\nVersion: 1.0\n"
    metadata += f"Requires-Dist: {requires}\n" if requires else ""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{package}/__init__.py", source)
        archive.writestr(f"{package}-1.0.dist-info/METADATA", metadata)
        archive.writestr(f"{package}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(
            f"{package}-1.0.dist-info/entry_points.txt", f"[console_scripts]\nstart = {package}:main\n"
        )
        archive.writestr(f"{package}-1.0.dist-info/RECORD", "")
    return buffer.getvalue()


def environment(*dependencies: str) -> dict[str, Any]:
    """The environment `default` with these dependencies."""
    return {"environment_key": "default", "spec": {"client": "2", "dependencies": list(dependencies)}}


def wheel_task(
    key: str, function: str = "start", *parameters: str, after: str = "", **more: Any
) -> dict[str, Any]:
    """A task that calls a function of the wheel `demo`; `after` names what it depends on."""
    return {
        "task_key": key,
        "environment_key": "default",
        "python_wheel_task": {
            "package_name": "demo",
            "entry_point": function,
            "parameters": list(parameters),
        },
        "depends_on": [{"task_key": needed} for needed in after.split()],
        **more,
    }


def condition_task(key: str, left: str, op: str, right: str, *, after: str = "") -> dict[str, Any]:
    """A task that compares."""
    return {
        "task_key": key,
        "condition_task": {"left": left, "op": op, "right": right},
        "depends_on": [{"task_key": needed} for needed in after.split()],
    }


def wait_for_end(pids: list[int]) -> list[int]:
    """Those of some processes that are still alive after five seconds."""
    deadline = time.monotonic() + 5
    while (alive := [pid for pid in pids if _is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return alive


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def task_of(run: Run, key: str) -> RunTask:
    """The last attempt of a task."""
    return [task for task in run.tasks or [] if task.task_key == key][-1]


def state_of(run: Run | RunTask) -> str:
    """The life cycle state's name."""
    return run.state.life_cycle_state.value if run.state and run.state.life_cycle_state else ""


def result_of(run: Run | RunTask) -> str:
    """The result's name."""
    return run.state.result_state.value if run.state and run.state.result_state else ""


def results_of(run: Run) -> dict[str, str]:
    """The results of all tasks, by key."""
    return {task.task_key: result_of(task) for task in run.tasks or []}
