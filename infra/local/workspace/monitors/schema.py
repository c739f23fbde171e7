"""The columns of the two metric tables, by name and SQL type, in Databricks' order.

Where a monitor is of an inference log, the column that tells models apart is called in both tables as
in the monitored one; it holds the model's id as text, or `*` in rows over all models.
"""

from __future__ import annotations

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.monitors.definition import INFERENCE_LOG, Definition
from infra.local.workspace.monitors.metrics.quality import CLASSIFICATION, REGRESSION

_WINDOW = "struct<start:timestamp,end:timestamp>"
_TEST = "struct<statistic:double,pvalue:double>"
_PROFILE_GROUP = {
    "window": _WINDOW,
    "log_type": "string",
    "logging_table_commit_version": "int",
    "monitor_version": "bigint",
    "granularity": "string",
    "slice_key": "string",
    "slice_value": "string",
}
_PROFILE = {
    "column_name": "string",
    "count": "bigint",
    "data_type": "string",
    "num_nulls": "bigint",
    "avg": "double",
    "quantiles": "array<double>",
    "min": "double",
    "max": "double",
    "stddev": "double",
    "num_zeros": "bigint",
    "num_nan": "bigint",
    "min_length": "double",
    "max_length": "double",
    "avg_length": "double",
    "non_null_columns": "array<string>",
    "frequent_items": "array<struct<item:string,count:bigint>>",
    "median": "double",
    "distinct_count": "bigint",
    "percent_nan": "double",
    "percent_null": "double",
    "percent_zeros": "double",
    "percent_distinct": "double",
}
_DRIFT_GROUP = {
    "window": _WINDOW,
    "granularity": "string",
    "monitor_version": "bigint",
    "slice_key": "string",
    "slice_value": "string",
}
_DRIFT = {
    "column_name": "string",
    "data_type": "string",
    "window_cmp": _WINDOW,
    "drift_type": "string",
    "count_delta": "bigint",
    "avg_delta": "double",
    "percent_null_delta": "double",
    "percent_zeros_delta": "double",
    "percent_distinct_delta": "double",
    "non_null_columns_delta": "struct<added:int,missing:int>",
    "js_distance": "double",
    "ks_test": _TEST,
    "wasserstein_distance": "double",
    "population_stability_index": "double",
    "chi_squared_test": _TEST,
    "tv_distance": "double",
    "l_infinity_distance": "double",
}
_QUALITY = {"regression": REGRESSION, "classification": CLASSIFICATION}


def profile_columns(definition: Definition) -> dict[str, str]:
    """The columns of the profile metrics table; InvalidParameterError where a name would be there twice."""
    quality = _QUALITY[definition.profile.problem] if definition.profile.label else {}
    custom = {each.name: each.sql_type for each in definition.metrics if each.kind != "drift"}
    return _join(_PROFILE_GROUP, _model(definition), _PROFILE, quality, custom)


def drift_columns(definition: Definition) -> dict[str, str]:
    """The columns of the drift metrics table; InvalidParameterError where a name would be there twice."""
    custom = {each.name: each.sql_type for each in definition.metrics if each.kind == "drift"}
    return _join(_DRIFT_GROUP, _model(definition), _DRIFT, custom)


def _model(definition: Definition) -> dict[str, str]:
    is_log = definition.profile.kind == INFERENCE_LOG
    return {definition.profile.model_id: "string"} if is_log else {}


def _join(*parts: dict[str, str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for part in parts:
        if taken := {name.lower() for name in part} & {name.lower() for name in columns}:
            raise InvalidParameterError(
                f"The metric tables have a column {', '.join(sorted(taken))} already."
            )
        columns |= part
    return columns
