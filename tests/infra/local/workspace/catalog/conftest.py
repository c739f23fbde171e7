"""Fixtures of the catalog's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.catalog.granting import grant_create_catalog
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

_numbers = count(1)


@pytest.fixture(scope="module")
def lakehouse(local_account: LocalAccount) -> Lakehouse:
    """Two workspaces on one metastore; the deployer may create catalogs."""
    made = Lakehouse(local_account)
    grant_create_catalog(made, "deployer")
    return made


@pytest.fixture
def make_catalog(lakehouse: Lakehouse) -> Iterator[Callable[[], str]]:
    """Makes catalogs of the deployer's with a schema `flights`, and drops them afterwards."""
    client = lakehouse.client("deployer")
    made: list[str] = []

    def make() -> str:
        name = f"c{next(_numbers)}"
        client.catalogs.create(name)
        made.append(name)
        client.schemas.create("flights", name)
        return name

    yield make
    for name in made:
        client.catalogs.delete(name, force=True)
