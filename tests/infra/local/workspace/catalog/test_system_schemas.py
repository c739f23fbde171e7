"""Schemas of the catalog `system`, through databricks-sdk: there once the metastore's admin enables them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from databricks.sdk import errors

from tests.infra.local.workspace.catalog.granting import grant, metastore_admin
from tests.infra.local.workspace.catalog.lakehouse import Lakehouse


def test_is_there_once_it_is_enabled(lakehouse: Lakehouse) -> None:
    """Before, nobody can be granted anything on it; afterwards it can be granted, and disabled again."""
    who, metastore_id = lakehouse.name("deployer"), lakehouse.metastore_id
    with metastore_admin(lakehouse) as admin:
        assert [(each.schema, each.state) for each in admin.system_schemas.list(metastore_id)] == [
            ("access", "AVAILABLE"),
            ("serving", "AVAILABLE"),
        ]
        with pytest.raises(errors.NotFound):
            grant(admin, "schema", "system.serving", who, "USE_SCHEMA")
        admin.system_schemas.enable(metastore_id, "serving")
        with pytest.raises(errors.ResourceConflict):
            admin.system_schemas.enable(metastore_id, "serving")
        grant(admin, "schema", "system.serving", who, "USE_SCHEMA")
        admin.system_schemas.disable(metastore_id, "serving")
        assert [each.state for each in admin.system_schemas.list(metastore_id)] == ["AVAILABLE"] * 2


def test_all_are_enabled_at_once(lakehouse: Lakehouse) -> None:
    """Terraform enables several at a time: none of them gets lost."""
    with metastore_admin(lakehouse) as admin, ThreadPoolExecutor() as pool:
        for _ in range(20):
            names = [str(each.schema) for each in admin.system_schemas.list(lakehouse.metastore_id)]
            for change in (admin.system_schemas.enable, admin.system_schemas.disable):
                list(pool.map(partial(change, lakehouse.metastore_id), names))
                states = {each.state for each in admin.system_schemas.list(lakehouse.metastore_id)}
                assert len(states) == 1, "all were changed"


def test_only_what_is_kept_can_be_enabled(lakehouse: Lakehouse) -> None:
    """A schema that this account keeps no tables for is said to be missing, not pretended."""
    with (
        metastore_admin(lakehouse) as admin,
        pytest.raises(errors.NotImplemented, match="only access, serving"),
    ):
        admin.system_schemas.enable(lakehouse.metastore_id, "billing")


def test_is_the_metastore_admin_s_to_enable(lakehouse: Lakehouse) -> None:
    """Nobody else enables or lists them."""
    client = lakehouse.client("deployer")
    with pytest.raises(errors.PermissionDenied):
        client.system_schemas.enable(lakehouse.metastore_id, "serving")
    with pytest.raises(errors.PermissionDenied):
        list(client.system_schemas.list(lakehouse.metastore_id))
