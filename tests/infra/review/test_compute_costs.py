"""What classic compute may cost by its policies is told."""

from __future__ import annotations

import json

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change
from tests.infra.review.telling import told_of_money

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


def _policy(**limits: Json) -> Json:
    definition = {
        "node_type_id": {"type": "allowlist", "values": ["m5d.xlarge"]},
        "num_workers": {"type": "range", "maxValue": 8},
        **limits,
    }
    return {"name": "mlops-prod-job", "definition": json.dumps(definition), "max_clusters_per_user": None}


@pytest.mark.parametrize(
    ("limits", "text", "severity"),
    [
        ({"num_workers": {"maxValue": 20}}, "up to 8 → 20 workers (2.5×)", HIGH),
        ({"num_workers": {"maxValue": 4}}, "up to 8 → 4 workers (0.5×)", LOW),
        ({"num_workers": {}}, "up to 8 → any number of workers", HIGH),
        (
            {"node_type_id": {"values": ["m5d.xlarge", "m5d.4xlarge"]}},
            "allows the node types m5d.4xlarge, too",
            MEDIUM,
        ),
        ({"dbus_per_hour": {"maxValue": 9}}, "any number of → up to 9 DBU an hour", LOW),
    ],
)
def test_changed_compute_policy(limits: Json, text: str, severity: Severity) -> None:
    """What may be started: a limit that goes is worse than one that is raised a little."""
    changed = change("databricks_cluster_policy", before=_policy(), after=_policy(**limits))
    assert told_of_money(changed, production=True) == [(f"compute policy mlops-prod-job: {text}", severity)]


def test_new_policy_lets_compute_be_started() -> None:
    """Where there was none, nothing classic could be."""
    created = change("databricks_cluster_policy", after=_policy())
    assert told_of_money(created) == [
        ("compute policy mlops-prod-job: classic compute can be started", MEDIUM)
    ]


def test_definition_that_only_the_deploy_tells() -> None:
    """It can't be compared, and nothing is made up of it."""
    after = {"name": "mlops-prod-job"}
    changed = change("databricks_cluster_policy", before=_policy(), after=after, unknown={"definition": True})
    text = "compute policy mlops-prod-job: its limits become what only the deploy will tell"
    assert told_of_money(changed) == [(text, MEDIUM)]


def test_clusters_that_jobs_lose() -> None:
    """A task's own cluster is told by its task."""
    new = {"num_workers": 2, "autoscale": [], "node_type_id": "m5d.xlarge"}
    before = {"name": "ingest", "task": [{"task_key": "load", "new_cluster": [new]}]}
    changed = change(
        "databricks_job", before=before, after={"name": "ingest", "task": [{"task_key": "load"}]}
    )
    assert told_of_money(changed) == [
        ("job ingest: has no cluster of load any more: 2 workers of m5d.xlarge", LOW)
    ]
