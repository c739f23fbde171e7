"""Spark settings of a session that this engine keeps to, or refuses."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.workspace.engine.errors import UnsupportedError

_FIXED = (
    "spark.sql.catalog",
    "spark.sql.defaultcatalog",
    "spark.sail",
    "spark.databricks.delta.schema.automerge",
)
_UTC = frozenset({"etc/utc", "utc", "z", "gmt", "+00:00"})


def check_settings(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings, with UTC spelled as Sail needs it; UnsupportedError for what would be done wrong."""
    return {key: _check(key, value) for key, value in settings.items()}


def _check(key: str, value: str) -> str:
    name = key.lower()
    if name == "spark.sql.sources.partitionoverwritemode" and value.lower() == "dynamic":
        raise UnsupportedError(
            "Dynamic partition overwrite replaces the whole table in this engine: "
            "use writeTo(…).overwrite(condition)"
        )
    if name.startswith(_FIXED):
        raise UnsupportedError(f"The setting {key} can't be changed here")
    if name == "spark.sql.session.timezone" and value.lower() in _UTC:
        return "UTC"
    return value
