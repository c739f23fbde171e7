"""Model metrics, against scikit-learn on the raw rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from infra.local.workspace.monitors.metrics.columns import Column, read_column
from infra.local.workspace.monitors.metrics.quality import judge_classification, judge_regression
from tests.infra.local.workspace.monitors.metrics.counting import codes

_NUMBER = st.none() | st.just(float("nan")) | st.floats(-1e3, 1e3, width=32) | st.just(0.0)
_ROWS = st.lists(st.tuples(_NUMBER, _NUMBER, st.integers(-1, 2)), max_size=50)
_CLASS = st.none() | st.sampled_from(["no", "yes", "maybe"])
_CLASSES = st.lists(st.tuples(_CLASS, _CLASS, st.integers(-1, 1)), max_size=40)


def _column(values: list[Any], kind: pa.DataType) -> Column:
    return read_column("x", str(kind), pa.chunked_array([pa.array(values, kind)]))


@given(_ROWS)
def test_regression(rows: list[tuple[float | None, float | None, int]]) -> None:
    """Errors are scikit-learn's over the rows that have prediction and label; null for none."""
    prediction, label = (_column([row[place] for row in rows], pa.float64()) for place in (0, 1))
    cells = judge_regression(prediction, label, codes([row[2] for row in rows]), 3)
    found = {name: array.to_pylist() for name, array in cells.items()}
    for group in range(3):
        told = [row[:2] for row in rows if row[2] == group and _is_known(*row[:2])]
        if not told:
            assert {values[group] for values in found.values()} == {None}
            continue
        predicted, labels = (np.array(side, float) for side in zip(*told, strict=True))
        error = metrics.mean_squared_error(labels, predicted)
        assert found["mean_squared_error"][group] == pytest.approx(error, rel=1e-9)
        assert found["root_mean_squared_error"][group] == pytest.approx(np.sqrt(error), rel=1e-9)
        absolute = metrics.mean_absolute_error(labels, predicted)
        assert found["mean_average_error"][group] == pytest.approx(absolute, rel=1e-9)
        _check_share(found["mean_absolute_percentage_error"][group], predicted, labels)
        if len(np.unique(labels)) > 1 and np.var(labels) > 1e-9:
            score = metrics.r2_score(labels, predicted)
            assert found["r2_score"][group] == pytest.approx(score, rel=1e-6, abs=1e-6)


def test_r2_of_one_label_is_unknown() -> None:
    """Where all labels are the same there is nothing to explain."""
    prediction, label = (_column(values, pa.float64()) for values in ([1.0, 2.0], [3.0, 3.0]))
    assert judge_regression(prediction, label, codes([0, 0]), 1)["r2_score"].to_pylist() == [None]


@settings(max_examples=50)
@given(_CLASSES)
def test_classification(rows: list[tuple[str | None, str | None, int]]) -> None:
    """Scores and counts are scikit-learn's, for each class, their mean, and weighted by support."""
    prediction, label = (_column([row[place] for row in rows], pa.string()) for place in (0, 1))
    cells = judge_classification(prediction, label, codes([row[2] for row in rows]), 2)
    for group in range(2):
        told = [row[:2] for row in rows if row[2] == group and None not in row[:2]]
        found = {name: array[group].as_py() for name, array in cells.items()}
        if not told:
            assert set(found.values()) == {None}
            continue
        predicted, labels = (list(side) for side in zip(*told, strict=True))
        assert found["accuracy_score"] == pytest.approx(metrics.accuracy_score(labels, predicted))
        _check_matrix(found["confusion_matrix"], predicted, labels)
        _check_scores(found, predicted, labels)


def test_classes_of_numbers() -> None:
    """Whole numbers are classes by the same name whether they are integers or doubles."""
    prediction, label = _column([1.0, 0.0, 0.5], pa.float64()), _column([1, 0, 1], pa.int64())
    cells = judge_classification(prediction, label, codes([0, 0, 0]), 1)
    assert dict(cells["f1_score"][0].as_py()["one_vs_all"]) == {
        "0": 1.0,
        "0.5": 0.0,
        "1": pytest.approx(2 / 3),
    }


def _is_known(*values: float | None) -> bool:
    return all(value is not None and not np.isnan(value) for value in values)


def _check_share(found: float | None, predicted: Any, labels: Any) -> None:
    """scikit-learn divides by a tiny number where a label is zero; here such rows are left out."""
    told = labels != 0
    if not told.any():
        assert found is None
        return
    expected = metrics.mean_absolute_percentage_error(labels[told], predicted[told])
    # below its epsilon scikit-learn takes the epsilon for a label, too
    assert found == pytest.approx(expected, rel=1e-9) or np.abs(labels[told]).min() < 1e-15


def _check_matrix(found: list[dict[str, Any]], predicted: list[str], labels: list[str]) -> None:
    names = sorted({*predicted, *labels})
    matrix = metrics.confusion_matrix(labels, predicted, labels=[*names, "never"])  # it warns of a single one
    expected = [
        {"prediction": guess, "label": truth, "count": int(matrix[row, column])}
        for column, guess in enumerate(names)
        for row, truth in enumerate(names)
        if matrix[row, column]
    ]
    assert found == expected


def _check_scores(found: dict[str, Any], predicted: list[str], labels: list[str]) -> None:
    for name in ("precision", "recall", "f1_score"):
        score = getattr(metrics, name if name == "f1_score" else f"{name}_score")
        names = sorted({*predicted, *labels})
        each = score(labels, predicted, labels=names, average=None, zero_division=0)
        assert dict(found[name]["one_vs_all"]) == pytest.approx(dict(zip(names, each, strict=True)))
        for average in ("macro", "weighted"):
            expected = score(labels, predicted, average=average, zero_division=0)
            assert found[name][average] == pytest.approx(expected)
