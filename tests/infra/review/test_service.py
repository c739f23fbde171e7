"""Who calls endpoints, opens dashboards or asks warehouses is told what stops or moves."""

from __future__ import annotations

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change, replaced
from tests.infra.review.telling import told_of_service

TABLE: Json = {
    "catalog_name": "prod",
    "schema_name": "flights",
    "table_name_prefix": "delay",
    "enabled": True,
}
ENDPOINT: Json = {
    "name": "flights-delay",
    "config": [
        {
            "served_entities": [
                {
                    "name": "a",
                    "entity_name": "prod.flights.delay",
                    "entity_version": "3",
                    "workload_size": "Small",
                }
            ],
            "traffic_config": [{"routes": [{"served_model_name": "a", "traffic_percentage": 100}]}],
        }
    ],
    "ai_gateway": [
        {
            "inference_table_config": [
                {
                    "catalog_name": "prod",
                    "schema_name": "flights",
                    "table_name_prefix": "delay",
                    "enabled": True,
                }
            ],
            "rate_limits": [],
        }
    ],
}


def _config(version: str = "3", size: str = "Small", share: int = 100) -> list[Json]:
    entity = {
        "name": "a",
        "entity_name": "prod.flights.delay",
        "entity_version": version,
        "workload_size": size,
    }
    routes = [{"served_model_name": "a", "traffic_percentage": share}]
    return [{"served_entities": [entity], "traffic_config": [{"routes": routes}]}]


@pytest.mark.parametrize(
    ("values", "text", "severity"),
    [
        (
            {"config": _config(version="4")},
            "serves another version as a: prod.flights.delay version 3 → prod.flights.delay version 4",
            Severity.MEDIUM,
        ),
        ({"config": _config(size="Large")}, "serves a with workload_size Small → Large", Severity.MEDIUM),
        ({"config": _config(share=90)}, "sends its traffic elsewhere: a 100 → 90 %", Severity.MEDIUM),
        (
            {"ai_gateway": []},
            "logs its requests no more: its inference table is switched off",
            Severity.HIGH,
        ),
        (
            {"ai_gateway": [{**ENDPOINT["ai_gateway"][0], "rate_limits": [{"calls": 5}]}]},
            "has another AI gateway: rate_limits",
            Severity.MEDIUM,
        ),
        ({"name": "delay"}, "is renamed to delay: callers use another URL", Severity.HIGH),
    ],
)
def test_changed_endpoint(values: Json, text: str, severity: Severity) -> None:
    """What callers or monitoring notice of an endpoint."""
    told = told_of_service(change("databricks_model_serving", before=ENDPOINT, after={**ENDPOINT, **values}))
    assert told == [(f"endpoint flights-delay {text}", severity)]


def test_endpoints_that_come_and_go() -> None:
    """A URL that no longer answers breaks its callers."""
    type_ = "databricks_model_serving"
    assert told_of_service(
        change(type_, "new", after={"name": "new"}),
        change(type_, "gone", before={"name": "gone"}),
        replaced(type_, "other", before={"name": "other"}, by="name", to="another"),
        replaced(
            type_, "anew", before={"name": "anew", "route_optimized": False}, by="route_optimized", to=True
        ),
    ) == [
        ("endpoint new is new and answers nobody before a model is deployed to it", Severity.LOW),
        ("endpoint gone is deleted: its callers get no answer", Severity.HIGH),
        ("endpoint other is renamed to another by replacing it: callers use another URL", Severity.HIGH),
        (
            "endpoint anew is replaced: it answers nobody before a model is deployed to it again",
            Severity.HIGH,
        ),
    ]


def test_dashboards_and_warehouses_that_go() -> None:
    """Links to a dashboard break; what runs on a warehouse stops."""
    assert told_of_service(
        change("databricks_dashboard", before={"display_name": "flights"}),
        change("databricks_sql_endpoint", before={"name": "mlops-prod"}),
    ) == [
        ("dashboard flights is deleted", Severity.MEDIUM),
        (
            "warehouse mlops-prod is deleted: queries, alerts and dashboards that run on it stop",
            Severity.HIGH,
        ),
    ]


def test_nothing_is_told_of_nothing() -> None:
    """A plan without changes means nothing for anybody."""
    assert not told_of_service()


@pytest.mark.parametrize(
    ("gateway", "text", "severity"),
    [
        ([], "logs its requests in prod.flights.delay", Severity.LOW),
        (
            [{"inference_table_config": [{**TABLE, "table_name_prefix": "other"}]}],
            "logs its requests elsewhere: prod.flights.other → prod.flights.delay",
            Severity.MEDIUM,
        ),
    ],
)
def test_inference_table_of_an_endpoint(gateway: list[Json], text: str, severity: Severity) -> None:
    """Where its requests are logged from now on."""
    before = {**ENDPOINT, "ai_gateway": gateway}
    after = {**ENDPOINT, "ai_gateway": [{"inference_table_config": [TABLE]}]}
    told = told_of_service(change("databricks_model_serving", before=before, after=after))
    assert told == [(f"endpoint flights-delay {text}", severity)]


def test_what_is_made_anew_is_another_one() -> None:
    """Links to a dashboard and a warehouse's id are of the old one; a forgotten endpoint still answers."""
    assert told_of_service(
        replaced("databricks_dashboard", before={"display_name": "flights"}, by="parent_path", to="/Shared"),
        replaced("databricks_sql_endpoint", before={"name": "mlops-prod"}, by="warehouse_type", to="PRO"),
        change("databricks_model_serving", before=ENDPOINT, actions=["forget"]),
    ) == [
        ("endpoint flights-delay is managed by no stack any more", Severity.MEDIUM),
        ("dashboard flights is replaced: links to it break", Severity.MEDIUM),
        ("warehouse mlops-prod is replaced: its id changes, and queries that run end", Severity.HIGH),
    ]


def test_entity_that_is_no_longer_served() -> None:
    """Whoever is routed to it gets no answer."""
    config = {**_config()[0], "served_entities": []}
    told = told_of_service(
        change("databricks_model_serving", before=ENDPOINT, after={**ENDPOINT, "config": [config]})
    )
    text = "endpoint flights-delay serves another version as a: prod.flights.delay version 3 → nothing"
    assert told == [(text, Severity.HIGH)]
