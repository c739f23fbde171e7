"""What the owners of the flights project decide: calendar, hyperparameters."""

from collections.abc import Mapping
from typing import Any

TIME_ZONE = "America/New_York"

HYPERPARAMETERS: Mapping[str, Any] = {
    "n_estimators": 150,
    "learning_rate": 0.07,
    "num_leaves": 31,
    "min_child_samples": 100,
    "colsample_bytree": 0.8,
}

SEARCH: Mapping[str, tuple[float, float]] = {
    "n_estimators": (80, 250),
    "learning_rate": (0.03, 0.15),
    "num_leaves": (15, 63),
    "min_child_samples": (20, 300),
    "colsample_bytree": (0.5, 1.0),
}
