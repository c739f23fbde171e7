"""The deployed account, as everybody in it sees it."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from unittest.mock import patch

import mlflow
from databricks.sdk import AccountClient, WorkspaceClient
from databricks.sdk.errors import Unauthenticated
from pyspark.sql import SparkSession

from infra.config.access import RUN
from infra.config.settings import AllSettings
from infra.constructs import naming
from tests.e2e.access.names import Names
from tests.e2e.access.personas import Persona, principal
from tests.e2e.access.scratch import Scratch, save_model


class World:
    """Clients of everybody, by the name of their credentials. Use it as a context manager.

    It makes itself a secret of each principal that jobs run as, and takes it back at its end.
    """

    def __init__(self, settings: AllSettings, credentials: Path) -> None:
        self.settings = settings
        self._given = credentials
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(TemporaryDirectory()))
        self._file = self._folder / "databrickscfg"
        self._profiles = configparser.ConfigParser(interpolation=None)
        self._profiles.read(self._given)
        for environment in self.settings.environments:
            self._credential(principal(RUN, environment))
        with self._file.open("w") as file:
            self._profiles.write(file)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def knows(self, profile: str) -> bool:
        """Whether there are credentials of that name."""
        return profile in self._profiles

    def knock(self, persona: Persona, seat: str) -> str:
        """The refusal of somebody who is not in a workspace, and comes with what opens another."""
        known = (str(persona.profile(other)) for other in self.settings.environments)
        own = self._profiles[next(profile for profile in known if self.knows(profile))]
        try:
            WorkspaceClient(
                host=self._profiles[seat]["host"],
                token=own.get("token"),
                client_id=own.get("client_id"),
                client_secret=own.get("client_secret"),
            ).current_user.me()
        except Unauthenticated as error:
            return str(error)
        except ValueError as error:  # what the client makes of a token that it was not given
            if "access_denied" not in str(error):
                raise
            return str(error)
        raise AssertionError(f"{persona.name} is in the workspace of {seat}")

    @property
    def account_id(self) -> str:
        """The account."""
        return self._profiles["account"]["account_id"]

    def application_id(self, profile: str) -> str:
        """What grants and permissions call a service principal."""
        return self._profiles[profile]["client_id"]

    def folder(self, name: str) -> Path:
        """A folder for downloads."""
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        return folder

    @cached_property
    def model(self) -> Path:
        """A model in a local folder."""
        return save_model(self._folder)

    @cache  # noqa: B019 - as long as the world
    def warehouse(self, seat: str) -> str:
        """The id of an environment's warehouse."""
        name = naming.warehouse(seat)
        named = self.settings.environments[seat].warehouse.id
        return named or next(str(w.id) for w in self.client(seat).warehouses.list() if w.name == name)

    @cache  # noqa: B019 - as long as the world
    def scratch(self, environment: str, project: str) -> Scratch:
        """What attempts are made on."""
        return Scratch(self, Names(self.settings, environment, project), self._stack.callback)

    @cache  # noqa: B019 - as long as the world
    def client(self, profile: str) -> WorkspaceClient:
        """databricks-sdk's client."""
        return WorkspaceClient(profile=profile, config_file=str(self._file))

    @contextmanager
    def mlflow(self, profile: str) -> Iterator[mlflow.MlflowClient]:
        """MLflow's client; MLflow's functions speak in the same name meanwhile."""
        names: Mapping[str, str] = {
            "DATABRICKS_CONFIG_FILE": str(self._file),
            "DATABRICKS_CONFIG_PROFILE": profile,
            "MLFLOW_TRACKING_URI": f"databricks://{profile}",
            "MLFLOW_REGISTRY_URI": f"databricks-uc://{profile}",
            "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        }
        with patch.dict(os.environ, names):
            yield mlflow.MlflowClient(f"databricks://{profile}", f"databricks-uc://{profile}")

    @cache  # noqa: B019 - as long as the world
    def spark(self, profile: str) -> SparkSession:
        """A Spark Connect session."""
        session = SparkSession.builder.remote(self.remote(profile)).create()
        self._stack.callback(session.stop)
        return session

    def remote(self, profile: str) -> str:
        """What Spark Connect clients are given as SPARK_REMOTE."""
        headers = self.client(profile).config.authenticate()
        return f"{self._spark_site(profile)}/;token={headers['Authorization'].removeprefix('Bearer ')}"

    def _spark_site(self, profile: str) -> str:
        """Where the workspace answers to Spark Connect: everybody's credentials there tell."""
        host = self._profiles[profile]["host"]
        remotes = [
            section["spark_remote"]
            for section in self._profiles.values()
            if section.get("host") == host and "spark_remote" in section
        ]
        return remotes[0].partition("/;")[0]

    def _credential(self, runner: Persona) -> None:
        account = AccountClient(profile="account", config_file=str(self._given))
        (found,) = account.service_principals.list(filter=f'displayName eq "{runner.name}"')
        assert found.id
        made = account.service_principal_secrets.create(found.id)
        self._stack.callback(account.service_principal_secrets.delete, found.id, made.id or "")
        host = self._profiles[str(runner.home)]["host"]
        self._profiles[runner.name] = {
            "host": host,
            "client_id": found.application_id or "",
            "client_secret": made.secret or "",
        }
