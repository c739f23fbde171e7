"""What Unity Catalog's grants are on."""

from __future__ import annotations

# The attributes of databricks_grant that name a securable, one at a time.
SECURABLES = (
    "catalog",
    "schema",
    "table",
    "volume",
    "model",
    "metastore",
    "external_location",
    "storage_credential",
)
