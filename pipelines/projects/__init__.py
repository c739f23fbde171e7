"""The ML projects, one folder each, found by name."""

import importlib
import pkgutil

from pipelines.errors import PipelineError
from pipelines.project import Project


def names() -> tuple[str, ...]:
    """Return the names of all projects."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


def find(name: str) -> Project:
    """Return the project of a name.

    Raises PipelineError, naming the known ones, when there is none.
    """
    if name not in names():
        raise PipelineError(f"unknown project {name!r} (known: {', '.join(names())})")
    project = importlib.import_module(f"pipelines.projects.{name}").PROJECT
    if not isinstance(project, Project):
        raise PipelineError(f"pipelines.projects.{name}.PROJECT is no Project")
    return project
