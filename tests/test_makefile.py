"""The Makefile tells what is missing before it installs anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = ("bash", "grep", "head", "sed", "expand", "make")


def run_make(target: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run a target where only the tools in one folder are to be found."""
    command = [str(shutil.which("make")), target, f"PYTHON={sys.executable}"]
    return subprocess.run(
        command, cwd=ROOT, env={"PATH": str(path)}, capture_output=True, text=True, check=False, timeout=30
    )


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with the tools that every system has, and with node and terraform of good versions."""
    for name in NEEDED:
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    fake(tmp_path, "node", "case $1 in -p) echo 22;; *) echo v22.1.0;; esac")
    fake(tmp_path, "terraform", """echo '  "terraform_version": "1.11.4",'""")
    return tmp_path


def fake(folder: Path, name: str, script: str) -> None:
    """Put a script in the place of a tool."""
    path = folder / name
    path.write_text(f"#!{shutil.which('bash')}\n{script}\n")
    path.chmod(0o755)


def test_good_tools_are_accepted(tools: Path) -> None:
    """With everything there, nothing is said."""
    finished = run_make("tools", tools)
    assert (finished.returncode, finished.stdout) == (0, ""), finished.stderr


@pytest.mark.parametrize("name", ["node", "terraform"])
def test_a_missing_tool_is_named(tools: Path, name: str) -> None:
    """One line says which tool, which version and where to get it."""
    (tools / name).unlink()
    finished = run_make("tools", tools)
    assert finished.returncode != 0
    (line,) = finished.stdout.splitlines()
    assert line.startswith(f"make: {name} is missing; get version")


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("node", "case $1 in -p) echo 18;; *) echo v18.20.0;; esac"),
        ("terraform", """echo '  "terraform_version": "1.4.6",'"""),
    ],
)
def test_an_old_tool_is_named(tools: Path, name: str, script: str) -> None:
    """So is one that is too old."""
    fake(tools, name, script)
    finished = run_make("tools", tools)
    assert finished.returncode != 0
    (line,) = finished.stdout.splitlines()
    assert "is too old; get version" in line


@pytest.mark.parametrize("name", ["java", "mvn"])
def test_slow_tests_name_what_they_miss(tools: Path, name: str) -> None:
    """Real Spark is not skipped where it can't run: one line says what is missing."""
    fake(tools, "java", "echo 'java.specification.version = 17' >&2")
    fake(tools, "mvn", "")
    assert run_make("java", tools).returncode == 0
    (tools / name).unlink()
    finished = run_make("java", tools)
    assert finished.returncode != 0
    (line,) = finished.stdout.splitlines()
    assert line.startswith(f"make: {name} is missing; ")


def test_slow_tests_name_an_old_java(tools: Path) -> None:
    """So is a Java that Spark does not run on."""
    fake(tools, "java", "echo 'java.specification.version = 11' >&2")
    fake(tools, "mvn", "")
    finished = run_make("java", tools)
    assert finished.returncode != 0
    assert "is too old; get Java 17 or newer" in finished.stdout


def test_lists_its_targets(tools: Path) -> None:
    """`make` alone says what there is."""
    finished = run_make("help", tools)
    assert {"local", "test", "check", "down", "clean"} <= {
        line.split()[0] for line in finished.stdout.splitlines()
    }
