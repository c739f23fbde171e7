"""What a name means in one session: temporary views, the current catalog and schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.local.workspace.catalog.names import SYSTEM_CATALOG
from infra.local.workspace.engine.errors import TableNotFoundError, UnsupportedError
from infra.local.workspace.engine.identifiers import is_plain
from infra.local.workspace.engine.sail import OWN_CATALOG, SYSTEM_ALIAS

_RESERVED = frozenset({OWN_CATALOG, "spark_catalog", "hive_metastore", "global_temp"})


@dataclass
class Namespace:
    """Names of one session; the engine itself is only ever told full names and temporary views."""

    catalog: str | None = None
    schema: str | None = None
    views: dict[str, frozenset[str]] = field(default_factory=dict)
    table_functions: set[str] = field(default_factory=set)

    def view(self, parts: tuple[str, ...]) -> frozenset[str] | None:
        """The tables behind a temporary view; None where the name is of none."""
        return self.views.get(parts[0].lower()) if len(parts) == 1 else None

    def table(self, parts: tuple[str, ...]) -> str:
        """The full name of a table in lower case."""
        shown = ".".join(parts)
        if not all(is_plain(part) for part in parts):
            raise UnsupportedError(f"{shown}: files are not read or written by path, only tables by name")
        if len(parts) > 3:
            raise TableNotFoundError.of(shown)
        full = (*self._missing(len(parts), shown), *(part.lower() for part in parts))
        if full[0] == SYSTEM_ALIAS:  # in the text of a statement that a client asks rows of
            full = (SYSTEM_CATALOG, *full[1:])
        if full[0] in _RESERVED or full[1] == "global_temp":
            raise TableNotFoundError.of(shown)
        return ".".join(full)

    def schema_name(self, parts: tuple[str, ...]) -> str:
        """The full name of a schema in lower case."""
        if len(parts) == 1 and self.catalog:
            return f"{self.catalog}.{parts[0].lower()}"
        if len(parts) != 2 or parts[0].lower() in {*_RESERVED, SYSTEM_ALIAS}:
            raise TableNotFoundError.of(".".join(parts))
        return ".".join(parts).lower()

    def _missing(self, given: int, shown: str) -> tuple[str, ...]:
        if given == 3:
            return ()
        found = (self.catalog,) if given == 2 else (self.catalog, self.schema)
        names = tuple(name for name in found if name)
        if len(names) + given != 3:
            raise TableNotFoundError(
                f"The table or view {shown} cannot be found: there is no such temporary view, and a table "
                "needs its full name catalog.schema.table (or USE first)."
            )
        return names


@dataclass
class Access:
    """What a plan or statement needs: privileges by securable, and the views it makes."""

    needs: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def read(self, table: str) -> None:
        """Note that a table's rows are read."""
        self.needs[("SELECT", "table", table)] = None

    def write(self, table: str) -> None:
        """Note that a table's rows are changed."""
        self.needs[("MODIFY", "table", table)] = None

    @property
    def tables_read(self) -> frozenset[str]:
        """The full names of the tables that are read."""
        return frozenset(name for privilege, _, name in self.needs if privilege == "SELECT")


def copy_with(views: Mapping[str, frozenset[str]], namespace: Namespace) -> Namespace:
    """The namespace with further names in front, e.g. of frames given to `spark.sql`."""
    return Namespace(
        namespace.catalog, namespace.schema, {**namespace.views, **views}, namespace.table_functions
    )
