"""What nobody declared and a review tells all the same: groups in groups, and rights given by hand."""

from __future__ import annotations

import pytest
from databricks.sdk.service.catalog import PermissionsChange, Privilege
from databricks.sdk.service.iam import Group

from infra.review.finding import Finding, Section
from infra.review.reviewing import Review
from infra.review.single_rights import OVERWRITTEN
from tests.e2e.review.reviewing import Reviewing

pytestmark = pytest.mark.slow


def test_a_group_in_a_group(reviewing: Reviewing) -> None:
    """A grant to a group is told of the groups in it, too, which nobody declared."""
    account = reviewing.account
    outer = next(group for group in account.groups.list() if group.display_name == "data-scientists")
    middle = account.groups.create(display_name="contractors-of-review")
    inner = account.groups.create(display_name="interns-of-review")
    try:
        put_in(reviewing, middle, outer)
        put_in(reviewing, inner, middle)
        settings = reviewing.edit({"access.yaml": {"data-scientists.prod.write": ["data"]}})
        found = reviewing.review(settings, ["prod"])
        (line,) = [each for each in told(found, "interns-of-review") if "→ write of data" in each.text]
        assert line.text.startswith("interns-of-review: read → write of data")
        assert "gains MODIFY on prod.flights (data-scientists)" in line.why
    finally:
        for group in (inner, middle):
            account.groups.delete(group.id or "")


def test_a_hidden_removal(reviewing: Reviewing) -> None:
    """What somebody was given by hand, and a new grant writes over, is told; no plan shows it."""
    group = "contractors-of-review"
    made = reviewing.account.groups.create(display_name=group)
    deployer = reviewing.deployed.client("prod")
    by_hand = PermissionsChange(principal=group, add=[Privilege.SELECT, Privilege.APPLY_TAG])
    deployer.grants.update("schema", "prod.flights", changes=[by_hand])
    try:
        settings = reviewing.edit(
            {
                "account.yaml": {f"groups.{group}": "Work with features"},
                "access.yaml": {f"{group}.prod/flights.read": ["features"]},
            }
        )
        found = reviewing.review(settings, ["prod"])
        lines = [finding for finding in told(found, group) if OVERWRITTEN in finding.why]
        assert [finding.text for finding in lines] == [f"{group} loses APPLY_TAG, SELECT on prod.flights"]
    finally:
        back = PermissionsChange(principal=group, remove=[Privilege.SELECT, Privilege.APPLY_TAG])
        deployer.grants.update("schema", "prod.flights", changes=[back])
        reviewing.account.groups.delete(made.id or "")


def test_a_hidden_removal_on_the_metastore(reviewing: Reviewing) -> None:
    """It is asked in a workspace, as the account's stack grants on it there."""
    group = "contractors-of-review"
    made = reviewing.account.groups.create(display_name=group)
    client = reviewing.deployed.client("paula-prod")
    metastore = client.metastores.summary().metastore_id or ""
    given = [Privilege.CREATE_CATALOG, Privilege.CREATE_CONNECTION]
    client.grants.update("metastore", metastore, changes=[PermissionsChange(principal=group, add=given)])
    try:
        settings = reviewing.edit(
            {
                "account.yaml": {f"groups.{group}": "Make catalogs"},
                "access.yaml": {f"{group}.prod.write": ["metastore"]},
            }
        )
        found = reviewing.review(settings, ["account"])
        lines = [finding.text for finding in told(found, group) if OVERWRITTEN in finding.why]
        assert lines == [f"{group} loses CREATE_CONNECTION on the metastore"]
    finally:
        back = PermissionsChange(principal=group, remove=given)
        client.grants.update("metastore", metastore, changes=[back])
        reviewing.account.groups.delete(made.id or "")


def put_in(reviewing: Reviewing, member: Group, group: Group) -> None:
    """As the identity provider does."""
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "value": {"members": [{"value": member.id}]}}],
    }
    path = f"/api/2.0/accounts/{reviewing.account.config.account_id}/scim/v2/Groups/{group.id}"
    reviewing.account.api_client.do("PATCH", path, body=body)


def told(found: Review, principal: str) -> list[Finding]:
    """What is told of somebody's rights."""
    return [finding for finding in found.of(Section.ACCESS) if finding.text.startswith(principal)]
