"""New ML projects: settings and code that hold up, and a removal that leaves nothing and loses nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from infra.scaffolding.changes import RefusedError
from infra.scaffolding.environment import new_environment
from infra.scaffolding.project import new_project, remove_project
from infra.scaffolding.settings import Settings
from tests.infra.conftest import EnvironmentFiles
from tests.infra.scaffolding.contents import contents

ROOT = Path(__file__).parents[3]
PLACES = ("pipelines/projects", "tests/pipelines/projects")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with the pipelines' code and tests and nothing else, all of it committed."""
    root = tmp_path / "checkout"
    for place in ("pipelines", "tests/pipelines"):
        shutil.copytree(ROOT / place, root / place, ignore=shutil.ignore_patterns("__pycache__"))
    git(root, "init", "--quiet")
    commit(root)
    return root


def git(root: Path, *words: str) -> None:
    """Run git in a checkout."""
    author = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    command = ["git", "-C", str(root), *author, *words]
    subprocess.run(command, check=True)


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=test")


def new(files: EnvironmentFiles, root: Path, name: str = "churn") -> None:
    """Make a project."""
    new_project(Settings.load(files.folder), root, name).make()


def remove(files: EnvironmentFiles, root: Path, name: str = "churn", *, discard: bool = False) -> None:
    """Remove a project."""
    remove_project(Settings.load(files.folder), root, name, discard=discard).make()


def test_every_environment_has_it(files: EnvironmentFiles, root: Path) -> None:
    """It has the jobs, the monitors and the alerts that flights has, and production's own schedules."""
    new(files, root)
    settings = files.load()
    churn, flights = settings.projects["churn"], settings.projects["flights"]
    assert churn.jobs.keys() == flights.jobs.keys()
    assert churn.alerts.model_fields_set == flights.alerts.model_fields_set
    for name, environment in settings.environments.items():
        assert list(environment.projects) == ["flights", "churn"], name
    schedules = {
        name: [job for job, values in environment.projects["churn"].jobs.items() if values.schedule]
        for name, environment in settings.environments.items()
    }
    assert schedules == {"dev": [], "staging": [], "prod": ["training", "monitoring"]}


def test_its_code_passes_the_linter_as_it_stands(files: EnvironmentFiles, root: Path) -> None:
    """The longest name that is allowed breaks no line's length; the types are checked with the whole."""
    name = "c" * 30
    new(files, root, name)
    shutil.copy(ROOT / "pyproject.toml", root)
    for words in (("check",), ("format", "--check")):
        command = [sys.executable, "-m", "ruff", *words, "--no-cache", "--output-format=concise", *PLACES]
        finished = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
        assert finished.returncode == 0, finished.stdout + finished.stderr


def test_removal_leaves_nothing(files: EnvironmentFiles, root: Path) -> None:
    """Settings and code are as before, byte by byte, though Python has compiled the code meanwhile."""
    before, code = contents(files.folder), contents(root)
    new(files, root)
    compiled = root / "pipelines/projects/churn/__pycache__"
    compiled.mkdir()
    (compiled / "source.cpython-311.pyc").write_bytes(b"")
    remove(files, root)
    assert contents(files.folder) == before
    assert contents(root) == code
    assert not (root / "pipelines/projects/churn").exists()


def test_removal_takes_what_names_it(files: EnvironmentFiles, root: Path) -> None:
    """Rows of the matrix about it alone go, too; an environment may be left without projects."""
    new(files, root)
    files.replace(
        "access.yaml",
        "run-dev:  # dev's",
        "run-staging:\n  prod/churn:\n    read: [models]\n\nrun-dev:  # dev's",
    )
    assert files.load().access("prod").schema_grants("churn")["run-staging"]
    new_environment(Settings.load(files.folder), "qa", "staging").make()
    text = (files.folder / "qa.yaml").read_text()
    flights = text[text.index("  flights:") : text.index("  # Its records")]
    (files.folder / "qa.yaml").write_text(text.replace(flights, ""))
    remove(files, root)
    settings = files.load()
    assert settings.environments["qa"].projects == {}
    assert "run-staging" not in settings.matrix.root
    new(files, root)
    assert list(files.load().environments["qa"].projects) == ["churn"]


def test_removal_loses_no_work(files: EnvironmentFiles, root: Path) -> None:
    """Code that was changed is removed only once git has it, or when it is to be discarded."""
    new(files, root)
    source = root / "pipelines/projects/churn/source.py"
    source.write_text(f"{source.read_text()}\n# real records\n")
    with pytest.raises(RefusedError, match=r"git doesn't have pipelines/projects/churn/source\.py as it is"):
        remove(files, root)
    assert source.exists()
    commit(root)
    remove(files, root)
    assert not source.exists()
    new(files, root)
    source.write_text("# not to be kept\n")
    remove(files, root, discard=True)
    assert not source.exists()


def test_accounts_share_a_project(files: EnvironmentFiles, root: Path, tmp_path: Path) -> None:
    """Removed from one account it stays with the other; removed from both it is gone."""
    projects = tmp_path / "shared"
    (files.folder / "projects").rename(projects)
    files.replace("account.yaml", "cloud: aws\n", "cloud: aws\nprojects: ../shared\n")
    other = EnvironmentFiles(shutil.copytree(files.folder, tmp_path / "other"), files.credentials)
    new(files, root)
    assert (projects / "churn.yaml").exists()
    values = (files.folder / "dev.yaml").read_text()
    (other.folder / "dev.yaml").write_text(values)
    remove(files, root)
    assert (projects / "churn.yaml").exists()
    assert (root / "pipelines/projects/churn").exists()
    assert all("churn" not in item.projects for item in files.load().environments.values())
    remove(other, root)
    assert not (projects / "churn.yaml").exists()
    assert not (root / "pipelines/projects/churn").exists()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("flights", "the project flights is there already"),
        ("Churn", "'Churn' can't name a project; wants up to 30 lower case letters, digits, _"),
        ("c" * 31, f"{'c' * 31!r} can't name a project; wants up to 30 lower case letters, digits, _"),
        ("class", "'class' can't name a project: it means something else"),
        ("every", "'every' can't name a project: it means something else"),
    ],
)
def test_what_can_not_be_made_is_one_line(
    files: EnvironmentFiles, root: Path, name: str, problem: str
) -> None:
    """And nothing is written."""
    before, code = contents(files.folder), contents(root)
    with pytest.raises(RefusedError) as raised:
        new(files, root, name)
    assert str(raised.value) == problem
    assert (contents(files.folder), contents(root)) == (before, code)


def test_projects_in_braces_are_not_touched(files: EnvironmentFiles, root: Path) -> None:
    """What can't be edited in its form is told before anything is written."""
    text = (files.folder / "dev.yaml").read_text()
    values = yaml.safe_dump(yaml.safe_load(text)["projects"], default_flow_style=True, width=1000)
    (files.folder / "dev.yaml").write_text(f"{text[: text.index('projects:')]}projects: {values}")
    before = contents(files.folder)
    with pytest.raises(RefusedError, match=r"^dev\.yaml: projects is in braces; write an entry a line$"):
        new(files, root)
    assert contents(files.folder) == before
