"""The account that this run deploys to: the chosen target with its address looked up."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.config.documents import Document, Plain, read_document
from infra.config.problems import ConfigurationError, Problem, unknown
from infra.config.process import Process
from infra.config.target import AccountAddress, Repository, State, Target
from infra.config.validation import validate

ACCOUNT_STACK = "account"
_HOOK = "hook-"  # profiles of this prefix say where an environment's retraining hook answers


@dataclass(frozen=True)
class Destination:
    """Where the stacks go, who they go as, and where their state is kept."""

    name: str
    account: AccountAddress
    state: State
    credentials_file: Path | None
    repository: Repository | None = None
    hooks: Mapping[str, str] = field(default_factory=dict)  # by environment, instead of its YAML's

    def hook(self, environment: str, declared: str | None) -> str | None:
        """Where an environment's retraining hook answers; None where it declares none."""
        return declared and self.hooks.get(environment, declared)

    def profile(self, stack: str) -> str | None:
        """The profile that a stack's provider takes its credentials from, if from a file."""
        return stack if self.credentials_file else None


def choose_destination(folder: Path, process: Process) -> Destination:
    """The target that the process names; ConfigurationError where it is unknown or incomplete."""
    document = read_document(folder / "targets.yaml")
    names = list(document.data) if isinstance(document.data, dict) else []
    if process.target not in names:
        message = unknown(f"target {process.target}, chosen by the variable TARGET", process.target, names)
        raise ConfigurationError([document.problem((), message)])
    part = document.part(process.target)
    target = validate(Target, part)
    if target.account:
        return Destination(process.target, target.account, target.state, None, target.repository)
    return _profiled(target, process, part)


def _profiled(target: Target, process: Process, document: Document) -> Destination:
    path = (process.credentials_file or Path(str(target.credentials_file))).absolute()
    if not path.is_file():
        message = f"{path} is missing; `make local` starts the local account and writes it"
        raise ConfigurationError([document.problem(("credentials_file",), message)])
    profiles = _read_profiles(path)
    return Destination(
        name=process.target,
        account=_account_address(path, profiles),
        state=_beside(target.state, path),
        credentials_file=path,
        repository=_cloned_from_here(target.repository),
        hooks=_hooks(profiles),
    )


def _beside(state: State, credentials: Path) -> State:
    """The state with its folder made absolute: Terraform runs elsewhere than this process."""
    if state.local is None:
        return state
    folder = credentials.parent / state.local.folder
    return state.model_copy(update={"local": state.local.model_copy(update={"folder": str(folder)})})


def _cloned_from_here(repository: Repository | None) -> Repository | None:
    """The repository with a folder's path, relative to this one, made the URL of that folder."""
    if repository is None or "://" in repository.url:
        return repository
    return repository.model_copy(update={"url": Path(repository.url).absolute().as_uri()})


def _read_profiles(path: Path) -> configparser.ConfigParser:
    profiles = configparser.ConfigParser(interpolation=None)
    try:
        profiles.read(path, encoding="utf-8")
    except configparser.Error:
        raise ConfigurationError([Problem(str(path), 0, "", "is no file of profiles")]) from None
    return profiles


def _account_address(path: Path, profiles: configparser.ConfigParser) -> AccountAddress:
    try:
        section = profiles[ACCOUNT_STACK]
        address: Plain = {"host": section["host"], "id": section["account_id"]}
    except KeyError:
        message = f"wants a profile [{ACCOUNT_STACK}] with host and account_id"
        raise ConfigurationError([Problem(str(path), 0, "", message)]) from None
    return validate(AccountAddress, Document(str(path), address))


def _hooks(profiles: configparser.ConfigParser) -> dict[str, str]:
    names = [name for name in profiles.sections() if name.startswith(_HOOK)]
    return {name.removeprefix(_HOOK): profiles[name]["host"] for name in names}
