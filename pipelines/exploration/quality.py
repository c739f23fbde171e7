"""How complete and how plausible the rows of a feature table are, computed where the rows are."""

import pandas as pd
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention
from pyspark.sql.types import NumericType

from pipelines.project import Project

MOSTLY_MISSING = 0.5


def describe_columns(rows: DataFrame) -> pd.DataFrame:
    """Return a row for each column: its type, the share that is missing, how many values, and their range."""
    numbers = {field.name for field in rows.schema if isinstance(field.dataType, NumericType)}
    measures: list[Column] = [F.count(F.lit(1)).alias("rows")]
    for name in rows.columns:
        measures += [
            F.count(name).alias(f"{name}|known"),
            F.count_distinct(F.col(name)).alias(f"{name}|values"),
        ]
        if name in numbers:
            measures += [
                # Parquet may tell -0.0 for a smallest value of 0, and engines take its word.
                (F.min(name).cast("double") + F.lit(0.0)).alias(f"{name}|least"),
                F.percentile(name, F.lit(0.5)).alias(f"{name}|median"),
                F.max(name).cast("double").alias(f"{name}|greatest"),
            ]
    found = rows.agg(*measures).collect()[0].asDict()
    table = pd.DataFrame(
        [
            {
                "column": field.name,
                "type": field.dataType.simpleString(),
                "missing": 1 - found[f"{field.name}|known"] / max(1, found["rows"]),
                "values": found[f"{field.name}|values"],
                **{each: found.get(f"{field.name}|{each}") for each in ("least", "median", "greatest")},
            }
            for field in rows.schema
        ]
    )
    return table.astype(dict.fromkeys(("least", "median", "greatest"), "float64"))


def describe_months(rows: DataFrame, project: Project) -> pd.DataFrame:
    """Return a row for each month on the project's calendar: rows, labelled share, the label, missing shares.

    The label is told by its median, mean and 90th percentile; each input has a column of its missing share.
    """
    label = project.features.label
    month = F.date_format(F.from_utc_timestamp(project.features.time, project.time_zone), "yyyy-MM")
    missing = [F.avg(F.col(name).isNull().cast("double")).alias(name) for name in project.model.inputs]
    found = (
        rows.groupBy(month.alias("month"))
        .agg(
            F.count(F.lit(1)).alias("rows"),
            F.avg(F.col(label).isNotNull().cast("double")).alias("labelled"),
            F.percentile(label, F.lit(0.5)).alias("median"),
            F.avg(label).alias("mean"),
            F.percentile(label, F.lit(0.9)).alias("late"),
            *missing,
        )
        .toPandas()
    )
    return found.sort_values("month", ignore_index=True)


def describe_groups(rows: DataFrame, project: Project, column: str) -> pd.DataFrame:
    """Return, for each value of a column, how many labelled rows it has and their label's quartiles."""
    label = project.features.label
    quartiles = {"lower": 0.25, "median": 0.5, "upper": 0.75}
    found = (
        rows.where(F.col(label).isNotNull())
        .groupBy(column)
        .agg(
            F.count(F.lit(1)).alias("rows"),
            *(F.percentile(label, F.lit(share)).alias(each) for each, share in quartiles.items()),
        )
        .toPandas()
    )
    return found.sort_values(column, ignore_index=True)


def find_doubts(rows: DataFrame, columns: pd.DataFrame, project: Project) -> list[str]:
    """Return what to look into before training on the rows, from `describe_columns` and the keys."""
    key = project.features.key
    repeated = rows.groupBy(key).count().where(F.col("count") > 1).count()
    doubts = [f"{repeated:,} values of {key} are there more than once"] if repeated else []
    inputs = columns[columns["column"].isin(project.model.inputs)]
    doubts += [f"{name} has one value only" for name in inputs[inputs["values"] <= 1]["column"]]
    gaps = inputs[inputs["missing"] > MOSTLY_MISSING]
    doubts += [
        f"{name} is missing in {share:.0%} of the rows"
        for name, share in zip(gaps["column"], gaps["missing"], strict=True)
    ]
    return doubts
