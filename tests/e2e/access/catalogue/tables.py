"""Tables: a project's data, the metrics of its monitors, and what is left over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from databricks.sdk.service.catalog import PermissionsChange, Privilege

from infra.config.settings import AllSettings
from tests.e2e.access.hand import Hand
from tests.e2e.access.operations import MANAGED, Operation, Role


def _select(hand: Hand) -> None:
    assert hand.sql(f"SELECT count(*) FROM {hand.scratch.table}")


def _describe(hand: Hand) -> None:
    assert hand.sdk.tables.get(hand.scratch.table).columns


def _load(hand: Hand) -> None:
    assert hand.spark.table(hand.scratch.table).limit(1).collect() is not None


def _view(hand: Hand) -> None:
    """A temporary view shows no more than its maker may read."""
    hand.spark.table(hand.scratch.table).createOrReplaceTempView(hand.mine)
    try:
        hand.spark.sql(f"SELECT count(*) FROM {hand.mine}").collect()
    finally:
        hand.spark.catalog.dropTempView(hand.mine)


def _append(hand: Hand) -> None:
    hand.spark.createDataFrame([(2,)], "id INT").writeTo(hand.scratch.table).append()


def _save(hand: Hand) -> None:
    name = f"{hand.names.schema}.{hand.mine}"
    hand.spark.createDataFrame([(1,)], "id INT").write.saveAsTable(name)
    hand.spark.sql(f"DROP TABLE {name}").collect()


def _create(hand: Hand) -> None:
    name = f"{hand.names.schema}.{hand.mine}"
    hand.sql(f"CREATE TABLE {name} (id INT)")
    hand.sql(f"DROP TABLE {name}")


def _drop(hand: Hand) -> None:
    hand.sql(f"DROP TABLE {hand.scratch.disposable()}")


def _grant(table: Callable[[Hand], str], hand: Hand) -> None:
    """Something that the table's maker has anyway, and that nothing declares."""
    maker = hand.world.application_id(hand.case.environment)
    for change in (
        PermissionsChange(principal=maker, add=[Privilege.APPLY_TAG]),
        PermissionsChange(principal=maker, remove=[Privilege.APPLY_TAG]),
    ):
        hand.sdk.grants.update("table", table(hand), changes=[change])


def _write(text: str, hand: Hand) -> None:
    hand.sql(text.format(table=hand.scratch.table))


def _select_from(table: Callable[[Hand], str], hand: Hand) -> None:
    assert hand.sql(f"SELECT count(*) FROM {table(hand)}")


def _delete_nothing(table: Callable[[Hand], str], hand: Hand) -> None:
    hand.sql(f"DELETE FROM {table(hand)} WHERE 1 = 0")


def _features(hand: Hand) -> str:
    return hand.names.features


def _predictions(hand: Hand) -> str:
    return hand.names.predictions


def _some(asset: str, table: Callable[[Hand], str], *, managing: tuple[Role, ...] = ()) -> list[Operation]:
    """Operations on some of a project's declared tables, which its data includes."""
    some = partial(Operation, asset=asset, exists=lambda *place: _has(asset, *place))
    reads, writes = partial(_select_from, table), partial(_delete_nothing, table)
    grants = partial(_grant, table)
    return [
        some(level="read", verb="select", door="sql", attempt=reads, or_=("maker", ("data", "read"))),
        some(level="write", verb="delete", door="sql", attempt=writes, or_=("maker", ("data", "write"))),
        some(level="manage", verb="grant", door="rest", attempt=grants, or_=(*managing, *MANAGED)),
    ]


def _has(asset: str, settings: AllSettings, _: str, project: str) -> bool:
    return bool(settings.projects[project].tables_of(asset))


_WRITES = {
    "insert": "INSERT INTO {table} VALUES (2)",
    "update": "UPDATE {table} SET id = 3 WHERE id = 2",
    "delete": "DELETE FROM {table} WHERE id = 3",
    "merge": "MERGE INTO {table} t USING (SELECT 1 AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *",
}


def _select_metrics(hand: Hand) -> None:
    hand.sql(f"SELECT count(*) FROM {hand.names.metrics}")


def _load_metrics(hand: Hand) -> None:
    hand.spark.table(hand.names.metrics).limit(1).collect()


def _delete_metrics(hand: Hand) -> None:
    hand.sql(f"DELETE FROM {hand.names.metrics} WHERE column_name = 'no such column'")


def _monitors(settings: AllSettings, _: str, project: str) -> bool:
    return bool(settings.projects[project].monitors)


data = partial(Operation, asset="data", or_=("maker",))
metrics = partial(Operation, asset="metrics", or_=("maker",), exists=_monitors)
leftovers = partial(Operation, asset="leftovers", level="manage", changes=True, or_=MANAGED)

OPERATIONS: tuple[Operation, ...] = (
    data(level="read", verb="describe", door="rest", attempt=_describe, or_=MANAGED, shared=True),
    data(level="read", verb="select", door="sql", attempt=_select, shared=True),
    data(level="read", verb="load", door="spark", attempt=_load, shared=True),
    data(level="read", verb="view", door="spark", attempt=_view),
    *(
        data(
            level="write",
            verb=verb,
            door="sql",
            attempt=partial(_write, text),
            changes=True,
            shared=verb == "insert",
        )
        for verb, text in _WRITES.items()
    ),
    data(level="write", verb="append", door="spark", attempt=_append, changes=True, shared=True),
    data(level="manage", verb="create", door="sql", attempt=_create, changes=True, shared=True),
    data(level="manage", verb="save", door="spark", attempt=_save, changes=True, shared=True),
    metrics(level="read", verb="select", door="sql", attempt=_select_metrics, shared=True),
    metrics(level="read", verb="load", door="spark", attempt=_load_metrics, shared=True),
    metrics(level=None, verb="delete", door="sql", attempt=_delete_metrics, changes=True),
    leftovers(verb="drop", door="sql", attempt=_drop, shared=True),
    leftovers(verb="grant", door="rest", attempt=partial(_grant, lambda hand: hand.scratch.table)),
    *_some("features", _features, managing=("runner",)),  # it gives them their primary key
    *_some("inference_tables", _predictions),
)
