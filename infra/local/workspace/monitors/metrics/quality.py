"""How good predictions were, once labels are known: the model metrics of inference logs.

Only rows with a prediction and a label count. A group without any has null for every metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from infra.local.workspace.monitors.metrics.columns import Column, Floats, Ints
from infra.local.workspace.monitors.metrics.profile import Cells, divide, doubles

REGRESSION: dict[str, str] = dict.fromkeys(
    (
        "mean_squared_error",
        "root_mean_squared_error",
        "mean_average_error",
        "mean_absolute_percentage_error",
        "r2_score",
    ),
    "double",
)
_SCORE = "struct<one_vs_all:map<string,double>,macro:double,weighted:double>"
CLASSIFICATION: dict[str, str] = {
    "accuracy_score": "double",
    "confusion_matrix": "array<struct<prediction:string,label:string,count:bigint>>",
    **dict.fromkeys(("precision", "recall", "f1_score"), _SCORE),
}


def judge_regression(prediction: Column, label: Column, codes: Ints, groups: int) -> Cells:
    """Errors of numbers in each group of rows.

    The percentage error leaves labels of zero out, as a share of zero says nothing; r2_score is null
    where all labels are the same.
    """
    known = (codes >= 0) & (prediction.ranks >= 0) & (label.ranks >= 0)
    code = codes[known]
    truth = label.values[label.ranks[known]]
    with np.errstate(invalid="ignore", over="ignore"):  # infinite values: NaN, which becomes null
        errors = prediction.values[prediction.ranks[known]] - truth

    def average(numbers: Floats, chosen: Any = slice(None)) -> Floats:
        sums = np.bincount(code[chosen], numbers[chosen], groups)
        return divide(sums, np.bincount(code[chosen], minlength=groups))

    with np.errstate(invalid="ignore", over="ignore"):
        squared = average(errors**2)
        spread = average((truth - average(truth)[code]) ** 2)
        shares = divide(np.abs(errors), np.abs(truth))
        score = 1.0 - divide(squared, spread)
    found = (
        squared,
        np.sqrt(squared),
        average(np.abs(errors)),
        average(shares, truth != 0),
        score,
    )
    return {name: doubles(numbers) for name, numbers in zip(REGRESSION, found, strict=True)}


def judge_classification(prediction: Column, label: Column, codes: Ints, groups: int) -> Cells:
    """How often which class was predicted for which in each group of rows, and the scores of that.

    A class counts in a group where it was predicted or is a label; a score that would divide by zero
    is zero.
    """
    known = (codes >= 0) & (prediction.ranks >= 0) & (label.ranks >= 0)
    shape = (groups, max(len(prediction.values), 1), max(len(label.values), 1))
    chosen = (codes[known], prediction.ranks[known], label.ranks[known])
    keys, counts = np.unique(np.ravel_multi_index(chosen, shape), return_counts=True)
    owners, predicted, labelled = np.unravel_index(keys, shape)
    names = class_names(prediction), class_names(label)
    cells: dict[str, list[Any]] = {name: [None] * groups for name in CLASSIFICATION}
    for group in np.unique(owners):
        mine = owners == group
        matrix = [
            (names[0][guess], names[1][truth], int(count))
            for guess, truth, count in zip(predicted[mine], labelled[mine], counts[mine], strict=True)
        ]
        for name, value in _scores(matrix).items():
            cells[name][group] = value
    return {name: pa.array(values, _ARROW[name]) for name, values in cells.items()}


def class_names(column: Column) -> Sequence[str]:
    """What a column's values are called as classes: whole numbers without a fraction, so that 1.0 is 1."""
    if column.kind == "text":
        return column.texts
    return [str(int(value)) if value.is_integer() else str(value) for value in column.values.tolist()]


_MATRIX = pa.list_(pa.struct([("prediction", pa.string()), ("label", pa.string()), ("count", pa.int64())]))
_SCORES = pa.struct(
    [
        ("one_vs_all", pa.map_(pa.string(), pa.float64())),
        ("macro", pa.float64()),
        ("weighted", pa.float64()),
    ]
)
_ARROW = {
    "accuracy_score": pa.float64(),
    "confusion_matrix": _MATRIX,
    **dict.fromkeys(("precision", "recall", "f1_score"), _SCORES),
}


def _scores(matrix: Sequence[tuple[str, str, int]]) -> Mapping[str, Any]:
    """The metrics of one group from its counts of (prediction, label)."""
    classes = sorted({name for guess, truth, _ in matrix for name in (guess, truth)})
    right = {name: sum(c for guess, truth, c in matrix if guess == truth == name) for name in classes}
    guessed = {name: sum(c for guess, _, c in matrix if guess == name) for name in classes}
    support = {name: sum(c for _, truth, c in matrix if truth == name) for name in classes}
    rows = sum(support.values())
    precision = {name: right[name] / guessed[name] if guessed[name] else 0.0 for name in classes}
    recall = {name: right[name] / support[name] if support[name] else 0.0 for name in classes}
    f1 = {name: 2 * right[name] / (guessed[name] + support[name]) for name in classes}
    found: dict[str, Any] = {
        "accuracy_score": sum(right.values()) / rows,
        "confusion_matrix": [{"prediction": p, "label": t, "count": c} for p, t, c in sorted(matrix)],
    }
    for name, score in (("precision", precision), ("recall", recall), ("f1_score", f1)):
        found[name] = {
            "one_vs_all": list(score.items()),
            "macro": sum(score.values()) / len(classes),
            "weighted": sum(score[each] * support[each] for each in classes) / rows,
        }
    return found
