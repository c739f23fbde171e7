"""All settings, loaded and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from infra.config.access import AccessMatrix, EnvironmentAccess
from infra.config.account import Account
from infra.config.destination import Destination, choose_destination
from infra.config.documents import Document, read_document
from infra.config.environment import Environment
from infra.config.imports import FILE as IMPORTS
from infra.config.imports import Imports
from infra.config.problems import ConfigurationError, Problem
from infra.config.process import Process
from infra.config.project import Project
from infra.config.references import Files, Loaded, check_references
from infra.config.review import FILE as REVIEW
from infra.config.review import Review
from infra.config.snapshots import Arrival
from infra.config.validation import validate
from infra.config.waivers import FILE as WAIVERS
from infra.config.waivers import Waivers
from infra.config.workspace_references import check_host

SHARED = {"account", "access", "imports", "review", "targets", "waivers"}  # the files that are no environment

Value = TypeVar("Value")
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class AllSettings:
    """What the files and the process say, typed; environments and projects by name."""

    destination: Destination
    account: Account
    environments: Mapping[str, Environment]
    projects: Mapping[str, Project]
    matrix: AccessMatrix
    matrix_document: Document = field(compare=False)  # knows the matrix's lines
    imports: Imports
    waivers: Waivers
    waivers_document: Document = field(compare=False)
    review: Review
    review_document: Document = field(compare=False)

    def access(self, environment: str) -> EnvironmentAccess:
        """Everybody's rights in an environment."""
        projects = list(self.environments[environment].projects)
        sources = {project: arrival.source for project, arrival in self.arrivals(environment).items()}
        return EnvironmentAccess(self.matrix, environment, projects, sources)

    def arrivals(self, environment: str) -> Mapping[str, Arrival]:
        """The snapshots that other environments bring into this one, by project."""
        return {
            project: Arrival(source, tables)
            for source, other in self.environments.items()
            if environment in other.snapshots
            for project, tables in other.snapshots[environment].projects.items()
        }

    def champion_catalog(self, environment: str) -> str:
        """The catalog of the Champion that an environment's new models are shown beside.

        Production's, where its catalog is seen; anywhere else the environment's own.
        """
        production = self.environments[self.account.production].catalog
        own = self.environments[environment].catalog
        return production.name if environment in production.read_only_in else own.name

    def projects_of(self, environment: str) -> Mapping[str, Project]:
        """The ML projects that an environment has."""
        return {name: self.projects[name] for name in self.environments[environment].projects}

    def hosts(self) -> list[str]:
        """Every host that is known before anything is deployed: what a deploy will talk to."""
        account = self.destination.account
        existing = {name: item.workspace.host for name, item in self.environments.items()}
        named = [f"{name} at {host}" for name, host in existing.items() if host]
        return [f"account {account.id} at {account.host}", *named]


def load_settings(process: Process | None = None) -> AllSettings:
    """The settings that the process chooses; ConfigurationError with every problem, one line each."""
    problems: list[Problem] = []
    process = process or Process.read()
    folder = process.settings
    destination = _attempt(problems, lambda: choose_destination(folder, process))
    files = _attempt(problems, lambda: load_files(folder))
    if files is None or destination is None:
        raise ConfigurationError(problems)
    if misplaced := list(_check_cloud(folder, destination, files.account.value.cloud)):
        raise ConfigurationError(misplaced)
    return AllSettings(
        destination=destination,
        account=files.account.value,
        environments={name: loaded.value for name, loaded in files.environments.items()},
        projects={name: loaded.value for name, loaded in files.projects.items()},
        matrix=files.matrix.value,
        matrix_document=files.matrix.document,
        imports=files.imports.value,
        waivers=files.waivers.value,
        waivers_document=files.waivers.document,
        review=files.review.value,
        review_document=files.review.document,
    )


def load_files(folder: Path) -> Files:
    """Every file of a folder of settings, whatever they are deployed to; ConfigurationError as above."""
    problems: list[Problem] = []
    environments = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in SHARED]
    account = _attempt(problems, lambda: _load(Account, folder / "account.yaml"))
    matrix = _attempt(problems, lambda: _load(AccessMatrix, folder / "access.yaml"))
    loaded_environments = _load_each(problems, Environment, environments)
    projects = folder / account.value.projects if account else folder
    loaded_projects = _load_each(problems, Project, sorted(projects.glob("*.yaml")) if account else [])
    imports = _attempt(problems, lambda: _load_optional(Imports, folder / IMPORTS))
    waivers = _attempt(problems, lambda: _load_optional(Waivers, folder / WAIVERS))
    review = _attempt(problems, lambda: _load_optional(Review, folder / REVIEW))
    if not (account and matrix and imports and waivers and review) or problems:
        raise ConfigurationError(problems)
    files = Files(account, matrix, loaded_environments, loaded_projects, imports, waivers, review)
    if broken := check_references(files):
        raise ConfigurationError(broken)
    return files


def _check_cloud(folder: Path, destination: Destination, cloud: str) -> Iterator[Problem]:
    """The account that is deployed to is on the cloud that its settings are for; anything may be local."""
    if destination.credentials_file is None:
        document = read_document(folder / "targets.yaml").part(destination.name)
        yield from check_host(document, ("account", "host"), destination.account.host, cloud)


def _load(model: type[Model], path: Path) -> Loaded[Model]:
    document = read_document(path)
    return Loaded(validate(model, document), document)


def _load_optional(model: type[Model], path: Path) -> Loaded[Model]:
    """A file's content; nothing, where there is no such file."""
    return _load(model, path) if path.exists() else Loaded(model.model_validate({}), Document(path.name, {}))


def _load_each(problems: list[Problem], model: type[Model], paths: list[Path]) -> dict[str, Loaded[Model]]:
    loaded = {path.stem: _attempt(problems, partial(_load, model, path)) for path in paths}
    return {name: item for name, item in loaded.items() if item is not None}


def _attempt(problems: list[Problem], load: Callable[[], Value]) -> Value | None:
    """What is loaded, or None with what is wrong added to the problems: they are told together."""
    try:
        return load()
    except ConfigurationError as error:
        problems.extend(error.problems)
        return None
