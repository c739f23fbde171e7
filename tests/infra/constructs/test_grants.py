"""Grants are one resource for each principal."""

from __future__ import annotations

import pytest

from infra.constructs.grants import Grants, SecurableType
from infra.constructs.principals import Principal
from tests.infra.synthesis import synthesize

TYPES: list[SecurableType] = ["metastore", "catalog", "schema", "model", "table"]


@pytest.mark.parametrize("securable_type", TYPES)
def test_grant_names_its_securable(principals: dict[str, Principal], securable_type: SecurableType) -> None:
    """A grant says on what it is by the attribute of the securable's type alone."""
    made = synthesize(
        lambda stack: Grants(
            stack,
            "Grants",
            securable_type=securable_type,
            securable="it",
            rights={"readers": ("USE_IT",)},
            principals=principals,
        )
    )
    assert made.all("grant") == [{securable_type: "it", "principal": "readers", "privileges": ["USE_IT"]}]


def test_service_principal_is_named_by_its_application_id(principals: dict[str, Principal]) -> None:
    """Unity Catalog knows service principals by application id."""
    made = synthesize(
        lambda stack: Grants(
            stack,
            "Grants",
            securable_type="schema",
            securable="prod.flights",
            rights={"run": ("SELECT", "MODIFY"), "readers": ("SELECT",)},
            principals=principals,
        )
    )
    assert made.one("grant", principal="run-application-id")["privileges"] == ["SELECT", "MODIFY"]
    assert len(made.all("grant")) == 2
