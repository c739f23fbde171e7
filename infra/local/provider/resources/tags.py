"""databricks_entity_tag_assignment: tags of Unity Catalog's securables."""

# ruff: noqa: D102 - Resource says what each of its methods does

from __future__ import annotations

from infra.local.provider.client import segment
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.resources.mapping import decode, encode

_TAGS = "/api/2.1/unity-catalog/entity-tag-assignments"
_SENT = {"entity_name", "entity_type", "tag_key", "tag_value"}


class EntityTagAssignment(Resource):
    """A tag, imported as `<entity type>,<entity name>,<key>`."""

    type_name = "databricks_entity_tag_assignment"

    def create(self, call: Call) -> str:
        return str(call.api.post(_TAGS, encode(call.block, call.values, only=_SENT))["tag_key"])

    def read(self, call: Call) -> Element | None:
        answer = call.api.find(_path(call))
        return None if answer is None else decode(call.block, answer)

    def update(self, call: Call) -> str:
        body = encode(call.block, call.values, only=_SENT)
        call.api.call("PATCH", _path(call), body=body, query={"update_mask": "tag_value"})
        return call.id

    def delete(self, call: Call) -> None:
        call.api.call("DELETE", _path(call))

    def import_state(self, id_: str) -> Element:
        parts = id_.split(",")
        if len(parts) != 3:
            message = f"{id_} is not of the form entity_type,entity_name,tag_key"
            raise InvalidError(message)
        return dict(zip(("entity_type", "entity_name", "tag_key"), parts, strict=True))


def _path(call: Call) -> str:
    values = call.values
    entity = f"{segment(str(values['entity_type']))}/{segment(str(values['entity_name']))}"
    return f"{_TAGS}/{entity}/tags/{segment(call.id)}"


RESOURCES: tuple[Resource, ...] = (EntityTagAssignment(),)
