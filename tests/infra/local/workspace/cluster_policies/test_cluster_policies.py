"""Cluster policies: kept by admins, seen by who may use them."""

from __future__ import annotations

import json

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied, platform
from databricks.sdk.errors.platform import InvalidParameterValue
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

from tests.infra.local.workspace.members import Workspace

SMALL = json.dumps({"num_workers": {"type": "range", "maxValue": 2}})


def make(workspace: Workspace, name: str) -> str:
    """A new policy of the admin's."""
    return workspace.client.cluster_policies.create(name=name, definition=SMALL).policy_id or ""


def test_a_policy_is_kept_as_it_is_changed(workspace: Workspace) -> None:
    """Name, definition and number; it is listed until it is deleted."""
    policies, policy_id = workspace.client.cluster_policies, make(workspace, "kept")
    policies.edit(policy_id, name="changed", definition="{}", max_clusters_per_user=2, description="d")
    changed = policies.get(policy_id)
    assert (changed.name, changed.definition, changed.max_clusters_per_user) == ("changed", "{}", 2)
    assert policy_id in {policy.policy_id for policy in policies.list()}
    policies.delete(policy_id)
    with pytest.raises(NotFound):
        policies.get(policy_id)


def test_a_policy_is_for_who_may_use_it(workspace: Workspace) -> None:
    """Others don't see it, there or not, and only admins say who may, and what it is."""
    policy_id = make(workspace, "shared")
    ann, bob = workspace.add_user(), workspace.add_user()
    entry = AccessControlRequest(user_name=ann.principal.name, permission_level=PermissionLevel.CAN_USE)
    workspace.client.permissions.set("cluster-policies", policy_id, access_control_list=[entry])
    assert [policy.name for policy in ann.client.cluster_policies.list()] == ["shared"]
    assert list(bob.client.cluster_policies.list()) == []
    for unseen in (policy_id, "0000"):
        with pytest.raises(PermissionDenied):
            bob.client.cluster_policies.get(unseen)
    with pytest.raises(PermissionDenied):
        ann.client.permissions.update("cluster-policies", policy_id, access_control_list=[entry])
    with pytest.raises(PermissionDenied):
        ann.client.cluster_policies.edit(policy_id, name="mine", definition="{}")


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("num_workers: 2", "not JSON"),
        ("[]", "a JSON object"),
        ('{"num_workers": 2}', "num_workers: type must be one of"),
        ('{"num_workers": {"type": "most"}}', "num_workers: type must be one of"),
        ('{"num_workers": {"type": "range"}}', "range needs minValue or maxValue"),
        ('{"node_type_id": {"type": "allowlist", "values": []}}', "allowlist needs values"),
    ],
)
def test_a_definition_that_limits_nothing_is_refused(
    workspace: Workspace, definition: str, message: str
) -> None:
    """What no cluster could be held against, with the attribute that it is of."""
    with pytest.raises(InvalidParameterValue, match=message):
        workspace.client.cluster_policies.create(name="wrong", definition=definition)


def test_what_else_can_not_be_is_refused(workspace: Workspace) -> None:
    """A name that is taken, what is not done here, and compute itself."""
    make(workspace, "taken")
    with pytest.raises(InvalidParameterValue, match="exists already"):
        make(workspace, "taken")
    with pytest.raises(platform.NotImplemented, match="policy_family_id"):
        workspace.client.cluster_policies.create(name="family", policy_family_id="job-cluster")
    with pytest.raises(platform.NotImplemented):
        workspace.client.clusters.create(spark_version="16.4.x-scala2.12", num_workers=1)
