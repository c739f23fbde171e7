"""The wheel of the jobs' code changes with that code and with nothing else."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from infra.config.destination import Destination
from infra.config.target import AccountAddress, S3State, State
from infra.config.wheel import Wheel
from infra.packaging import build_wheel

ADDRESS = AccountAddress(host="https://accounts.example.com", id="01234567-89ab-cdef-0123-456789abcdef")
STATE = State(s3=S3State(bucket="b", region="r", prefix="p", lock_table="t"))
CLOUD = Destination(name="cloud", account=ADDRESS, state=STATE, credentials_file=None)
LOCAL = Destination(name="local", account=ADDRESS, state=STATE, credentials_file=Path("databrickscfg"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what the wheel is built from."""
    project = Path(__file__).parents[2]
    shutil.copytree(
        project / "pipelines", tmp_path / "pipelines", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "LICENSE", ".gitignore"):
        shutil.copy(project / name, tmp_path / name)
    return tmp_path


def build(root: Path, destination: Destination = CLOUD) -> Wheel:
    """The wheel as the composition root builds it."""
    return build_wheel(root, root / "build", destination)


def test_same_code_gives_the_same_wheel(root: Path) -> None:
    """Times, tests and infrastructure do not change the hash."""
    first = build(root)
    for path in (root / "pipelines").rglob("*.py"):
        os.utime(path, (1, 1))
    (root / "tests").mkdir()
    (root / "tests" / "test_more.py").write_text("")
    (root / "infra").mkdir()
    (root / "infra" / "__init__.py").write_text("")
    assert build(root).sha256 == first.sha256


def test_other_code_gives_another_wheel(root: Path) -> None:
    """Any change of the pipelines changes the hash, and with it the path that jobs refer to."""
    first = build(root)
    with (root / "pipelines" / "__init__.py").open("a") as file:
        file.write("# changed\n")
    assert build(root).version != first.version


def test_holds_the_pipelines_alone(root: Path) -> None:
    """The wheel has the jobs' package and its entry points."""
    names = zipfile.ZipFile(build(root).path).namelist()
    assert {name.split("/")[0] for name in names} == {"pipelines", "mlops_pipelines-1.0.0.dist-info"}
    assert "mlops_pipelines-1.0.0.dist-info/entry_points.txt" in names


def test_source_is_found_where_terraform_runs(root: Path) -> None:
    """In the cloud the path is relative to a stack's folder, so that plans are the same everywhere."""
    source = build(root).source
    assert not Path(source).is_absolute()
    assert (root / "cdktf.out" / "stacks" / "prod" / source).resolve() == build(root).path.resolve()


def test_source_is_found_by_the_local_account(root: Path) -> None:
    """The local account's provider runs elsewhere and gets an absolute path."""
    assert Path(build(root, LOCAL).source).is_absolute()


def test_notebooks_stay_out(root: Path) -> None:
    """They are opened from a Git folder: a change there starts no job on another wheel."""
    notebooks = sorted((root / "pipelines" / "projects").glob("*/notebooks/[a-z]*.py"))
    assert notebooks
    before = build(root)
    assert not any("notebooks" in name for name in zipfile.ZipFile(before.path).namelist())
    notebooks[0].write_text(f"{notebooks[0].read_text()}\n# one more line\n")
    assert build(root).sha256 == before.sha256
