"""Every table says how confidential its data is, by a tag of its own or of what it lies in."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_KEY = "data_classification"


def check(organisation: Organisation) -> Iterator[Violation]:
    """Declared tables whose tag is neither on them, nor on their schema, nor on their catalog."""
    tags = organisation.declared.of("databricks_entity_tag_assignment")
    classified = {tag.values["entity_name"] for tag in tags if tag.values["tag_key"] == _KEY}
    for item in organisation.declared.of("databricks_sql_table"):
        catalog, schema, table = (str(item.values[key]) for key in ("catalog_name", "schema_name", "name"))
        if not classified & {catalog, f"{catalog}.{schema}", f"{catalog}.{schema}.{table}"}:
            message = f"nobody can tell who may be given {catalog}.{schema}.{table}: it wants a tag {_KEY}"
            yield Violation(item, message)
