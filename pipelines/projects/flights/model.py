"""The arrival delay's model: gradient-boosted trees on categories and numbers, gaps allowed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipelines.project import Documentation, Estimator, Model
from pipelines.projects.flights.features import WEATHER
from pipelines.projects.flights.settings import HYPERPARAMETERS, SEARCH

if TYPE_CHECKING:
    import numpy
    import optuna
    import pandas

CATEGORIES = ("carrier", "origin", "dest", "plane_engine")

# The month is a feature but no input: the model predicts months it has never seen.
NUMBERS = (
    "distance",
    "planned_minutes",
    "hour",
    "weekday",
    *WEATHER,
    "plane_age",
    "plane_seats",
    "carrier_delay_7d",
    "origin_delay_1d",
)


def make_estimator(hyperparameters: Mapping[str, Any], seed: int) -> Estimator:
    """Return an untrained model that takes the inputs as one plain frame.

    It minimises the absolute error, and takes categories that it has never seen for missing ones.
    """
    # Only training needs these two, and they take seconds to import.
    from lightgbm import LGBMRegressor  # noqa: PLC0415 - see above
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415 - see above
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - see above
    from sklearn.preprocessing import OrdinalEncoder  # noqa: PLC0415 - see above

    unknown = float("nan")
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=unknown)
    columns = ColumnTransformer(
        [("categories", encoder, list(CATEGORIES)), ("numbers", "passthrough", list(NUMBERS))],
        verbose_feature_names_out=False,
    )
    trees = LGBMRegressor(
        objective="regression_l1",
        categorical_column=list(range(len(CATEGORIES))),  # where the transformer has put them
        random_state=seed,
        deterministic=True,  # whatever the number of cores: equal data and seed give an equal model
        force_row_wise=True,
        verbose=-1,
        **hyperparameters,
    )
    estimator: Estimator = make_pipeline(columns, trees)
    return estimator


def suggest(trial: "optuna.Trial") -> Mapping[str, Any]:
    """Return the hyperparameters of one trial."""
    return {name: _suggest_one(trial, name, low, high) for name, (low, high) in SEARCH.items()}


def _suggest_one(trial: "optuna.Trial", name: str, low: float, high: float) -> float:
    if isinstance(low, int):
        return int(trial.suggest_int(name, low, int(high)))
    return float(trial.suggest_float(name, low, high))


def explain(estimator: Any, inputs: "pandas.DataFrame") -> "numpy.ndarray[Any, Any]":
    """Return each input's contribution in minutes: the trees tell exact SHAP values by themselves."""
    columns, trees = estimator[0], estimator[-1]
    contributions: numpy.ndarray[Any, Any] = trees.predict(columns.transform(inputs), pred_contrib=True)
    return contributions[:, :-1]  # the last one is the constant that all predictions have in common


DOCUMENTATION = Documentation(
    description=(
        "Predicts how many minutes late a flight from New York will arrive (negative: early), from what is "
        "known at its scheduled departure. Cancelled and diverted flights are not modelled."
    ),
    uses=(
        "Telling passengers and crews at the scheduled departure what delay to expect.",
        "Not for safety, crew rest or compensation: single predictions are often half an hour off.",
    ),
    limits=(
        "Trained on departures from EWR, JFK and LGA only.",
        "Knows nothing that happens after the scheduled departure, and no weather at the destination.",
        "It minimises the absolute error, so long delays are predicted too short.",
        "It is trained on past months: a season, carrier or airport that is new is predicted less well.",
    ),
    tags={"data_classification": "public", "personal_data": "none"},
)

MODEL = Model(
    categories=CATEGORIES,
    numbers=NUMBERS,
    estimator=make_estimator,
    hyperparameters=HYPERPARAMETERS,
    search=suggest,
    explain=explain,
    requirements=("mlflow", "cloudpickle", "lightgbm", "numpy", "pandas", "scikit-learn"),
    pickled=(
        *("builtins.slice", "collections.OrderedDict", "collections.defaultdict"),
        *("lightgbm.basic.Booster", "lightgbm.sklearn.LGBMRegressor"),
        *("numpy.dtype", "numpy.ndarray", "numpy.float64"),
        *("numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar"),
        *("sklearn.compose._column_transformer", "sklearn.pipeline.Pipeline", "sklearn.preprocessing"),
    ),
    documentation=DOCUMENTATION,
)
