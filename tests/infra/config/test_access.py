"""The access matrix means what its readers take it to mean."""

from __future__ import annotations

from infra.config.access import AccessMatrix, EnvironmentAccess
from infra.config.vocabulary import LEVELS, PERMISSIONS, assets, levels_of

MATRIX = AccessMatrix.model_validate(
    {
        "readers": {"prod": {"read": ("data", "models", "jobs", "workspace")}},
        "flyers": {"prod/flights": {"write": ("data",), "use": ("jobs",)}, "prod": {"read": ("data",)}},
        "engineers": {"every": {"read": ("data",), "manage": ("models",)}, "prod": {"write": ("data",)}},
        "admins": {"every": {"write": ("catalog",), "manage": ("workspace", "principals")}},
        "deploy": {"every": {"write": ("metastore",), "use": ("principals",)}},
    }
)
PROD = EnvironmentAccess(MATRIX, "prod", ["flights", "trains"])
DEV = EnvironmentAccess(MATRIX, "dev", ["flights"])


def test_level_includes_those_before_it() -> None:
    """Who writes also reads."""
    assert PROD.schema_grants("flights")["engineers"][:3] == ("USE_SCHEMA", "SELECT", "MODIFY")


def test_right_inside_a_catalog_opens_the_catalog() -> None:
    """USE_CATALOG and USE_SCHEMA come with any right on what is inside, and are told once."""
    assert PROD.catalog_grants()["readers"] == ("USE_CATALOG",)
    assert PROD.catalog_grants()["admins"] == ("USE_CATALOG", "CREATE_SCHEMA")
    assert "deploy" not in PROD.catalog_grants()


def test_places_add_up() -> None:
    """What is said of every environment, of one, and of one project in it, comes together."""
    assert "MODIFY" not in DEV.schema_grants("flights")["engineers"]
    assert "MODIFY" in PROD.schema_grants("flights")["engineers"]
    assert "MODIFY" in PROD.schema_grants("flights")["flyers"]
    assert PROD.schema_grants("trains")["flyers"] == ("USE_SCHEMA", "SELECT")


def test_nothing_is_meant_elsewhere() -> None:
    """A right in prod is none in dev, and of one project none of another."""
    assert "readers" not in DEV.schema_grants("flights")
    assert DEV.assignments() == {"admins": "ADMIN"}
    assert PROD.permissions("jobs", "trains") == {"readers": "CAN_VIEW"}
    assert PROD.permissions("jobs", "flights") == {"readers": "CAN_VIEW", "flyers": "CAN_MANAGE_RUN"}


def test_some_tables_are_granted_where_the_schema_does_not() -> None:
    """Rights on features lie on the highest securable that says them, and open the way to it."""
    analysts = {"prod/flights": {"write": ("features",), "read": ("inference_tables",)}}
    readers = {"prod": {"read": ("data",), "write": ("features",)}}
    writers = {"prod": {"write": ("data",), "read": ("features", "inference_tables")}}
    matrix = {"analysts": analysts, "readers": readers, "writers": writers}
    prod = EnvironmentAccess(AccessMatrix.model_validate(matrix), "prod", ["flights", "trains"])
    assert prod.table_grants("flights", ["features"]) == {
        "analysts": ("SELECT", "MODIFY"),
        "readers": ("MODIFY",),
    }
    assert prod.table_grants("flights", ["inference_tables"]) == {"analysts": ("SELECT",)}
    both = prod.table_grants("flights", ["features", "inference_tables"])
    assert both["analysts"] == ("SELECT", "MODIFY")
    assert prod.table_grants("flights", []) == {}
    assert prod.schema_grants("flights")["analysts"] == ("USE_SCHEMA",)
    assert prod.catalog_grants()["analysts"] == ("USE_CATALOG",)


