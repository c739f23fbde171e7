"""Endpoints whose served entities and traffic belong to a job."""

from __future__ import annotations

from pathlib import Path

from infra.local.provider.engine.objects import Type
from infra.local.provider.engine.reconciliation import Reconciler
from infra.local.provider.resources.registry import RESOURCES
from infra.local.provider.schema.catalogue import Catalogue
from infra.local.provider.schema.facts import facts_of

NAME = "databricks_model_serving"


def test_a_promotion_is_no_drift(provider_cache: Path) -> None:
    """What a job serves stands in the state, and an endpoint declared without config plans nothing."""
    block = Catalogue(provider_cache).resource(NAME)
    declared = block.empty() | {"name": "e"}
    state = declared | {"id": "e", "serving_endpoint_id": "1", "endpoint_url": "http://x"}
    entities = block.blocks["config"].block.blocks["served_entities"].block
    served = entities.empty() | {"name": "champion", "entity_name": "prod.s.m", "entity_version": "3"}
    config = block.blocks["config"].block.empty() | {"served_entities": [served]}
    promoted = Reconciler(block, facts_of(NAME)).reconcile(state, {"config": [config]})
    assert promoted["config"][0]["served_entities"][0]["entity_version"] == "3"
    planned, replacements = Type(RESOURCES[NAME], block, facts_of(NAME)).plan(declared, promoted)
    assert (planned, replacements) == (promoted, [])
