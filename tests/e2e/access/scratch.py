"""What attempts are made on, made when it is first needed by who may, and removed with the world."""

from __future__ import annotations

import io
import uuid
import warnings
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import mlflow
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

from infra.config.access import RUN
from infra.constructs import naming
from tests.e2e.access.names import SCRATCH, Names
from tests.e2e.access.personas import principal

if TYPE_CHECKING:
    from tests.e2e.access.world import World

_MODEL = Path(__file__).parents[2] / "infra/local/workspace/mlflow/scripted_model.py"
_SIGNATURE = ModelSignature(inputs=Schema([ColSpec("double", "x")]), outputs=Schema([ColSpec("double")]))


class Scratch:
    """A project's scratch objects in one environment, all its deployer's but the model version.

    `undo` takes what removes one again.
    """

    def __init__(self, world: World, names: Names, undo: Callable[..., object]) -> None:
        self._world = world
        self._names = names
        self._undo = undo
        self._maker = world.client(names.environment)

    @cached_property
    def table(self) -> str:
        """A table with one column and one row."""
        self._execute(f"CREATE TABLE IF NOT EXISTS {self._names.table} (id INT)")
        self._undo(self._execute, f"DROP TABLE IF EXISTS {self._names.table}")
        self._execute(f"INSERT INTO {self._names.table} VALUES (1)")
        return self._names.table

    def disposable(self) -> str:
        """A table that may be gone afterwards."""
        name = f"{self._names.table}_to_drop"
        self._execute(f"CREATE TABLE IF NOT EXISTS {name} (id INT)")
        self._undo(self._execute, f"DROP TABLE IF EXISTS {name}")
        return name

    @cached_property
    def version(self) -> str:
        """A version of the project's model that does nothing."""
        runner = principal(RUN, self._names.environment)
        with self._world.mlflow(runner.name) as client:
            version = client.create_model_version(self._names.model, str(self._world.model))
        self._undo(self.forget_version, str(version.version))
        return str(version.version)

    def forget_version(self, version: str) -> None:
        """Delete a version, as the model's owner."""
        with self._world.mlflow(f"{RUN}-{self._names.environment}") as client:
            client.delete_model_version(self._names.model, version)

    @cached_property
    def file(self) -> str:
        """A file in the project's volume."""
        path = f"{self._names.volume}/{SCRATCH}.txt"
        self._maker.files.upload(path, io.BytesIO(b"to be read"), overwrite=True)
        self._undo(self._maker.files.delete, path)
        return path

    @cached_property
    def secret(self) -> str:
        """The key of a secret in the project's scope."""
        self._maker.secrets.put_secret(self._names.secrets, SCRATCH, string_value="nothing")
        self._undo(self._maker.secrets.delete_secret, self._names.secrets, SCRATCH)
        return SCRATCH

    @cached_property
    def experiment_id(self) -> str:
        """The project's experiment."""
        found = self._maker.experiments.get_by_name(self._names.experiment).experiment
        assert found is not None
        return str(found.experiment_id)

    @cached_property
    def run(self) -> str:
        """A run in the project's experiment."""
        with self._world.mlflow(self._names.environment) as client:
            run = client.create_run(self.experiment_id, run_name=SCRATCH)
        self._undo(self._maker.experiments.delete_run, run.info.run_id)
        return str(run.info.run_id)

    @cached_property
    def job(self) -> int:
        """The project's first job."""
        name = naming.job(self._names.project_name, next(iter(self._names.project.jobs)))
        (found,) = self._maker.jobs.list(name=name)
        return int(found.job_id or 0)

    @cached_property
    def compute_policies(self) -> dict[str, str]:
        """The ids of the environment's compute policies, by name."""
        environment = self._names.settings.environments[self._names.environment]
        named = [kind for kind, settings in environment.compute_policies if settings]
        names = {naming.compute_policy(self._names.environment, kind) for kind in named}
        found = {str(policy.name): str(policy.policy_id) for policy in self._maker.cluster_policies.list()}
        assert names <= found.keys()
        return {name: found[name] for name in names}

    @cached_property
    def budget_policy(self) -> str:
        """The budget policy that the project's jobs are billed under."""
        settings = self._maker.jobs.get(self.job).settings
        assert settings is not None
        return str(settings.budget_policy_id)

    @cached_property
    def started(self) -> tuple[int, str]:
        """A run of that job, cancelled, and the token by which starting it again answers with it."""
        token = uuid.uuid4().hex
        run = self._maker.jobs.run_now(self.job, idempotency_token=token)
        run_id = int(run.bind()["run_id"])
        self._maker.jobs.cancel_run_and_wait(run_id)
        return run_id, token

    def _execute(self, text: str) -> None:
        warehouse = self._world.warehouse(self._names.environment)
        answer = self._maker.statement_execution.execute_statement(text, warehouse, wait_timeout="50s")
        assert answer.status is not None
        assert answer.status.error is None, answer.status.error


def save_model(folder: Path) -> Path:
    """A model that predicts a constant, as MLflow stores one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # MLflow would like a type hint of its own
        mlflow.pyfunc.save_model(
            folder / "model",
            python_model=str(_MODEL),
            model_config={"value": 1.0},
            signature=_SIGNATURE,
            pip_requirements=["mlflow"],
        )
    return folder / "model"
