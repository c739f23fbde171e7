"""The workspace itself, its warehouse, and the secrets of its projects."""

from __future__ import annotations

from functools import partial

from databricks.sdk.service.settings import Config, EmailConfig

from tests.e2e.access.hand import Hand
from tests.e2e.access.names import SCRATCH
from tests.e2e.access.operations import Operation


def _enter(hand: Hand) -> None:
    assert hand.sdk.current_user.me().user_name


def _analyse(hand: Hand) -> None:
    assert hand.sql("SELECT current_date()")


def _add_warehouse(hand: Hand) -> None:
    warehouses = hand.sdk.warehouses
    made = warehouses.create(name=hand.mine, cluster_size="2X-Small", max_num_clusters=1, auto_stop_mins=5)
    warehouses.delete(made.bind()["id"])


def _administer(hand: Hand) -> None:
    email = Config(email=EmailConfig(addresses=["nobody@example.com"]))
    made = hand.sdk.notification_destinations.create(display_name=hand.mine, config=email)
    hand.sdk.notification_destinations.delete(str(made.id))


def _see_warehouse(hand: Hand) -> None:
    assert hand.sdk.warehouses.get(hand.world.warehouse(hand.case.environment)).name


def _use_warehouse(hand: Hand) -> None:
    assert hand.sql("SELECT 1") == [["1"]]


def _share_warehouse(hand: Hand) -> None:
    warehouse = hand.world.warehouse(hand.case.environment)
    assert hand.sdk.permissions.get("warehouses", warehouse).access_control_list


def _read_secret(hand: Hand) -> None:
    assert hand.sdk.secrets.get_secret(hand.names.secrets, hand.scratch.secret).value


def _put_secret(hand: Hand) -> None:
    hand.sdk.secrets.put_secret(hand.names.secrets, hand.mine, string_value="tried")
    hand.sdk.secrets.delete_secret(hand.names.secrets, hand.mine)


def _share_secrets(hand: Hand) -> None:
    assert hand.scratch.secret == SCRATCH
    assert list(hand.sdk.secrets.list_acls(hand.names.secrets)) is not None


workspace = partial(Operation, asset="workspace", of_project=False)
warehouses = partial(Operation, asset="warehouses", or_=("admin",), of_project=False)
secrets = partial(Operation, asset="secrets", door="rest", or_=("admin",))

OPERATIONS: tuple[Operation, ...] = (
    workspace(level="read", verb="enter", door="rest", attempt=_enter),
    workspace(level="use", verb="analyse", door="sql", attempt=_analyse),
    workspace(level="write", verb="add-warehouse", door="rest", attempt=_add_warehouse),
    workspace(level="manage", verb="administer", door="rest", attempt=_administer),
    warehouses(level="read", verb="see", door="rest", attempt=_see_warehouse),
    warehouses(level="use", verb="query", door="sql", attempt=_use_warehouse),
    warehouses(level="manage", verb="share", door="rest", attempt=_share_warehouse),
    secrets(level="read", verb="read", attempt=_read_secret),
    secrets(level="write", verb="put", attempt=_put_secret),
    secrets(level="manage", verb="share", attempt=_share_secrets),
)
