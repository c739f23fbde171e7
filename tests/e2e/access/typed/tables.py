"""Tables, grants, and what is above them."""

from __future__ import annotations

from collections.abc import Callable

from databricks.sdk.service import catalog as uc

from tests.e2e.access.actor import Actor
from tests.e2e.access.typed.production import CATALOG, MINE, SCHEMA, TABLE, scratch

Call = Callable[[Actor], object]


def sql(text: str) -> Call:
    """A statement on the warehouse of whoever runs it."""

    def call(actor: Actor) -> object:
        assert scratch(actor).table == TABLE
        return actor.sql(text)

    return call


def spark(text: str) -> Call:
    """A statement through Spark Connect, at the workspace of whoever runs it."""

    def call(actor: Actor) -> None:
        assert scratch(actor).table == TABLE
        actor.spark.sql(text).collect()

    return call


def spark_drop(actor: Actor) -> None:
    """Somebody else's table, through Spark Connect."""
    actor.spark.sql(f"DROP TABLE {scratch(actor).disposable()}").collect()


def spark_create(actor: Actor) -> None:
    """A table of one's own, through Spark Connect."""
    actor.spark.createDataFrame([(1,)], "id INT").write.saveAsTable(f"{SCHEMA}.{MINE}")
    actor.spark.sql(f"DROP TABLE {SCHEMA}.{MINE}").collect()


def create_table(actor: Actor) -> None:
    """A table of one's own in production's schema."""
    actor.sql(f"CREATE TABLE {SCHEMA}.{MINE} AS SELECT 1 AS id")
    actor.sql(f"DROP TABLE {SCHEMA}.{MINE}")


def drop_table(actor: Actor) -> None:
    """Somebody else's table."""
    actor.sql(f"DROP TABLE {scratch(actor).disposable()}")


def append(actor: Actor) -> None:
    """A frame from Spark Connect, as notebooks write."""
    frame = actor.spark.createDataFrame([(7,)], "id INT")
    frame.writeTo(scratch(actor).table).append()


def own_table(actor: Actor) -> None:
    """Make oneself the owner."""
    me = str(actor.sdk.current_user.me().user_name)
    actor.sql(f"ALTER TABLE {scratch(actor).table} OWNER TO `{me}`")


def grant(securable_type: str, name: str) -> Call:
    """A right for somebody who has it anyway, given and taken back."""

    def call(actor: Actor) -> None:
        maker = actor.world.application_id("prod")
        for change in (
            uc.PermissionsChange(principal=maker, add=[uc.Privilege.APPLY_TAG]),
            uc.PermissionsChange(principal=maker, remove=[uc.Privilege.APPLY_TAG]),
        ):
            actor.sdk.grants.update(securable_type, name, changes=[change])

    return call


def create_schema(actor: Actor) -> None:
    """A place beside the projects' own."""
    made = actor.sdk.schemas.create(MINE, CATALOG)
    actor.sdk.schemas.delete(str(made.full_name))


def create_catalog(actor: Actor) -> None:
    """A place beside the environments' own."""
    actor.sdk.catalogs.create(MINE)
    actor.sdk.catalogs.delete(MINE, force=True)


def bind_catalog(actor: Actor) -> None:
    """Let dev's workspace read production's catalog, which it does: whoever may say so may say more."""
    binding = next(
        each
        for each in actor.world.client("prod").workspace_bindings.get_bindings("catalog", CATALOG)
        if each.binding_type is uc.WorkspaceBindingBindingType.BINDING_TYPE_READ_ONLY
    )
    actor.sdk.workspace_bindings.update_bindings("catalog", CATALOG, add=[binding])
