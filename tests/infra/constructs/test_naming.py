"""Names are composed in one place."""

from __future__ import annotations

from infra.constructs import naming


def test_names_of_a_project() -> None:
    """The names that people meet in a workspace."""
    assert naming.job("flights", "training") == "flights-training"
    assert naming.endpoint("flights", "arrival_delay") == "flights-arrival-delay"
    assert naming.alert("flights", "endpoint_errors") == "flights-endpoint-errors"
    assert naming.metrics_schema("flights") == "flights_metrics"
    assert naming.experiment("flights", "arrival_delay") == "/Projects/flights/arrival_delay"


def test_names_of_an_environment() -> None:
    """The service principals of an environment carry its name."""
    assert naming.service_principal("deploy", "prod") == "deploy-prod"
    assert naming.service_principal("run", "prod") == "run-prod"
