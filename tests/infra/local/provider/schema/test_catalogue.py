"""Schemas that come from the installed bindings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.provider.resources.registry import RESOURCES
from infra.local.provider.schema import derivation
from infra.local.provider.schema.catalogue import Catalogue
from infra.local.provider.schema.facts import Facts, load_facts
from infra.local.provider.schema.model import Block
from infra.local.provider.wire import plugin_pb2 as pb


@pytest.fixture(scope="module")
def catalogue(provider_cache: Path) -> Catalogue:
    """All schemas."""
    return Catalogue(provider_cache)


def test_every_type_of_the_bindings_has_a_schema(catalogue: Catalogue) -> None:
    """Provider 1.99 has 136 resources and 112 data sources."""
    assert len(catalogue.message.resource_schemas) == 136
    assert len(catalogue.message.data_source_schemas) == 112
    assert {"host", "profile", "client_secret"} <= catalogue.provider.attributes.keys()
    assert catalogue.provider.attributes["host"].type == "string"


def test_no_attribute_is_both_required_and_computed(catalogue: Catalogue) -> None:
    """Terraform refuses such a schema, and one with an attribute that is neither."""
    for type_name, schema in catalogue.message.resource_schemas.items():
        for attribute in schema.block.attributes:
            assert attribute.required != (attribute.optional or attribute.computed), (
                type_name,
                attribute.name,
            )


def test_attributes_and_blocks_have_the_providers_shape(catalogue: Catalogue) -> None:
    """Collections, objects, single blocks, lists and sets of blocks, and nested attributes."""
    warehouse, grants = catalogue.resource("databricks_sql_endpoint"), catalogue.resource("databricks_grants")
    assert warehouse.attributes["odbc_params"].type[0] == "list"
    assert warehouse.attributes["odbc_params"].type[1][1]["port"] == "number"
    assert warehouse.blocks["channel"].is_one
    assert warehouse.blocks["timeouts"].nesting == "single"
    assert grants.blocks["grant"].nesting == "set"
    assert grants.blocks["grant"].block.attributes["privileges"].type == ["set", "string"]
    assert catalogue.resource("databricks_job").blocks["task"].nesting == "list"
    assert catalogue.resource("databricks_alert_v2").attributes["evaluation"].nested is not None


def test_every_served_type_has_facts_that_name_its_attributes(catalogue: Catalogue) -> None:
    """A misspelt path of facts.json would change nothing and say nothing."""
    assert load_facts().keys() == RESOURCES.keys()
    for type_name, facts in load_facts().items():
        block = catalogue.resource(type_name)
        for path in _paths(facts):
            assert _has(block, path.split(".")), (type_name, path)


def test_versions_and_sensitive_attributes_come_from_the_facts(catalogue: Catalogue) -> None:
    """What the bindings lack: the state's version, and what is not to be shown."""
    schema = catalogue.message.resource_schemas["databricks_secret"]
    assert {item.name for item in schema.block.attributes if item.sensitive} == {"string_value"}
    assert catalogue.message.resource_schemas["databricks_job"].version == 2


def test_schemas_are_derived_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second start reads the serialized schemas; a broken file is derived again."""
    Catalogue(tmp_path)
    (path,) = tmp_path.iterdir()
    monkeypatch.setattr(derivation, "derive_schemas", lambda: pytest.fail("derived again"))
    assert len(Catalogue(tmp_path).message.resource_schemas) == 136
    monkeypatch.undo()
    path.write_bytes(b"\xff broken")
    assert len(Catalogue(tmp_path).message.resource_schemas) == 136


def test_unknown_types_are_key_errors(catalogue: Catalogue) -> None:
    """Asking for a type must not make an empty one, as protobuf's maps do."""
    with pytest.raises(KeyError):
        catalogue.resource("databricks_nothing")
    assert "databricks_nothing" not in catalogue.message.resource_schemas


def test_types_are_json(catalogue: Catalogue) -> None:
    """Terraform reads the type of every attribute that nests none as JSON."""

    def check(block: pb.Schema.Block) -> None:
        for attribute in block.attributes:
            assert attribute.HasField("nested_type") or json.loads(attribute.type)
        for nested in block.block_types:
            check(nested.block)

    for schema in catalogue.message.resource_schemas.values():
        check(schema.block)


def _paths(facts: Facts) -> set[str]:
    grouped = {path for group in (*facts.conflicts, *facts.one_of) for path in group}
    return {
        *facts.replace,
        *facts.defaults,
        *facts.sensitive,
        *facts.keep,
        *facts.same,
        *facts.hidden,
    } | grouped


def _has(block: Block, names: list[str]) -> bool:
    name, *rest = names
    if not rest:
        return name in block.attributes or name in block.blocks
    return name in block.blocks and _has(block.blocks[name].block, rest)
