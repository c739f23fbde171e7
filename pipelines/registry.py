"""The registered model's versions: registration, tags, aliases, annotations.

MLflow's client finds the registry where the platform has configured it. Tag keys have letters, digits and
_ only: Unity Catalog refuses `. , - = / :` in them, and values over 1,000 characters.
"""

import re
from collections.abc import Mapping

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from pipelines.errors import PipelineError

CHAMPION = "Champion"
CHALLENGER = "Challenger"
STATUS = "model_validation_status"
PENDING, PASSED, FAILED = "PENDING", "PASSED", "FAILED"

_LONGEST_TAG = 1000


def parse_uri(uri: str) -> tuple[str, str]:
    """Return the model's name and the version of models:/catalog.schema.model/3."""
    match = re.fullmatch(r"models:/([^/]+)/(\d+)", uri)
    if match is None:
        raise PipelineError(f"{uri!r} is not like models:/catalog.schema.model/3")
    return match[1], match[2]


class Registry:
    """The versions of one registered model."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._client = MlflowClient()

    def register(self, *, source: str, run_id: str, tags: Mapping[str, str], description: str) -> str:
        """Return the new version of a logged model.

        Raises PipelineError when the registered model isn't declared.
        """
        try:
            version = self._client.create_model_version(
                self.name,
                source,
                run_id=run_id,
                tags={key: _tag_value(value) for key, value in tags.items()},
                description=description,
                model_id=source.removeprefix("models:/"),
            )
        except MlflowException as error:
            self._explain(error)
            raise
        return str(version.version)

    def version(self, version: str) -> ModelVersion:
        """Return a version with its tags and description.

        Raises PipelineError when there is none.
        """
        try:
            return self._client.get_model_version(self.name, version)
        except MlflowException as error:
            self._explain(error)
            raise

    def holder(self, alias: str) -> str | None:
        """Return the version that an alias names, None when it names none."""
        try:
            model = self._client.get_registered_model(self.name)
        except MlflowException as error:
            self._explain(error)
            raise
        found = model.aliases.get(alias)
        return None if found is None else str(found)

    def give(self, alias: str, version: str) -> None:
        """Let an alias name a version, and no other."""
        self._client.set_registered_model_alias(self.name, alias, version)

    def tag(self, version: str, key: str, value: str) -> None:
        """Set a tag of a version."""
        self._client.set_model_version_tag(self.name, version, key, _tag_value(value))

    def describe(self, version: str, description: str) -> None:
        """Replace a version's description."""
        self._client.update_model_version(self.name, version, description)

    def attach(self, version: str, text: str, file: str) -> None:
        """Keep a text beside the version, as an artifact of the run that trained it."""
        run_id = self.version(version).run_id
        if run_id:
            self._client.log_text(run_id, text, file)

    def _explain(self, error: MlflowException) -> None:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"}:
            message = str(error.message).strip().splitlines()[0]
            raise PipelineError(f"registered model {self.name}: {message}") from error


def _tag_value(value: str) -> str:
    return value.strip()[:_LONGEST_TAG]
