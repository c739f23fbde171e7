"""Production's data outlives what deploys do."""

from __future__ import annotations

from dataclasses import replace

from tests.infra.policies.changing import Shipped

POLICY = "production_keeps_its_data"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_schema_that_goes_with_its_content_is_found(shipped: Shipped) -> None:
    """force_destroy in production is found; in staging it is wanted."""
    changed = shipped.changed(
        "prod", "schema", "flights/Schema/Schema", lambda item: item.update(force_destroy=True)
    )
    assert changed.violations(POLICY) == [
        "prod: destroying it would drop the tables and models that nobody declared"
    ]


def test_what_a_deploy_could_replace_is_found(shipped: Shipped) -> None:
    """A new type of a column replaces a table, and its rows are gone; unless the settings name it."""
    role = "flights/Tables/planes"
    changed = shipped.changed("prod", "sql_table", role, lambda item: item.pop("lifecycle"))
    assert changed.violations(POLICY) == [
        f"prod: a changed setting could destroy it: name {role} in `unprotected` if it may"
    ]
    production = changed.settings.environments["prod"].model_copy(update={"unprotected": ("flights/Tables",)})
    environments = {**changed.settings.environments, "prod": production}
    named = replace(changed, settings=replace(changed.settings, environments=environments))
    assert named.violations(POLICY) == []
