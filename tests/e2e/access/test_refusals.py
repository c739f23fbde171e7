"""What the reference architecture refuses in production, typed by hand: too loose a matrix fails here.

The generated cases follow the matrix, whatever it says. These follow the architecture: data scientists
have no write access and no compute in production, engineers hand out no rights, and no principal of
another environment writes there. Each is paired with the same call succeeding for somebody entitled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from infra.config.vocabulary import LEVELS, TABLE_PRIVILEGES, assets, levels_of
from tests.e2e.access.actor import Actor
from tests.e2e.access.catalogue import OPERATIONS
from tests.e2e.access.operations import Right
from tests.e2e.access.reading import Reading
from tests.e2e.access.typed import compute, models, tables, watching, work
from tests.e2e.access.typed.production import CATALOG, SCHEMA, TABLE
from tests.e2e.access.verdict import refusal
from tests.e2e.access.world import World


@dataclass(frozen=True)
class Refusal:
    """A call, the credentials with which it must be refused, and those with which it must be done."""

    name: str
    call: Callable[[Actor], object]
    refused: str
    done: str
    widened: Right | None = None  # the right that would let a data scientist do it, were it hers


REFUSALS = [
    # A data scientist, with dev's warehouse.
    Refusal("insert", tables.sql(f"INSERT INTO {TABLE} VALUES (1)"), "dana-dev", "prod"),
    Refusal("update", tables.sql(f"UPDATE {TABLE} SET id = 2 WHERE id = 1"), "dana-dev", "prod"),
    Refusal("delete", tables.sql(f"DELETE FROM {TABLE} WHERE id = 2"), "dana-dev", "prod"),
    Refusal("truncate", tables.sql(f"TRUNCATE TABLE {TABLE}"), "dana-dev", "prod"),
    Refusal("alter", tables.sql(f"ALTER TABLE {TABLE} SET TBLPROPERTIES ('a' = 'b')"), "dana-dev", "prod"),
    Refusal("comment", tables.sql(f"COMMENT ON TABLE {TABLE} IS 'mine'"), "dana-dev", "prod"),
    Refusal("create-table", tables.create_table, "dana-dev", "prod"),
    Refusal("drop-table", tables.drop_table, "dana-dev", "prod"),
    # In production's workspace, where Spark Connect lets her read.
    Refusal("append-by-spark", tables.append, "dana-prod", "emil-prod", ("data", "write")),
    Refusal(
        "delete-features-by-spark",
        tables.spark(f"DELETE FROM {SCHEMA}.flight_features WHERE 1 = 0"),
        "dana-prod",
        "emil-prod",
        ("features", "write"),
    ),
    Refusal(
        "delete-predictions-by-spark",
        tables.spark(f"DELETE FROM {SCHEMA}.arrival_delay_predictions WHERE 1 = 0"),
        "dana-prod",
        "emil-prod",
        ("inference_tables", "write"),
    ),
    Refusal("create-a-table-by-spark", tables.spark_create, "dana-prod", "prod", ("data", "manage")),
    Refusal("drop-a-table-by-spark", tables.spark_drop, "dana-prod", "prod", ("leftovers", "manage")),
    Refusal(
        "read-system-tables-by-spark",
        tables.spark("SELECT count(*) FROM system.serving.served_entities"),
        "dana-prod",
        "run-prod",
        ("system", "read"),
    ),
    Refusal(
        "read-the-audit-log-by-spark",
        tables.spark("SELECT count(*) FROM system.access.audit"),
        "dana-prod",
        "prod",
        ("audit", "read"),
    ),
    Refusal("create-schema", tables.create_schema, "dana-prod", "prod", ("catalog", "write")),
    Refusal("create-catalog", tables.create_catalog, "dana-prod", "prod", ("metastore", "write")),
    Refusal("grant-on-a-schema", tables.grant("schema", SCHEMA), "dana-prod", "prod"),
    Refusal("register-a-version", models.register, "dana-prod", "emil-prod", ("models", "write")),
    Refusal("tag-a-version", models.tag_version, "dana-prod", "emil-prod"),
    Refusal("move-an-alias", models.move_alias, "dana-prod", "emil-prod", ("models", "manage")),
    Refusal("delete-a-version", models.delete_version, "dana-prod", "emil-prod"),
    Refusal("upload-a-file", models.upload, "dana-prod", "emil-prod", ("volumes", "write")),
    Refusal("delete-a-file", models.delete_file, "dana-prod", "emil-prod"),
    Refusal("start-a-job", work.start_job, "dana-prod", "emil-prod", ("jobs", "use")),
    Refusal("cancel-a-run", work.cancel_run, "dana-prod", "emil-prod"),
    Refusal("edit-a-job", work.edit_job, "dana-prod", "prod"),
    Refusal("delete-a-job", work.delete_job, "dana-prod", "prod"),
    Refusal("share-a-job", work.share_job, "dana-prod", "emil-prod", ("jobs", "manage")),
    Refusal(
        "run-as-the-jobs-principal",
        work.run_as_the_jobs_principal,
        "dana-prod",
        "prod",
        ("principals", "use"),
    ),
    Refusal("log-to-a-run", watching.log_to_a_run, "dana-prod", "emil-prod", ("experiments", "write")),
    Refusal("delete-a-run", watching.delete_run, "dana-prod", "emil-prod"),
    Refusal("edit-an-experiment", watching.edit_experiment, "dana-prod", "emil-prod"),
    Refusal(
        "change-an-endpoint", watching.change_endpoint, "dana-prod", "emil-prod", ("endpoints", "manage")
    ),
    Refusal("query-an-endpoint", watching.query_endpoint, "dana-prod", "emil-prod", ("endpoints", "use")),
    Refusal(
        "share-an-experiment", watching.share_experiment, "dana-prod", "emil-prod", ("experiments", "manage")
    ),
    Refusal("delete-an-endpoint", watching.delete_endpoint, "dana-prod", "prod"),
    Refusal("edit-an-alert", watching.edit_alert, "dana-prod", "prod"),
    Refusal("share-an-alert", watching.share_alert, "dana-prod", "emil-prod", ("alerts", "manage")),
    Refusal("edit-a-dashboard", watching.edit_dashboard, "dana-prod", "emil-prod"),
    Refusal("read-a-secret", watching.read_secret, "dana-prod", "emil-prod", ("secrets", "read")),
    Refusal("put-a-secret", watching.put_secret, "dana-prod", "emil-prod", ("secrets", "write")),
    Refusal("put-a-file-in-the-folder", watching.put_file, "dana-prod", "prod"),
    Refusal("see-the-warehouse", compute.see_warehouse, "dana-prod", "emil-prod", ("warehouses", "read")),
    Refusal(
        "choose-a-compute-policy", compute.see_compute_policy, "dana-prod", "emil-prod", ("compute", "use")
    ),
    Refusal("bill-a-job", work.bill_a_job, "dana-prod", "emil-prod", ("budgets", "use")),
    Refusal("draw-a-dashboard", compute.draw_dashboard, "dana-prod", "emil-prod", ("workspace", "use")),
    Refusal("use-the-warehouse", compute.use_warehouse, "dana-prod", "emil-prod"),
    Refusal("stop-the-warehouse", compute.stop_warehouse, "dana-prod", "prod"),
    Refusal("make-a-warehouse", compute.make_warehouse, "dana-prod", "prod", ("workspace", "write")),
    Refusal("entitle-everybody", compute.entitle, "dana-prod", "prod", ("workspace", "manage")),
    # An engineer owns what runs, not who may what; and writes production in production only.
    Refusal(
        "engineer-writes-from-dev", tables.sql(f"INSERT INTO {TABLE} VALUES (3)"), "emil-dev", "emil-prod"
    ),
    Refusal("engineer-grants-on-a-schema", tables.grant("schema", SCHEMA), "emil-prod", "prod"),
    Refusal("engineer-grants-on-a-catalog", tables.grant("catalog", CATALOG), "emil-prod", "prod"),
    Refusal("engineer-owns-a-table", tables.own_table, "emil-prod", "prod"),
    Refusal("engineer-drops-a-table", tables.drop_table, "emil-prod", "prod"),
    Refusal("engineer-creates-a-table", tables.create_table, "emil-prod", "prod"),
    Refusal("engineer-binds-the-catalog", tables.bind_catalog, "emil-prod", "prod"),
    Refusal("engineer-edits-a-job", work.edit_job, "emil-prod", "prod"),
    Refusal("engineer-runs-as-the-jobs-principal", work.run_as_the_jobs_principal, "emil-prod", "prod"),
    Refusal("engineer-takes-roles", work.take_roles, "emil-prod", "paula-prod"),
    Refusal("engineer-makes-a-secret", work.make_secret, "emil-prod", "paula-prod"),
    Refusal("engineer-stops-the-warehouse", compute.stop_warehouse, "emil-prod", "paula-prod"),
    # Principals stay where they belong, and do what they are for.
    Refusal(
        "dev-s-jobs-write-production", tables.sql(f"INSERT INTO {TABLE} VALUES (4)"), "run-dev", "run-prod"
    ),
    Refusal("dev-s-jobs-read-production", tables.sql(f"SELECT * FROM {TABLE}"), "run-dev", "run-prod"),
    Refusal("dev-s-jobs-register-in-production", models.register, "run-dev", "run-prod"),
    Refusal("dev-s-jobs-move-an-alias", models.move_alias, "run-dev", "run-prod"),
    Refusal("the-hook-reads-production", compute.use_warehouse, "retrain-prod", "run-prod"),
    Refusal("the-hook-reads-secrets", watching.read_secret, "retrain-prod", "run-prod"),
    Refusal("jobs-grant-on-a-schema", tables.grant("schema", SCHEMA), "run-prod", "prod"),
    Refusal("jobs-drop-a-table", tables.drop_table, "run-prod", "prod"),
]


PLACE = ("prod", "flights")

# Rights that let a data scientist do nothing in production unless she has a second one.
TOGETHER: dict[Right, str] = {
    ("alerts", "write"): "an alert is changed by who may use the principal that it runs as",
    ("dashboards", "write"): "a dashboard is changed by who is entitled to SQL",
}


@pytest.mark.parametrize("each", REFUSALS, ids=lambda each: each.name)
def test_refused_to_one_and_done_by_another(world: World, each: Refusal) -> None:
    """For want of a right, and of nothing else: the same call succeeds for somebody entitled."""
    assert refusal(lambda: each.call(_actor(world, each.refused))) is not None
    assert refusal(lambda: each.call(_actor(world, each.done))) is None


@pytest.mark.parametrize("asset", assets())
def test_one_step_up_for_data_scientists_is_among_them(reading: Reading, asset: str) -> None:
    """Whatever the matrix lets them do next in production, one of these calls would no longer be refused."""
    held = reading.settings.matrix.root["data-scientists"]["prod"]
    same = {asset, "data"} if asset in {*TABLE_PRIVILEGES, "catalog"} else {asset}  # what data brings along
    reached = max((LEVELS.index(level) for level, listed in held.items() if same & {*listed}), default=-1)
    tried = {
        each.level for each in OPERATIONS if each.asset == asset and each.exists(reading.settings, *PLACE)
    }
    steps = [level for level in levels_of(asset) if LEVELS.index(level) > reached and level in tried]
    typed = {each.widened for each in REFUSALS if each.refused == "dana-prod"} | set(TOGETHER)
    for step in steps[:1]:
        assert (asset, step) in typed


def _actor(world: World, profile: str) -> Actor:
    return Actor(world, profile, profile.rpartition("-")[2])
