"""Where environments keep data: each in a place of its own, in the account's cloud, by who may make it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infra.config.access import DEPLOY, AccessMatrix, EnvironmentAccess
from infra.config.documents import Document, KeyPath
from infra.config.environment import Environment
from infra.config.problems import Problem
from infra.config.storage import CREDENTIALS, SCHEMES, Storage, is_within


def check_storage(
    document: Document,
    name: str,
    environments: Mapping[str, Environment],
    *,
    cloud: str,
    matrix: AccessMatrix,
) -> Iterator[Problem]:
    """Every storage that can't be as it is told, or that nobody would be let make."""
    environment = environments[name]
    yield from _check_apart(document, name, environments)
    if environment.storage is None:
        return
    yield from _check_cloud(document, environment.storage, cloud)
    catalog, storage = environment.catalog, environment.storage
    if catalog.exists:
        yield document.problem(("storage",), "is of a catalog that is made: this one exists, where it is")
    elif catalog.storage_root and not is_within(catalog.storage_root, storage.url):
        message = f"is not within storage.url, {storage.url}"
        yield document.problem(("catalog", "storage_root"), message)
    access = EnvironmentAccess(matrix, name, list(environment.projects))
    if "CREATE_EXTERNAL_LOCATION" not in access.metastore_grants().get(DEPLOY, ()):
        yield document.problem(("storage",), f"access.yaml must let {DEPLOY} write storage, to make it")


def _check_cloud(document: Document, storage: Storage, cloud: str) -> Iterator[Problem]:
    if not storage.url.startswith(SCHEMES[cloud]):
        yield document.problem(
            ("storage", "url"), f"the account is on {cloud}: wants a URL of {SCHEMES[cloud]}"
        )
    for other in storage.credential.clouds:
        if other != cloud:
            path: KeyPath = ("storage", "credential", CREDENTIALS[other])
            yield document.problem(path, f"the account is on {cloud}: wants {CREDENTIALS[cloud]}")


def _check_apart(document: Document, name: str, environments: Mapping[str, Environment]) -> Iterator[Problem]:
    """One environment's place inside another one's would open the one with the other's credential."""
    own = _place(environments[name])
    if own is None:
        return
    path, url = own
    for other, environment in environments.items():
        theirs = _place(environment)
        if other < name and theirs and (is_within(url, theirs[1]) or is_within(theirs[1], url)):
            yield document.problem(path, f"overlaps with the storage of {other}, {theirs[1]}")


def _place(environment: Environment) -> tuple[KeyPath, str] | None:
    if environment.storage:
        return ("storage", "url"), environment.storage.url
    root = environment.catalog.storage_root
    return (("catalog", "storage_root"), root) if root else None
