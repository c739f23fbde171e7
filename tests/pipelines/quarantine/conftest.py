"""Models as folders, some of them poisoned."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MLMODEL = """\
flavors:
  python_function: {loader_module: mlflow.sklearn, model_path: model.pkl, predict_fn: predict}
  sklearn: {pickled_model: model.pkl, serialization_format: cloudpickle}
"""


class Poison:
    """What calls a function when it is unpickled."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        """Pickle the call in the place of a state."""
        return self._call


SaveModel = Callable[[object], Path]


@pytest.fixture
def save_model(tmp_path: Path) -> SaveModel:
    """Writes something as a model's pickle; returns the model's folder."""

    def save(pickled: object) -> Path:
        folder = tmp_path / "model"
        folder.mkdir()
        (folder / "MLmodel").write_text(MLMODEL)
        (folder / "model.pkl").write_bytes(pickle.dumps(pickled))
        return folder

    return save
