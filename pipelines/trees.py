"""Gradient-boosted trees on a project's categories and numbers, gaps allowed: an estimator that fits most."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.project import Estimator

if TYPE_CHECKING:
    import numpy
    import optuna
    import pandas

REQUIREMENTS = ("mlflow", "cloudpickle", "lightgbm", "numpy", "pandas", "scikit-learn")
"""Distributions that the trees need where they are loaded."""

PICKLED = (
    *("builtins.slice", "collections.OrderedDict", "collections.defaultdict"),
    *("lightgbm.basic.Booster", "lightgbm.sklearn.LGBMRegressor"),
    *("numpy.dtype", "numpy.ndarray", "numpy.float64"),
    *("numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar"),
    *("sklearn.compose._column_transformer", "sklearn.pipeline.Pipeline", "sklearn.preprocessing"),
)
"""Modules and names that their pickle uses."""


def grow(categories: Sequence[str], numbers: Sequence[str]) -> Callable[[Mapping[str, Any], int], Estimator]:
    """Return what makes an untrained model, from hyperparameters and a seed, that takes one plain frame.

    It minimises the absolute error, and takes categories that it has never seen for missing ones.
    """

    def make_estimator(hyperparameters: Mapping[str, Any], seed: int) -> Estimator:
        # Only training needs these two, and they take seconds to import.
        from lightgbm import LGBMRegressor  # noqa: PLC0415 - see above
        from sklearn.compose import ColumnTransformer  # noqa: PLC0415 - see above
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - see above
        from sklearn.preprocessing import OrdinalEncoder  # noqa: PLC0415 - see above

        unknown = float("nan")
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=unknown)
        columns = ColumnTransformer(
            [("categories", encoder, list(categories)), ("numbers", "passthrough", list(numbers))],
            verbose_feature_names_out=False,
        )
        trees = LGBMRegressor(
            objective="regression_l1",
            categorical_column=list(range(len(categories))),  # where the transformer has put them
            random_state=seed,
            deterministic=True,  # whatever the number of cores: equal data and seed give an equal model
            force_row_wise=True,
            verbose=-1,
            **hyperparameters,
        )
        estimator: Estimator = make_pipeline(columns, trees)
        return estimator

    return make_estimator


def search_within(
    ranges: Mapping[str, tuple[float, float]],
) -> Callable[["optuna.Trial"], Mapping[str, Any]]:
    """Return what suggests a trial's hyperparameters: each from its range, whole where the range is."""

    def suggest(trial: "optuna.Trial") -> Mapping[str, Any]:
        return {name: _suggest_one(trial, name, low, high) for name, (low, high) in ranges.items()}

    return suggest


def _suggest_one(trial: "optuna.Trial", name: str, low: float, high: float) -> float:
    if isinstance(low, int):
        return int(trial.suggest_int(name, low, int(high)))
    return float(trial.suggest_float(name, low, high))


def explain(estimator: Any, inputs: "pandas.DataFrame") -> "numpy.ndarray[Any, Any]":
    """Return each input's contribution to each prediction: the trees tell exact SHAP values by themselves."""
    columns, trees = estimator[0], estimator[-1]
    contributions: numpy.ndarray[Any, Any] = trees.predict(columns.transform(inputs), pred_contrib=True)
    return contributions[:, :-1]  # the last one is the constant that all predictions have in common
