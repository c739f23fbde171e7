"""The registered model's versions: registration, tags, aliases, annotations.

MLflow's client finds the registry where the platform has configured it. Tag keys have letters, digits and
_ only: Unity Catalog refuses `. , - = / :` in them, and values over 1,000 characters.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts, load_text
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from pipelines.errors import PipelineError, first_line
from pipelines.months import Month

CHAMPION = "Champion"
CHALLENGER = "Challenger"
STATUS = "model_validation_status"
PENDING, PASSED, FAILED = "PENDING", "PASSED", "FAILED"

_LONGEST_TAG = 1000
_TOLD = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND", "PERMISSION_DENIED"}


def parse_uri(uri: str) -> tuple[str, str]:
    """Return the model's name and the version of models:/catalog.schema.model/3."""
    match = re.fullmatch(r"models:/([^/]+)/(\d+)", uri)
    if match is None:
        raise PipelineError(f"{uri!r} is not like models:/catalog.schema.model/3")
    return match[1], match[2]


def month_of(version: ModelVersion, tag: str) -> Month:
    """Return the month that a tag of a version names.

    Raises PipelineError when it names none.
    """
    try:
        return Month.parse(version.tags.get(tag, ""))
    except ValueError as error:
        raise PipelineError(f"tag {tag} of version {version.version} names no month: {error}") from error


class Registry:
    """The versions of one registered model."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._client = MlflowClient()

    def register(self, *, source: str, run_id: str, tags: Mapping[str, str], description: str) -> str:
        """Return the new version of a logged model.

        Raises PipelineError when the registered model isn't declared.
        """
        with self._explained():
            version = self._client.create_model_version(
                self.name,
                source,
                run_id=run_id,
                tags={key: _tag_value(value) for key, value in tags.items()},
                description=description,
                model_id=source.removeprefix("models:/"),
            )
        return str(version.version)

    def version(self, version: str) -> ModelVersion:
        """Return a version with its tags and description.

        Raises PipelineError when there is none.
        """
        with self._explained():
            return self._client.get_model_version(self.name, version)

    def holder(self, alias: str) -> str | None:
        """Return the version that an alias names, None when it names none."""
        with self._explained():
            found = self._client.get_registered_model(self.name).aliases.get(alias)
        return None if found is None else str(found)

    def give(self, alias: str, version: str) -> None:
        """Let an alias name a version, and no other."""
        with self._explained():
            self._client.set_registered_model_alias(self.name, alias, version)

    def take(self, alias: str, version: str) -> None:
        """Let an alias name nothing, if it names this version."""
        if self.holder(alias) == version:
            with self._explained():
                self._client.delete_registered_model_alias(self.name, alias)

    def tag(self, version: str, key: str, value: str) -> None:
        """Set a tag of a version."""
        with self._explained():
            self._client.set_model_version_tag(self.name, version, key, _tag_value(value))

    def untag(self, version: str, key: str) -> None:
        """Take a tag off a version."""
        with self._explained():
            self._client.delete_model_version_tag(self.name, version, key)

    def describe(self, version: str, description: str) -> None:
        """Replace a version's description."""
        with self._explained():
            self._client.update_model_version(self.name, version, description)

    def download(self, version: str, folder: Path) -> Path:
        """Return where a version's files are now, somewhere below the folder; none of them was loaded.

        Raises PipelineError when they aren't to be had.
        """
        try:
            found = download_artifacts(artifact_uri=f"models:/{self.name}/{version}", dst_path=str(folder))
        except (MlflowException, OSError) as error:
            reason = first_line(error)
            raise PipelineError(
                f"the files of {self.name} version {version} are not to be had: {reason}"
            ) from error
        return Path(found)

    def attach(self, version: str, text: str, file: str) -> None:
        """Keep a text beside the version, as an artifact of the run that trained it."""
        run_id = self.version(version).run_id
        if run_id:
            self._client.log_text(run_id, text, file)

    def has(self, version: str, file: str) -> bool:
        """Return whether a file is kept beside the version."""
        run_id = self.version(version).run_id
        if not run_id:
            return False
        folder = str(PurePosixPath(file).parent)
        kept = self._client.list_artifacts(run_id, None if folder == "." else folder)
        return file in {item.path for item in kept}

    def read_attached(self, version: str, file: str) -> str | None:
        """Return a text that is kept beside the version, None when it isn't."""
        if not self.has(version, file):
            return None
        return str(load_text(f"runs:/{self.version(version).run_id}/{file}"))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Tell in a line what isn't there, or isn't the caller's to do."""
        try:
            yield
        except MlflowException as error:
            if error.error_code in _TOLD:
                message = first_line(error)
                raise PipelineError(f"registered model {self.name}: {message}") from error
            raise


def _tag_value(value: str) -> str:
    return value.strip()[:_LONGEST_TAG]
