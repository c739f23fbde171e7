"""A model version under examination."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from mlflow.entities.model_registry import ModelVersion

from pipelines.checks.check import summarise
from pipelines.errors import PipelineError
from pipelines.examples import read_held_out
from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.project import Project
from pipelines.quarantine.inspection import UnusableModelError, inspect
from pipelines.registry import Registry, month_of
from pipelines.scoring import Scorer

if TYPE_CHECKING:
    import pandas

T = TypeVar("T")


class Candidate:
    """The version, and what checks want to know of it, each fetched once when it is first asked for.

    What can't be had raises PipelineError, each time; the check that asked has failed then.
    """

    def __init__(
        self, project: Project, lakehouse: Lakehouse, registry: Registry, version: ModelVersion, folder: Path
    ) -> None:
        self.project = project
        self.lakehouse = lakehouse
        self.registry = registry
        self.version = version
        self._folder = folder

    @property
    def number(self) -> str:
        """The version's number."""
        return str(self.version.version)

    @property
    def scorer(self) -> Scorer:
        """The loaded model, which was in quarantine before."""
        return _have(self._loaded)[0]

    @property
    def megabytes(self) -> float:
        """The size of a process that has loaded the model and nothing else, and has predicted with it."""
        return _have(self._loaded)[1]

    @property
    def held_out_month(self) -> Month:
        """The month that it was not trained on."""
        return month_of(self.version, "held_out_month")

    @property
    def rows(self) -> "pandas.DataFrame":
        """The labelled rows of its held-out month."""
        return _have(self._rows)

    @cached_property
    def predictions(self) -> "np.ndarray[Any, Any]":
        """One prediction for each of the rows."""
        return self.scorer.predict(self.rows)

    @property
    def errors(self) -> "np.ndarray[Any, Any]":
        """The absolute error of each of the predictions."""
        truth = self.rows[self.project.features.label].to_numpy()
        errors: np.ndarray[Any, Any] = np.abs(self.predictions - truth)
        return errors

    @cached_property
    def _loaded(self) -> tuple[Scorer, float] | PipelineError:
        try:
            folder = self.registry.download(self.number, self._folder)
            megabytes = inspect(folder, trusted=self.project.model.pickled)
        except PipelineError as error:
            return error
        uri = f"models:/{self.registry.name}/{self.number}"
        try:
            return Scorer.open(uri, folder), megabytes
        except Exception as error:  # it may load there and not here
            return UnusableModelError(summarise(error))

    @cached_property
    def _rows(self) -> "pandas.DataFrame | PipelineError":
        try:
            return read_held_out(self.lakehouse, self.project, self.held_out_month)
        except PipelineError as error:
            return error


def _have(found: T | PipelineError) -> T:
    if isinstance(found, PipelineError):
        reason = f"it does not load: {found}" if isinstance(found, UnusableModelError) else str(found)
        raise PipelineError(reason)
    return found
