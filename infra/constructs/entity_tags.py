"""Tags that say what data is: of catalogs, schemas and tables, for those who search and govern it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cdktf_cdktf_provider_databricks.entity_tag_assignment import EntityTagAssignment
from constructs import Construct

EntityType = Literal["catalogs", "schemas", "tables"]


class EntityTags(Construct):
    """All tags that settings give one securable; tags that people give it are left alone."""

    def __init__(
        self, scope: Construct, id_: str, *, entity_type: EntityType, entity: str, tags: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id_)
        for key, value in tags.items():
            EntityTagAssignment(
                self, key, entity_type=entity_type, entity_name=entity, tag_key=key, tag_value=value
            )
