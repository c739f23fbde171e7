"""What is refused while a model is loaded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pipelines.quarantine.child import WRITING, Guard, read_largest_size

TRUSTED = ["sklearn.pipeline", "collections.OrderedDict"]


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    """A guard that is no hook: the tests call it as the interpreter would."""
    return Guard(str(tmp_path.resolve()), TRUSTED)


@pytest.mark.parametrize(
    ("event", "values"),
    [
        ("pickle.find_class", ("sklearn.pipeline", "Pipeline")),
        ("pickle.find_class", ("collections", "OrderedDict")),
        ("open", ("/etc/hostname", "r", os.O_RDONLY)),
        ("open", (os.devnull, "w", os.O_WRONLY)),
        ("open", (3, "w", os.O_WRONLY)),
        ("import", ("sklearn", None, None, None, None)),
    ],
)
def test_loading_goes_on(guard: Guard, event: str, values: tuple[Any, ...]) -> None:
    """Trusted names, reading and imports are what loading a model is made of."""
    guard(event, values)
    assert guard.refused == []


@pytest.mark.parametrize(
    ("event", "values", "deed"),
    [
        ("pickle.find_class", ("sklearn.pipelines", "X"), "unpickles sklearn.pipelines.X, which"),
        ("pickle.find_class", ("collections", "OrderedDictionary"), "unpickles collections.OrderedDict"),
        ("open", ("/data/rows", "a", os.O_WRONLY | os.O_APPEND), "writes to /data/rows"),
        ("open", (b"/data/rows", None, os.O_CREAT), "writes to /data/rows"),
        ("os.remove", ("/data/rows", -1), "writes to /data/rows"),
        ("os.rename", ("mine", "/data/rows", -1, -1), "writes to "),
        ("socket.connect", (object(), ("10.0.0.1", 80)), "calls socket.connect"),
        ("subprocess.Popen", ("sh", ["sh"], None, None), "calls subprocess.Popen"),
        ("os.system", (b"true",), "calls os.system"),
    ],
)
def test_harm_is_refused(guard: Guard, event: str, values: tuple[Any, ...], deed: str) -> None:
    """Other names, changes of files, processes and connections are refused, and remembered."""
    with pytest.raises(PermissionError, match=deed):
        guard(event, values)
    assert len(guard.refused) == 1


def test_scratch_may_be_written(guard: Guard, tmp_path: Path) -> None:
    """The scratch folder is writable, a link out of it is not, nor is one that only begins like it."""
    guard("open", (str(tmp_path / "notes"), "w", WRITING))
    (tmp_path / "out").symlink_to("/data")
    for path in (tmp_path / "out" / "rows", f"{tmp_path}-other"):
        with pytest.raises(PermissionError):
            guard("open", (str(path), "w", WRITING))


def test_size_is_of_this_process() -> None:
    """A process has some megabytes."""
    assert read_largest_size() > 10
