"""infer: predicts a range of months with the version that an alias names."""

from collections.abc import Sequence

from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse, between
from pipelines.parameters import InferParameters
from pipelines.predictions import predict_into, read_features
from pipelines.progress import say, timed
from pipelines.projects import find
from pipelines.registry import Registry
from pipelines.scoring import Scorer


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(InferParameters, infer, arguments)


def infer(parameters: InferParameters) -> None:
    """Replace the predictions of each month in the range, with the label where it is known.

    Raises PipelineError when the alias names no version, and at the first month without features.
    """
    project = find(parameters.project)
    version = Registry(parameters.model).holder(parameters.alias)
    if version is None:
        raise PipelineError(
            f"{parameters.model} has no {parameters.alias}: train, validate and deploy one first"
        )
    with timed(f"loaded {parameters.model} version {version}"):
        scorer = Scorer.load(parameters.model, version)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    for month in parameters.months:
        with timed(f"predicted {month}") as note:
            rows = read_features(lakehouse, project, month)
            note(f"{len(rows):,} rows")
            predictions = predict_into(lakehouse, project.predictions_table, scorer, version, rows)
            bounds = month.start(project.time_zone), month.end(project.time_zone)
            lakehouse.overwrite(
                project.predictions_table, predictions, between(project.features.time, *bounds)
            )
    say(f"predictions are in {lakehouse.name(project.predictions_table)}")
