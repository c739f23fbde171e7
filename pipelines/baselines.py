"""What monitors compare with: the data and predictions that the Champion was judged good on."""

from pipelines.lakehouse import Lakehouse, between
from pipelines.months import Month
from pipelines.predictions import predict_into, read_features
from pipelines.progress import timed
from pipelines.project import Project
from pipelines.scoring import Scorer


def write_baselines(
    lakehouse: Lakehouse,
    project: Project,
    scorer: Scorer,
    version: str,
    *,
    first_month: Month,
    held_out_month: Month,
) -> None:
    """Replace both baseline tables, each at once, by those of the version that is now Champion.

    The features are those of its training months and the held-out one; the predictions, with what came
    true, are those of the held-out month alone: a model's errors on what it was trained on are too small
    to compare with. Raises PipelineError, with both tables as they were, when that month has no features.
    """
    monitoring, time = project.monitoring, project.features.time
    with timed(f"{monitoring.predictions_baseline}: version {version} on {held_out_month}") as note:
        rows = read_features(lakehouse, project, held_out_month)
        predictions = predict_into(lakehouse, monitoring.predictions_baseline, scorer, version, rows)
        lakehouse.replace(monitoring.predictions_baseline, predictions)
        note(f"{len(rows):,} rows")
    with timed(f"{monitoring.features_baseline}: {first_month} to {held_out_month}"):
        bounds = first_month.start(project.time_zone), held_out_month.end(project.time_zone)
        features = lakehouse.read(project.features.table).where(between(time, *bounds))
        lakehouse.replace(monitoring.features_baseline, features)
