"""What is above the projects: the catalog, the metastore, Databricks' own tables, who jobs run as."""

from __future__ import annotations

from functools import partial

from databricks.sdk.service.compute import Environment
from databricks.sdk.service.jobs import JobEnvironment, JobRunAs, PythonWheelTask, Task

from infra.config.access import RUN
from infra.config.vocabulary import METRICS_PRIVILEGES, SCHEMA_PRIVILEGES, TABLE_PRIVILEGES
from tests.e2e.access.hand import Hand
from tests.e2e.access.operations import Operation, Right, Role
from tests.e2e.access.personas import principal


def _describe(hand: Hand) -> None:
    assert hand.sdk.catalogs.get(hand.names.catalog).name


def _add_schema(hand: Hand) -> None:
    made = hand.sdk.schemas.create(hand.mine, hand.names.catalog)
    hand.sdk.schemas.delete(made.full_name or "")


def _create_schema(hand: Hand) -> None:
    hand.sql(f"CREATE SCHEMA {hand.names.catalog}.{hand.mine}")
    hand.sql(f"DROP SCHEMA {hand.names.catalog}.{hand.mine}")


def _comment(hand: Hand) -> None:
    """Give the catalog the comment that it has."""
    found = hand.maker.catalogs.get(hand.names.catalog)
    hand.sdk.catalogs.update(hand.names.catalog, comment=found.comment)


def _add_catalog(hand: Hand) -> None:
    hand.sdk.catalogs.create(hand.mine)
    hand.sdk.catalogs.delete(hand.mine, force=True)


def _select_served(hand: Hand) -> None:
    hand.sql("SELECT count(*) FROM system.serving.served_entities")


def _select_audit(hand: Hand) -> None:
    hand.sql("SELECT count(*) FROM system.access.audit")


def _run_as(hand: Hand) -> None:
    """A job that is to run as who runs the environment's jobs; it never does."""
    task = Task(
        task_key="tried",
        environment_key="tried",
        python_wheel_task=PythonWheelTask(package_name="tried", entry_point="tried"),
    )
    made = hand.sdk.jobs.create(
        name=hand.mine,
        tasks=[task],
        environments=[JobEnvironment(environment_key="tried", spec=Environment(client="2"))],
        run_as=JobRunAs(service_principal_name=hand.world.application_id(_runner(hand))),
    )
    hand.sdk.jobs.delete(made.job_id or 0)


def _hand_out_roles(hand: Hand) -> None:
    """Read who has which role on who runs the environment's jobs."""
    name = (
        f"accounts/{hand.world.account_id}/servicePrincipals/"
        f"{hand.world.application_id(_runner(hand))}/ruleSets/default"
    )
    assert hand.sdk.account_access_control_proxy.get_rule_set(name, "").etag


def _runner(hand: Hand) -> str:
    return principal(RUN, hand.case.environment).name


INSIDE: tuple[Right, ...] = tuple(
    (asset, "read") for asset in (*SCHEMA_PRIVILEGES, *TABLE_PRIVILEGES, *METRICS_PRIVILEGES)
)
"""Any right on something in the catalog brings the right to reach it."""

OWNED: tuple[Role, ...] = ("maker", "metastore owner")

catalog = partial(Operation, asset="catalog", of_project=False)
making = partial(catalog, level="write", or_=("maker",), changes=True)
principals = partial(Operation, asset="principals", of_project=False, door="rest")

OPERATIONS: tuple[Operation, ...] = (
    catalog(
        level="read", verb="describe", door="rest", attempt=_describe, or_=(*OWNED, *INSIDE), shared=True
    ),
    making(verb="add-schema", door="rest", attempt=_add_schema, shared=True),
    making(verb="create-schema", door="sql", attempt=_create_schema),
    catalog(level=None, verb="comment", door="rest", attempt=_comment, or_=OWNED, changes=True),
    Operation(
        asset="metastore",
        level="write",
        verb="add-catalog",
        door="rest",
        attempt=_add_catalog,
        or_=("metastore owner",),
        of_project=False,
    ),
    Operation(
        asset="system", level="read", verb="select", door="sql", attempt=_select_served, of_project=False
    ),
    Operation(
        asset="audit", level="read", verb="select", door="sql", attempt=_select_audit, of_project=False
    ),
    principals(level="use", verb="run-as", attempt=_run_as, or_=("runner",)),
    principals(level="manage", verb="hand-out-roles", attempt=_hand_out_roles),
)
