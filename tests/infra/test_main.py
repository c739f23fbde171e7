"""`python -m infra`: the target is told first, and wrong settings are lines without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.infra.conftest import ACCOUNT_ID, PROFILES, copy_files

PROJECT = Path(__file__).parents[2]


def run(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which writes to a folder of the test's."""
    environment = {
        **os.environ,
        "DATABRICKS_CONFIG_FILE": str(folder / "databrickscfg"),
        "CDKTF_OUTDIR": str(folder / "cdktf.out"),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "infra"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_synthesizes_and_tells_the_target_first(tmp_path: Path) -> None:
    """One line says where the stacks would go, then they are written."""
    (tmp_path / "databrickscfg").write_text(PROFILES)
    finished = run(tmp_path, TARGET="local")
    assert finished.returncode == 0, finished.stderr
    first = finished.stderr.splitlines()[0]
    assert first == f"Target local: account {ACCOUNT_ID} at http://127.0.0.1:8000"
    names = {path.name for path in (tmp_path / "cdktf.out" / "stacks").iterdir()}
    assert names == {"account", "dev", "staging", "prod"}


def test_wrong_settings_are_told_and_nothing_is_written(tmp_path: Path) -> None:
    """The only output are the problems, and the exit status is 1."""
    finished = run(tmp_path, TARGET="local")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("infra/environments/targets.yaml:")
    assert "is missing; `make local` starts the local account" in line
    assert not (tmp_path / "cdktf.out").exists()


def test_settings_are_of_the_folder_that_is_named(tmp_path: Path) -> None:
    """SETTINGS names the folder; one that has no settings is told by its first missing file."""
    finished = run(tmp_path, TARGET="local", SETTINGS=str(tmp_path))
    assert finished.returncode == 1
    assert f"{tmp_path}/targets.yaml: the file is missing" in finished.stderr


def test_a_broken_policy_stops_every_command(tmp_path: Path) -> None:
    """What breaks a policy is told by its name, with who could do what; cdktf goes no further."""
    files = copy_files(tmp_path)
    files.replace("access.yaml", "    read: [models]\n\nretrain:", "    write: [data]\n\nretrain:")
    finished = run(tmp_path, TARGET="local", SETTINGS=str(files.folder))
    assert finished.returncode == 1
    told = [line for line in finished.stderr.splitlines() if line.startswith("policy ")]
    assert told
    assert all(line.startswith("policy production_is_changed_by_its_owners: prod: ") for line in told)
    assert "run-dev could MODIFY prod.flights: USE_SCHEMA, SELECT, MODIFY on schema prod.flights" in told[0]
