"""Terraform schemas from the bindings' declarations."""

from __future__ import annotations

import json
from typing import Any

from infra.local.provider.schema.bindings import Declaration, MissingBindingsError, Property, read_folders
from infra.local.provider.wire import plugin_pb2 as pb

_SCALARS = {"String": "string", "Number": "number", "Boolean": "bool"}
_GETTERS = _SCALARS | {"List": "list", "NumberList": "number list", "StringMap": "map"}
_MAPS = {"cdktf.StringMap": "string", "cdktf.NumberMap": "number", "cdktf.BooleanMap": "bool"}
_META_ARGUMENTS = {"alias"}  # cdktf's own, not the provider's


def derive_schemas() -> pb.GetProviderSchema.Response:
    """The schemas of the provider and of every resource and data source that the bindings know."""
    response = pb.GetProviderSchema.Response()
    response.server_capabilities.get_provider_schema_optional = True
    for declarations in read_folders():
        for declaration in declarations.values():
            block = _Derivation(declarations).block
            if declaration.base == "TerraformProvider":
                response.provider.block.CopyFrom(block(declaration))
            elif declaration.base == "TerraformResource":
                response.resource_schemas[declaration.type_name].block.CopyFrom(block(declaration))
            elif declaration.base == "TerraformDataSource":
                response.data_source_schemas[declaration.type_name].block.CopyFrom(block(declaration))
    if not response.resource_schemas:
        message = "the cdktf bindings carry no TypeScript to derive schemas from"
        raise MissingBindingsError(message)
    return response


class _Derivation:
    """Schemas of one type, whose classes refer to each other by name."""

    def __init__(self, declarations: dict[str, Declaration]) -> None:
        self._declarations = declarations

    def block(self, declaration: Declaration) -> pb.Schema.Block:
        block = pb.Schema.Block()
        for item in declaration.properties:
            if item.is_block and not self._is_nested_attribute(item):
                block.block_types.append(self._nested_block(item))
            elif item.name not in _META_ARGUMENTS:
                block.attributes.append(self._attribute(item))
        return block

    def _is_nested_attribute(self, item: Property) -> bool:
        # SDKv2 has no single blocks but timeouts; the plugin framework's types nest attributes
        return item.synthesized_as == "struct" and item.name != "timeouts"

    def _nested_block(self, item: Property) -> pb.Schema.NestedBlock:
        nested = pb.Schema.NestedBlock(type_name=item.name, block=self.block(self._shape(item)))
        if item.synthesized_as == "struct":
            nested.nesting = pb.Schema.NestedBlock.SINGLE
            return nested
        nested.nesting = pb.Schema.NestedBlock.SET if item.is_set else pb.Schema.NestedBlock.LIST
        nested.min_items = int(item.required)
        nested.max_items = int(item.complex_class.endswith("OutputReference"))
        return nested

    def _attribute(self, item: Property) -> pb.Schema.Attribute:
        attribute = pb.Schema.Attribute(
            name=item.name,
            required=item.required,
            optional=item.optional and not item.required,
            computed=item.computed and not item.required,
        )
        if self._is_nested_attribute(item) or self._is_computed_single(item):
            attribute.nested_type.CopyFrom(self._nested_type(item))
        else:
            attribute.type = json.dumps(self._type(item)).encode()
        return attribute

    def _is_computed_single(self, item: Property) -> bool:
        return not item.synthesized_as and item.complex_class.endswith("OutputReference")

    def _nested_type(
        self, item: Property, nesting: pb.Schema.Object.Nesting | None = None
    ) -> pb.Schema.Object:
        nested = pb.Schema.Object(nesting=nesting or pb.Schema.Object.SINGLE)
        for inner in self._shape(item).properties:
            attribute = self._attribute(inner)
            if inner.complex_class.endswith(("List", "Map")) and not inner.complex_class.startswith("cdktf."):
                attribute.ClearField("type")
                attribute.nested_type.CopyFrom(self._nested_type(inner, _nesting(inner)))
            nested.attributes.append(attribute)
        return nested

    def _type(self, item: Property) -> Any:
        if item.complex_class in _MAPS:
            return ["map", _MAPS[item.complex_class]]
        if item.complex_class:
            shape = {inner.name: self._type(inner) for inner in self._shape(item).properties}
            kind = "map" if item.complex_class.endswith("Map") else "set" if item.is_set else "list"
            return [kind, ["object", shape]]
        if item.getter in _SCALARS:
            return _SCALARS[item.getter]
        kind = _GETTERS.get(item.getter, "")
        collection = "set" if item.is_set else "map" if kind == "map" else "list"
        return [collection, "number" if kind == "number list" else "string"]

    def _shape(self, item: Property) -> Declaration:
        name = item.complex_class
        for suffix in ("List", "Map"):
            if name.endswith(suffix) and f"{name.removesuffix(suffix)}OutputReference" in self._declarations:
                name = f"{name.removesuffix(suffix)}OutputReference"
        return self._declarations[name]


def _nesting(item: Property) -> pb.Schema.Object.Nesting:
    if item.complex_class.endswith("Map"):
        return pb.Schema.Object.MAP
    return pb.Schema.Object.SET if item.is_set else pb.Schema.Object.LIST
