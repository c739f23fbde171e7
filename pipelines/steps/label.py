"""label: brings what came true to the predictions that were made before it was known.

Labels arrive with the features of a month, late and sometimes corrected. Each run brings those that a
prediction lacks, or has otherwise; a second run changes nothing.
"""

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.command import start
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import LabelParameters
from pipelines.progress import say, timed
from pipelines.project import FeatureTable
from pipelines.projects import find


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(LabelParameters, label, arguments)


def label(parameters: LabelParameters) -> None:
    """Bring the feature table's labels into the tables of batch predictions and of the endpoint's answers."""
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    labels = _find_labels(lakehouse, project.features)
    for table in (project.predictions_table, project.monitoring.requests_table):
        with timed(f"labelled {table}") as note:
            note(_bring(lakehouse, table, labels, project.features))


def _find_labels(lakehouse: Lakehouse, features: FeatureTable) -> DataFrame:
    """Return the label of each key, without keys that have several: no one can say which came true."""
    known = (
        lakehouse.read(features.table)
        .where(F.col(features.key).isNotNull() & F.col(features.label).isNotNull())
        .groupBy(features.key)
        .agg(F.min(features.label).alias(features.label), F.max(features.label).alias("other"))
    )
    agrees = F.col("other") == F.col(features.label)
    doubtful = known.where(~agrees).count()
    if doubtful:
        table = lakehouse.name(features.table)
        say(f"{doubtful:,} of {features.key} have several labels in {table}: left as they were")
    return known.where(agrees).drop("other")


def _bring(lakehouse: Lakehouse, table: str, labels: DataFrame, features: FeatureTable) -> str:
    """Return what was brought; nothing is written when nothing is new."""
    key, label_column = features.key, features.label
    held = lakehouse.read(table).select(key, F.col(label_column).alias("held"))
    new = held.join(labels, key).where(~F.col("held").eqNullSafe(F.col(label_column)))
    first, corrected = new.agg(
        F.count(F.when(F.col("held").isNull(), 1)), F.count(F.when(F.col("held").isNotNull(), 1))
    ).collect()[0]
    if first or corrected:
        arriving = labels.join(new.select(key).distinct(), key, "left_semi")
        lakehouse.amend(table, arriving, key, label_column)
    open_rows = lakehouse.read(table).where(F.col(label_column).isNull()).count()
    return f"{first:,} labels brought, {corrected:,} corrected, {open_rows:,} rows without"
