"""`system.serving.served_entities`: every entity that was ever served, by the id that rows are logged with.

The serving API does not tell these ids: on Databricks, too, this table is the way from a logged request
to the model version that answered it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

import pyarrow as pa
from deltalake.exceptions import DeltaError

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine import delta
from infra.local.workspace.errors import UnavailableError
from infra.local.workspace.store import Document

TABLE = "system.serving.served_entities"
_TEXTS = (
    ("served_entity_id", "Id of the served entity"),
    ("account_id", "The account"),
    ("workspace_id", "The endpoint's workspace"),
    ("created_by", "Who configured it"),
    ("endpoint_name", "Name of the endpoint"),
    ("endpoint_id", "Id of the endpoint"),
    ("served_entity_name", "Name of the served entity in its endpoint"),
    ("entity_type", "CUSTOM_MODEL"),
    ("entity_name", "Full name of the model"),
    ("entity_version", "Version of the model"),
)
_COLUMNS = (
    *((name, "string", pa.string(), comment) for name, comment in _TEXTS),
    ("endpoint_config_version", "int", pa.int32(), "Version of the endpoint's configuration"),
    ("change_time", "timestamp", pa.timestamp("us", "UTC"), "When this was configured"),
    ("endpoint_delete_time", "timestamp", pa.timestamp("us", "UTC"), "When the endpoint was deleted"),
)
_SCHEMA = pa.schema([(name, kind) for name, _, kind, _ in _COLUMNS])
_SAME = ("name", "entity_name", "entity_version", "environment_vars")


class ServedEntities:
    """Writes a row at each change, and never takes one away."""

    def __init__(self, catalog: UnityCatalog, *, account_id: str) -> None:
        self._catalog = catalog
        self._account_id = account_id

    def start(self) -> None:
        """Have the table."""
        columns: list[Document] = [
            {"name": name, "type_text": type_text, "comment": comment}
            for name, type_text, _, comment in _COLUMNS
        ]
        made = self._catalog.system.keep(TABLE, columns, "What serving endpoints serve, and have served")
        delta.write_empty(self._catalog.table_location(TABLE), made)

    def record(self, endpoint: Document, config: Document, *, is_deleted: bool = False) -> None:
        """Tell what a config serves from now on, or what a deleted endpoint served last.

        UnavailableError where that can't be written.
        """
        now = datetime.now(UTC)
        rows = [
            {
                "served_entity_id": entity["id"],
                "account_id": self._account_id,
                "workspace_id": str(endpoint["workspace_id"]),
                "created_by": entity["creator"],
                "endpoint_name": endpoint["name"],
                "endpoint_id": endpoint["id"],
                "served_entity_name": entity["name"],
                "entity_type": "CUSTOM_MODEL",
                "entity_name": entity["entity_name"],
                "entity_version": entity["entity_version"],
                "endpoint_config_version": config["config_version"],
                "change_time": now,
                "endpoint_delete_time": now if is_deleted else None,
            }
            for entity in config["served_entities"]
        ]
        try:
            delta.append(self._catalog.table_location(TABLE), pa.Table.from_pylist(rows, schema=_SCHEMA))
        except (DeltaError, OSError) as error:
            raise UnavailableError(f"{TABLE} can't be written: {error}") from error


def identify(entities: Iterable[Document], before: Iterable[Document]) -> list[Document]:
    """The entities with their ids: that of before for one that goes on being the same, or a new one."""
    known = {_key(entity): entity["id"] for entity in before if entity.get("id")}
    return [{**entity, "id": known.get(_key(entity)) or uuid.uuid4().hex} for entity in entities]


def _key(entity: Document) -> str:
    return repr([entity.get(name) for name in _SAME])
