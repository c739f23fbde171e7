"""What an endpoint may be asked to serve."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.serving import configs

ENTITY = {"entity_name": "prod.flights.delay", "entity_version": "3"}


def _routes(*shares: tuple[str, int]) -> dict[str, Any]:
    return {"routes": [{"served_model_name": name, "traffic_percentage": share} for name, share in shares]}


def test_defaults_are_filled_in_as_the_platform_does() -> None:
    """Name, size, and all traffic to the only entity."""
    config = configs.read({"served_entities": [ENTITY]})
    assert config["served_entities"] == [
        {
            **ENTITY,
            "name": "delay-3",
            "workload_size": "Small",
            "workload_type": "CPU",
            "scale_to_zero_enabled": False,
        }
    ]
    assert config["traffic_config"]["routes"] == [
        {"served_model_name": "delay-3", "served_entity_name": "delay-3", "traffic_percentage": 100}
    ]


def test_the_old_spelling_is_understood() -> None:
    """`served_models` with model_name and model_version, as older clients send it."""
    old = {"model_name": ENTITY["entity_name"], "model_version": ENTITY["entity_version"]}
    assert configs.read({"served_models": [old]}) == configs.read({"served_entities": [ENTITY]})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "At least one"),
        ({"served_entities": [{**ENTITY, "entity_version": "latest"}]}, "version's number"),
        ({"served_entities": [{**ENTITY, "workload_size": "Huge"}]}, "workload_size is not one of"),
        ({"served_entities": [{**ENTITY, "name": "a b"}]}, "not a valid name"),
        ({"served_entities": [ENTITY, ENTITY]}, "unique names"),
        ({"served_entities": [ENTITY, {**ENTITY, "name": "other"}]}, "add up to 100"),
        ({"served_entities": [ENTITY], "traffic_config": _routes(("other", 100))}, "which is not served"),
        ({"served_entities": [ENTITY], "traffic_config": _routes(("delay-3", 99))}, "add up to 100"),
    ],
)
def test_mistakes_are_refused(request_: dict[str, Any], message: str) -> None:
    """One clear line each."""
    with pytest.raises(InvalidParameterError, match=message):
        configs.read(request_)


@pytest.mark.parametrize(
    "entity",
    [
        {"external_model": {"name": "gpt"}, "name": "x"},
        {"entity_name": "workspace_model", "entity_version": "1"},
    ],
)
def test_what_is_not_served_locally_is_refused(entity: dict[str, Any]) -> None:
    """External models and models outside of Unity Catalog."""
    with pytest.raises(NotServedError):
        configs.read({"served_entities": [entity]})


def test_a_gateway_is_kept_only_as_far_as_it_works() -> None:
    """A table without its place, and what is not done here, is refused, not ignored."""
    off = {"inference_table_config": {"enabled": False, "catalog_name": "prod"}}
    assert configs.read_gateway(off) == off
    with pytest.raises(InvalidParameterError, match="needs catalog_name and schema_name"):
        configs.read_gateway({"inference_table_config": {"enabled": True}})
    for part in (
        {"usage_tracking_config": {"enabled": True}},
        {"rate_limits": [{"calls": 1}]},
    ):
        with pytest.raises(NotServedError):
            configs.read_gateway(part)
