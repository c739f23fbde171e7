"""Looking at models before they are loaded."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from pipelines.quarantine.inspection import UnusableModelError, inspect
from tests.pipelines.quarantine.conftest import MLMODEL, Poison, SaveModel

SAVING = ("numpy.save", "numpy._core.multiarray._reconstruct", "numpy.ndarray", "numpy.dtype")


def test_good_model_is_measured(save_model: SaveModel) -> None:
    """A model of trusted classes is loaded, and its process's size is told."""
    folder = save_model(LinearRegression())
    assert 50 < inspect(folder, trusted=["sklearn.linear_model"]) < 2000


def test_what_is_not_trusted_is_never_called(save_model: SaveModel, tmp_path: Path) -> None:
    """A pickle that runs a command is refused for the command's name, before it runs."""
    sign = tmp_path / "sign"
    folder = save_model(Poison(os.system, f"touch {sign}"))
    with pytest.raises(UnusableModelError, match=r"it unpickles posix\.system, which the project doesn't"):
        inspect(folder, trusted=["sklearn"])
    assert not sign.exists()


def test_good_data_is_unharmed(save_model: SaveModel, tmp_path: Path) -> None:
    """A pickle that writes with means that are trusted can't reach a file."""
    data = tmp_path / "data.npy"
    data.write_text("good data")
    folder = save_model(Poison(np.save, str(data), np.zeros(3)))
    with pytest.raises(UnusableModelError, match=f"it writes to {data}"):
        inspect(folder, trusted=SAVING)
    assert data.read_text() == "good data"


def test_ending_the_process_is_no_success(save_model: SaveModel) -> None:
    """A pickle that ends the process as if all were well is told from one that was loaded."""
    with pytest.raises(UnusableModelError, match="it ended the process that loaded it, with status 0"):
        inspect(save_model(Poison(os._exit, 0)), trusted=["posix._exit"])


def test_sleeping_model_is_ended(save_model: SaveModel) -> None:
    """A pickle that doesn't come to an end is not waited for."""
    with pytest.raises(UnusableModelError, match="it was not loaded after 4 seconds"):
        inspect(save_model(Poison(time.sleep, 600)), trusted=["time.sleep"], patience=4)


def test_too_large_model_is_refused(save_model: SaveModel) -> None:
    """A pickle that asks for more memory than there should be fails, and this process doesn't."""
    with pytest.raises(UnusableModelError, match=r"MemoryError"):
        inspect(save_model(Poison(bytearray, 2**40)), trusted=["builtins.bytearray"])


@pytest.mark.parametrize(
    ("mlmodel", "reason"),
    [
        (MLMODEL.replace("{loader", "{code: code, loader"), "it brings code of its own"),
        (MLMODEL.replace("mlflow.sklearn", "os"), "it is loaded by os, which isn't MLflow's"),
        ("flavors: {sklearn: {pickled_model: model.pkl}}", "it has no python_function"),
        ("no model", "its MLmodel can't be read"),
        (None, "its MLmodel can't be read"),
    ],
)
def test_what_runs_by_itself_is_refused(save_model: SaveModel, mlmodel: str | None, reason: str) -> None:
    """Modules and scripts beside the model, or an unknown loader, aren't even tried."""
    folder = save_model(None)
    (folder / "MLmodel").unlink()
    if mlmodel is not None:
        (folder / "MLmodel").write_text(mlmodel)
    with pytest.raises(UnusableModelError, match=reason) as caught:
        inspect(folder, trusted=[])
    assert "\n" not in str(caught.value)


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABRICKS_TOKEN", "secret")


@pytest.mark.usefixtures("_secrets")
def test_credentials_stay_outside(save_model: SaveModel) -> None:
    """The process that loads has none of this one's credentials."""
    folder = save_model(Poison(eval, "__import__('os').environ['DATABRICKS_TOKEN']"))
    with pytest.raises(UnusableModelError, match="KeyError: 'DATABRICKS_TOKEN'"):
        inspect(folder, trusted=["builtins.eval"])
