"""What nobody declared and a review tells all the same: groups in groups, and rights given by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.catalog import PermissionsChange, Privilege
from databricks.sdk.service.iam import Group

from infra.review.finding import Finding, Section
from infra.review.reviewing import Review
from infra.review.single_rights import OVERWRITTEN
from tests.e2e.review.reviewing import Reviewing

pytestmark = pytest.mark.slow

CONTRACTORS = "contractors-of-review"


def test_a_group_in_a_group(reviewing: Reviewing) -> None:
    """A grant to a group is told of the groups in it, too, which nobody declared."""
    account = reviewing.account
    outer = next(group for group in account.groups.list() if group.display_name == "data-scientists")
    middle = account.groups.create(display_name=CONTRACTORS)
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
    client = reviewing.deployed.client("prod")
    with by_hand(reviewing, client, "schema", "prod.flights", Privilege.SELECT, Privilege.APPLY_TAG):
        lines = overwritten(reviewing, "prod", {f"{CONTRACTORS}.prod/flights.read": ["features"]})
    assert lines == [f"{CONTRACTORS} loses APPLY_TAG, SELECT on prod.flights"]


def test_a_hidden_removal_on_the_metastore(reviewing: Reviewing) -> None:
    """It is asked in a workspace, as the account's stack grants on it there."""
    client = reviewing.deployed.client("paula-prod")
    metastore = client.metastores.summary().metastore_id or ""
    given = (Privilege.CREATE_CATALOG, Privilege.CREATE_CONNECTION)
    with by_hand(reviewing, client, "metastore", metastore, *given):
        lines = overwritten(reviewing, "account", {f"{CONTRACTORS}.prod.write": ["metastore"]})
    assert lines == [f"{CONTRACTORS} loses CREATE_CONNECTION on the metastore"]


@contextmanager
def by_hand(
    reviewing: Reviewing, client: WorkspaceClient, kind: str, name: str, *given: Privilege
) -> Iterator[None]:
    """A group that nobody declared, with privileges that nobody declared."""
    made = reviewing.account.groups.create(display_name=CONTRACTORS)
    change = PermissionsChange(principal=CONTRACTORS, add=list(given))
    client.grants.update(kind, name, changes=[change])
    try:
        yield
    finally:
        back = PermissionsChange(principal=CONTRACTORS, remove=list(given))
        client.grants.update(kind, name, changes=[back])
        reviewing.account.groups.delete(made.id or "")


def overwritten(reviewing: Reviewing, stack: str, rights: Mapping[str, list[str]]) -> list[str]:
    """What is told to be written over where the group gets these rights by the settings."""
    edits = {"account.yaml": {f"groups.{CONTRACTORS}": "Work with features"}, "access.yaml": rights}
    found = reviewing.review(reviewing.edit(edits), [stack])
    return [finding.text for finding in told(found, CONTRACTORS) if OVERWRITTEN in finding.why]


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
