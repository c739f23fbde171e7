"""Fixtures of the serving endpoints' tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from databricks.sdk.service.workspace import AclPermission

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.mlflow.accounts import furnish
from tests.infra.local.workspace.mlflow.studio import Studio
from tests.infra.local.workspace.serving.requests import MODEL, serve
from tests.infra.local.workspace.sql.warehouse import Warehouse

_numbers = count(1)


@pytest.fixture(scope="package")
def local_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAccount]:
    """One account for all tests here."""
    account = LocalAccount(tmp_path_factory.mktemp("account"))
    account.start()
    account.mlflow.start()
    yield account
    account.stop()


@pytest.fixture(scope="package")
def studio(local_account: LocalAccount) -> Studio:
    """A model whose version 1 predicts 1, whose version 2 predicts 2 slowly, and whose 3 can't be loaded."""
    made = furnish(local_account)
    secrets = made.sdk("deployer").secrets
    secrets.create_scope("words")
    secrets.put_secret("words", "greeting", string_value="hello")
    secrets.put_acl("words", "alice@example.com", AclPermission.READ)
    for config in ({"value": 1.0}, {"value": 2.0, "seconds": 0.1}, {"value": 3.0, "broken": True}):
        made.new_version(MODEL, **config)
    return made


@pytest.fixture(scope="package")
def warehouse(studio: Studio) -> Warehouse:
    """A warehouse of the deployer's."""
    client = studio.sdk("deployer")
    created = client.warehouses.create(name="readers", cluster_size="2X-Small", max_num_clusters=1).result()
    return Warehouse(client, created.id or "")


@pytest.fixture(scope="package")
def _served(studio: Studio) -> str:
    endpoints = studio.sdk("deployer").serving_endpoints
    endpoints.create_and_wait("delays")
    return "delays"


@pytest.fixture
def endpoint(studio: Studio, _served: str) -> str:
    """An endpoint of the deployer's, the same for all tests, that serves version 1."""
    serve(studio.sdk("deployer"), _served, {1: 100})
    return _served


@pytest.fixture
def make_endpoint(studio: Studio) -> Iterator[Callable[[], str]]:
    """Makes endpoints of the deployer's, without a config, and deletes them afterwards."""
    endpoints = studio.sdk("deployer").serving_endpoints
    made: list[str] = []

    def make() -> str:
        made.append(f"endpoint-{next(_numbers)}")
        endpoints.create_and_wait(made[-1])
        return made[-1]

    yield make
    for name in made:
        endpoints.delete(name)
