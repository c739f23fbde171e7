"""A catalog is its environment's alone."""

from __future__ import annotations

import pytest

from infra.config.environment import Catalog
from infra.config.storage import Credential, Storage
from infra.constructs.catalog import IsolatedCatalog
from infra.constructs.storage import Storage as StorageConstruct
from tests.infra.synthesis import Synthesized, synthesize


def catalog(
    settings: Catalog,
    readers: dict[str, float],
    writers: dict[str, float] | None = None,
    storage: Storage | None = None,
) -> Synthesized:
    """A catalog with these settings."""
    return synthesize(
        lambda stack: IsolatedCatalog(
            stack,
            "Catalog",
            settings=settings,
            comment="",
            readers=readers,
            writers=writers or {},
            storage=StorageConstruct(stack, "Storage", name="lab", settings=storage) if storage else None,
        )
    )


def test_others_may_only_read() -> None:
    """A reader's workspace is bound read-only; the catalog's own is bound by Databricks."""
    made = catalog(Catalog(name="prod"), {"dev": 7.0})
    assert made.one("catalog")["isolation_mode"] == "ISOLATED"
    (binding,) = made.all("workspace_binding")
    assert binding["workspace_id"] == 7
    assert binding["binding_type"] == "BINDING_TYPE_READ_ONLY"


def test_who_brings_snapshots_may_write() -> None:
    """The workspace whose job fills the snapshots is bound to write."""
    (binding,) = catalog(Catalog(name="dev"), {}, {"prod": 9.0}).all("workspace_binding")
    assert binding["workspace_id"] == 9
    assert binding["binding_type"] == "BINDING_TYPE_READ_WRITE"


@pytest.mark.parametrize("disposable", [True, False])
def test_only_disposable_catalogs_take_their_content_along(*, disposable: bool) -> None:
    """Destroying a catalog that people may have left something in fails unless it is disposable."""
    made = catalog(Catalog(name="lab", disposable=disposable), {})
    assert made.one("catalog")["force_destroy"] is disposable


def test_storage_is_the_metastore_s_unless_it_is_said() -> None:
    """A catalog's files are where its settings say."""
    assert "storage_root" not in catalog(Catalog(name="lab"), {}).one("catalog")
    made = catalog(Catalog(name="lab", storage_root="s3://lab"), {})
    assert made.one("catalog")["storage_root"] == "s3://lab"


def test_a_storage_of_its_own_holds_the_catalog() -> None:
    """The catalog is at the location's root, or where in it the settings say, and made after it."""
    storage = Storage(url="s3://lab/unity", credential=Credential(exists=True, name="key"))
    whole = catalog(Catalog(name="lab"), {}, storage=storage)
    assert whole.one("catalog")["storage_root"] == "s3://lab/unity"
    assert whole.one("external_location")["url"] == "s3://lab/unity"
    part = catalog(Catalog(name="lab", storage_root="s3://lab/unity/part"), {}, storage=storage)
    assert part.one("catalog")["storage_root"] == "s3://lab/unity/part"
    (after,) = part.one("catalog")["depends_on"]
    assert after.startswith("databricks_external_location.")
