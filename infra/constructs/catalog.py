"""An environment's catalog: isolated, and seen by other workspaces only as its settings say."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.catalog import Catalog
from cdktf_cdktf_provider_databricks.workspace_binding import WorkspaceBinding
from constructs import Construct

from infra.config.environment import Catalog as Settings
from infra.constructs.storage import Storage


class IsolatedCatalog(Construct):
    """A catalog that its own workspace alone writes; others may be bound to read it.

    One that exists is used as it is: who manages it says where it is seen.

    Workspaces whose jobs bring snapshots are bound to write it; its grants let them into those alone.

    Databricks binds it to the workspace that makes it, so that binding is not declared: it
    would be removed before the catalog, which could then be destroyed by nobody.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        comment: str,
        readers: Mapping[str, float],
        writers: Mapping[str, float],
        storage: Storage | None,
    ) -> None:
        super().__init__(scope, id_)
        if settings.exists:
            self.name = settings.name
            return
        catalog = Catalog(
            self,
            "Catalog",
            name=settings.name,
            comment=comment,
            isolation_mode="ISOLATED",
            storage_root=settings.storage_root or (storage.location.url if storage else None),
            force_destroy=settings.disposable,
            depends_on=[storage.location] if storage else None,
        )
        self.name = catalog.id
        for environment, workspace_id in readers.items():
            self._bind(f"ReadOnlyIn-{environment}", workspace_id, "BINDING_TYPE_READ_ONLY")
        for environment, workspace_id in writers.items():
            self._bind(f"WrittenFrom-{environment}", workspace_id, "BINDING_TYPE_READ_WRITE")

    def _bind(self, role: str, workspace_id: float, binding_type: str) -> None:
        WorkspaceBinding(
            self,
            role,
            securable_name=self.name,
            securable_type="catalog",
            workspace_id=workspace_id,
            binding_type=binding_type,
        )
