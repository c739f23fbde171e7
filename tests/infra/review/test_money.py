"""What costs more or less is told in sizes and factors, and is as bad as it is much."""

from __future__ import annotations

from typing import Any

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change
from tests.infra.review.telling import told_of_money

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


def _warehouse(**values: Any) -> Json:
    return {
        "name": "mlops-prod",
        "cluster_size": "2X-Small",
        "max_num_clusters": 1,
        "auto_stop_mins": 10,
        "enable_serverless_compute": True,
        "warehouse_type": "PRO",
        **values,
    }


@pytest.mark.parametrize(
    ("values", "text", "elsewhere", "in_production"),
    [
        (
            {"cluster_size": "X-Small"},
            "2X-Small → X-Small: 4 → 6 DBU an hour while it runs (1.5×)",
            *(MEDIUM, MEDIUM),
        ),
        (
            {"cluster_size": "Small"},
            "2X-Small → Small: 4 → 12 DBU an hour while it runs (3×)",
            *(MEDIUM, HIGH),
        ),
        (
            {"cluster_size": "Medium"},
            "2X-Small → Medium: 4 → 24 DBU an hour while it runs (6×)",
            *(HIGH, HIGH),
        ),
        (
            {"max_num_clusters": 2},
            "2X-Small → 2X-Small with up to 2 clusters: 4 → 8 DBU an hour while it runs (2×)",
            *(MEDIUM, MEDIUM),
        ),
        ({"cluster_size": "9X-Large"}, "2X-Small → 9X-Large", MEDIUM, MEDIUM),
        (
            {"auto_stop_mins": 60},
            "stops after 10 idle minutes → stops after 60 idle minutes",
            *(MEDIUM, MEDIUM),
        ),
        ({"auto_stop_mins": 0}, "stops after 10 idle minutes → never stops by itself", MEDIUM, HIGH),
        ({"auto_stop_mins": 5}, "stops after 10 idle minutes → stops after 5 idle minutes", LOW, LOW),
        (
            {"enable_serverless_compute": False},
            "serverless → pro: each DBU has another price",
            *(MEDIUM, MEDIUM),
        ),
    ],
)
def test_changed_warehouse(values: Json, text: str, elsewhere: Severity, in_production: Severity) -> None:
    """A warehouse's size is told with what it takes an hour."""
    resized = change("databricks_sql_endpoint", before=_warehouse(), after=_warehouse(**values))
    assert told_of_money(resized) == [(f"warehouse mlops-prod: {text}", elsewhere)]
    assert told_of_money(resized, production=True) == [(f"warehouse mlops-prod: {text}", in_production)]


def test_smaller_warehouse_costs_less() -> None:
    """A factor below one is no cost."""
    resized = change("databricks_sql_endpoint", before=_warehouse(cluster_size="Large"), after=_warehouse())
    text = "warehouse mlops-prod: Large → 2X-Small: 40 → 4 DBU an hour while it runs (0.1×)"
    assert told_of_money(resized, production=True) == [(text, LOW)]


def test_warehouses_that_come_and_go() -> None:
    """A new one costs from now on, a deleted one no more."""
    assert told_of_money(
        change("databricks_sql_endpoint", "new", after=_warehouse(name="new", max_num_clusters=3)),
        change("databricks_sql_endpoint", "gone", before=_warehouse(name="gone")),
    ) == [
        (
            "warehouse new: starts: 2X-Small with up to 3 clusters, 12 DBU an hour while it runs, "
            "stops after 10 idle minutes",
            MEDIUM,
        ),
        ("warehouse gone: ends: 2X-Small, 4 DBU an hour while it runs", LOW),
    ]


def test_served_entities_of_a_plan_that_tells_them() -> None:
    """Where an endpoint's configuration is declared, its sizes cost as a deployment's parameters do."""
    before, after = (
        {
            "name": "delay",
            "config": [
                {"served_entities": [{"name": "a", "workload_size": size, "scale_to_zero_enabled": zero}]}
            ],
        }
        for size, zero in (("Small", True), ("Large", False))
    )
    assert told_of_money(change("databricks_model_serving", before=before, after=after)) == [
        ("endpoint delay: a has the size Small → Large: up to 4 → 64 requests at once (16×)", HIGH),
        ("endpoint delay: a no longer scales to zero: it costs while nobody calls it", MEDIUM),
    ]


def test_warehouse_that_leaves_much_to_the_platform() -> None:
    """What only the deploy will tell is not made up, and not compared."""
    created = change(
        "databricks_sql_endpoint",
        after={"name": "new", "cluster_size": "Small"},
        unknown={"auto_stop_mins": True, "max_num_clusters": True},
    )
    text = "warehouse new: starts: Small, 12 DBU an hour while it runs, stops as the platform's default says"
    assert told_of_money(created) == [(text, MEDIUM)]
    later = change(
        "databricks_sql_endpoint",
        before=_warehouse(),
        after={key: value for key, value in _warehouse().items() if key != "auto_stop_mins"},
        unknown={"auto_stop_mins": True},
    )
    assert not told_of_money(later)


def test_what_costs_the_same_is_not_told() -> None:
    """Another tag is nothing of this section, and nothing is told of nothing."""
    renamed = change("databricks_sql_endpoint", before=_warehouse(), after=_warehouse(tags=[]))
    assert not told_of_money(renamed)
    assert not told_of_money()
