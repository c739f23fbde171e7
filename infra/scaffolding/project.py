"""A new ML project, made from the template; and its removal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from string import Template

from infra.constructs import naming
from infra.scaffolding.changes import Changes, RefusedError
from infra.scaffolding.names import check_known, check_new
from infra.scaffolding.settings import Files, Settings
from infra.scaffolding.yaml_text import YamlText

_TEMPLATE = Path(__file__).with_name("template")
_SUFFIX = ".template"  # so that nothing takes the template for code
_CODE = ("pipelines", "tests/pipelines")  # what holds the folder projects/ in the repository


def new_project(settings: Settings, root: Path, name: str) -> Changes:
    """A project that runs as it stands, on synthetic data, in every environment."""
    check_new("project", name, [*settings.projects, *_folders(root)])
    files = {settings.project(name): _render(_TEMPLATE / "project.yaml", name), **_code(root, name)}
    for environment in settings.environments:
        kind = "values.production.yaml" if environment == settings.production else "values.yaml"
        values = _render(_TEMPLATE / kind, name)
        files |= _appended(settings, environment, values)
    return settings.checked(files)


def remove_project(settings: Settings, root: Path, name: str, *, discard: bool) -> Changes:
    """The settings and the code without a project, its rows in environments and access matrix included.

    Settings and code that another account shares stay. Code that git doesn't have is refused to be removed,
    unless it is to be discarded.
    """
    check_known("project", name, settings.projects)
    shared = settings.is_shared(name)
    files: Files = {} if shared else {settings.project(name): None, **dict.fromkeys(_written(root, name))}
    if lost := [] if discard or shared else _uncommitted(root, name):
        raise RefusedError(
            f"git doesn't have {lost[0].relative_to(root)} as it is: commit it, or say --discard"
        )
    for environment in settings.environments:
        files |= settings.edit(settings.environment(environment), lambda text: _remove_values(text, name))
    files |= settings.edit(settings.access, lambda text: _remove_rows(text, name))
    return settings.checked(files)


def _appended(settings: Settings, environment: str, values: str) -> Files:
    path = settings.environment(environment)
    try:
        return settings.edit(path, lambda text: text.append(("projects",), values))
    except ValueError as error:
        raise RefusedError(f"{path.name}: {error}") from None


def _render(path: Path, name: str) -> str:
    template = Template(path.read_text(encoding="utf-8"))
    return template.substitute(project=name, endpoint=naming.endpoint(name, "outcome"))


def _code(root: Path, name: str) -> dict[Path, str | None]:
    """The project's modules and their tests."""
    return {
        root / place / "projects" / name / path.name.removesuffix(_SUFFIX): _render(path, name)
        for place in _CODE
        for path in sorted((_TEMPLATE / Path(place).parts[0]).glob(f"*{_SUFFIX}"))
    }


def _folders(root: Path) -> list[str]:
    """What has code already, whether or not settings name it."""
    return [path.name for place in _CODE for path in (root / place / "projects").glob("*/")]


def _written(root: Path, name: str) -> Iterator[Path]:
    """Every file of the project's code, but what Python makes of it."""
    for place in _CODE:
        for path in (root / place / "projects" / name).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _uncommitted(root: Path, name: str) -> list[Path]:
    """The files of the project that are neither in git as they are nor as they were made."""
    made = _code(root, name)
    return [
        path
        for path in _written(root, name)
        if path not in _committed(root, path.parent) and path.read_text(encoding="utf-8") != made.get(path)
    ]


def _committed(root: Path, folder: Path) -> set[Path]:
    """The files of a folder that git has as they are."""
    known, changed = _git(root, "ls-files", folder), _git(root, "ls-files", "--modified", folder)
    return known - changed


def _git(root: Path, *arguments: str | Path) -> set[Path]:
    command = ["git", "-C", str(root), *map(str, arguments)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
    return {root / line for line in finished.stdout.splitlines()}  # none where this is no checkout


def _remove_values(text: YamlText, name: str) -> YamlText:
    if name in text.names(("projects",)):
        alone = len(text.names(("projects",))) == 1
        text = text.empty(("projects",)) if alone else text.remove(("projects", name))
    for target in text.names(("snapshots",)):
        if name in text.names(("snapshots", target, "projects")):
            text = text.remove(("snapshots", target, "projects", name))
    return text


def _remove_rows(text: YamlText, name: str) -> YamlText:
    for who in text.names():
        for place in text.names((who,)):
            if place.partition("/")[2] == name:
                text = text.remove((who, place))
    return text
