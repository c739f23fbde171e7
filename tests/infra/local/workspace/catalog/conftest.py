"""Fixtures of the catalog's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from infra.local.workspace.catalog.names import Securable
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse

_numbers = count(1)


@pytest.fixture(scope="module")
def lakehouse(local_account: LocalAccount) -> Lakehouse:
    """Two workspaces on one metastore; the deployer may create catalogs."""
    made = Lakehouse(local_account)
    deployer = made.name("deployer")
    local_account.directory.update(
        local_account.directory.get(made.ids["platform-admins"]) | {"members": [made.ids["bob@example.com"]]}
    )
    local_account.catalog.grants.change(
        made.caller("bob@example.com"),
        made.dev,
        Securable("metastore", made.metastore_id),
        [{"principal": deployer, "add": ["CREATE_CATALOG"]}],
    )
    local_account.directory.update(local_account.directory.get(made.ids["platform-admins"]) | {"members": []})
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