def test_snapshots_of_some_tables_are_for_who_reads_some() -> None:
    """Who reads a project's features alone reads their snapshots alone, and changes none."""
    matrix = {"analysts": {"dev": {"write": ("features",)}}, "readers": {"dev": {"read": ("data",)}}}
    dev = EnvironmentAccess(AccessMatrix.model_validate(matrix), "dev", ["flights"], {"flights": "prod"})
    assert dev.snapshot_grants("flights") == {
        "analysts": ("USE_SCHEMA",),
        "readers": ("USE_SCHEMA", "SELECT"),
        "run-prod": ("USE_SCHEMA", "SELECT", "MODIFY"),
    }
    assert dev.snapshot_table_grants("flights", ["features"]) == {"analysts": ("SELECT",)}
    assert dev.snapshot_table_grants("flights", []) == {}


def test_one_project_s_team_reaches_no_other() -> None:
    """Rights on a project's features open neither another project's schema nor its tables."""
    matrix = AccessMatrix.model_validate({"analysts": {"prod/flights": {"manage": ("features",)}}})
    prod = EnvironmentAccess(matrix, "prod", ["flights", "trains"])
    assert prod.table_grants("flights", ["features"]) == {"analysts": ("SELECT", "MODIFY", "MANAGE")}
    for grants in (prod.schema_grants("trains"), prod.table_grants("trains", ["features"])):
        assert grants == {}


def test_managing_models_is_of_the_model_alone() -> None:
    """MANAGE is granted on the project's model, where it does not reach its tables."""
    assert PROD.model_grants("flights") == {"engineers": ("MANAGE",)}
    assert "MANAGE" not in PROD.schema_grants("flights")["engineers"]


def test_readers_of_a_workspace_have_no_compute() -> None:
    """Who reads a workspace is its USER and may look around: no SQL, no clusters."""
    assert PROD.assignments()["readers"] == "USER"
    assert PROD.entitlements() == {"readers": ("workspace_access",)}


def test_admins_need_no_entitlements() -> None:
    """Who manages a workspace is its ADMIN."""
    assert PROD.assignments()["admins"] == "ADMIN"
    assert "admins" not in PROD.entitlements()


def test_account_s_rights() -> None:
    """Rights on the metastore and on the principal that jobs run as."""
    assert PROD.metastore_grants() == {"deploy": ("CREATE_CATALOG",)}
    assert PROD.roles()["deploy"] == ("roles/servicePrincipal.user",)
    assert "roles/servicePrincipal.manager" in PROD.roles()["admins"]


def test_every_asset_has_levels_in_order() -> None:
    """Each asset can be given at some level, and its levels are ordered."""
    for asset in assets():
        levels = levels_of(asset)
        assert levels
        assert levels == sorted(levels, key=LEVELS.index)


def test_a_level_without_a_name_is_no_permission() -> None:
    """Compute policies can be used and no less: who reached less has none on them."""
    matrix = {
        who: {"prod": {level: ("compute",)}} for who, level in (("a", "read"), ("b", "use"), ("c", "write"))
    }
    access = EnvironmentAccess(AccessMatrix.model_validate(matrix), "prod", [])
    assert access.permissions("compute") == {"b": "CAN_USE", "c": "CAN_USE"}


def test_budget_s_roles() -> None:
    """Who manages a budget policy may use it, too."""
    matrix = {who: {"prod": {level: ("budgets",)}} for who, level in (("a", "use"), ("b", "manage"))}
    user, manager = "roles/budgetPolicy.user", "roles/budgetPolicy.manager"
    access = EnvironmentAccess(AccessMatrix.model_validate(matrix), "prod", [])
    assert access.budget_roles() == {"a": (user,), "b": (user, manager)}


def test_who_may_see_a_warehouse_runs_nothing_on_it() -> None:
    """Databricks' CAN_MONITOR includes CAN_USE, so that seeing is CAN_VIEW."""
    assert PERMISSIONS["warehouses"] == {"read": "CAN_VIEW", "use": "CAN_USE", "manage": "CAN_MANAGE"}
