"""Staging mirrors prod: every difference between the two stacks is listed here, with its reason.

The environment's own name is no difference. A path is a resource's type, its construct's path in the stack,
and the attribute; items of lists are told by their name where they have one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.infra.synthesis import Synthesized

FIDELITY = "reduced fidelity: fewer months, rows and trials show that everything works"
TOLD = "who is told of staging's failures is not on call for prod"
BY_ITSELF = "prod runs by itself, staging when somebody or CI runs it"
HOOK = "no alert of staging starts a training; a test does"
LEFT_BEHIND = "what tests leave in staging goes after some days; in prod it would stay"
DESTROYED = "staging can be destroyed with all that is in it"
BESIDE_PROD = "dev shows its new models beside prod's Champion"
ALLOWED: Mapping[str, str] = {
    "databricks_job flights/ingest/Job: parameter.to_month.default": FIDELITY,
    "databricks_job flights/inference/Job: parameter.*_month.default": FIDELITY,
    "databricks_job flights/training/Job: parameter.trials.default": FIDELITY,
    "databricks_job flights/training/Job: parameter.max_rows.default": FIDELITY,
    "databricks_job flights/training/Job: health.*": "what trains on less is late sooner",
    "databricks_job flights/*/Job: parameter.scale_to_zero.default": "what only tests ask may sleep",
    "databricks_sql_endpoint Warehouse/Warehouse: auto_stop_mins": "nobody waits for a test's next statement",
    "databricks_job flights/*/Job: schedule.*": BY_ITSELF,
    "databricks_quality_monitor flights/Monitoring/*/Monitor: schedule.0.*": BY_ITSELF,
    "databricks_alert_v2 flights/Monitoring/*/Alert: schedule.*": BY_ITSELF,
    "databricks_job flights/*/Job: email_notifications.on_*": TOLD,
    "databricks_quality_monitor flights/Monitoring/*/Monitor: notifications.*.email_addresses.*": TOLD,
    "databricks_notification_destination Notifications/People: config.email.addresses.*": TOLD,
    "databricks_notification_destination Notifications/RetrainingHook: *": HOOK,
    "databricks_alert_v2 flights/Monitoring/*/Alert: evaluation.notification.subscriptions.1.*": HOOK,
    "variable: retraining_hook_password.*": HOOK,
    "databricks_job flights/purge/Job: *": LEFT_BEHIND,
    "databricks_permissions flights/purge/Permissions: *": LEFT_BEHIND,
    "output: flights_purge_job_id.value": LEFT_BEHIND,
    "databricks_grant flights/SchemaGrants/run: privileges.MANAGE": LEFT_BEHIND,
    "databricks_grant flights/Monitoring/MetricsGrants/run: privileges.MANAGE": LEFT_BEHIND,
    "databricks_catalog Catalog/Catalog: force_destroy": DESTROYED,
    "databricks_schema flights/Schema/Schema: force_destroy": DESTROYED,
    "databricks_directory flights/Folder/Folder: delete_recursive": DESTROYED,
    "*: lifecycle.prevent_destroy": DESTROYED,
    "databricks_grant CatalogGrants/run-dev: *": BESIDE_PROD,
    "databricks_grant flights/SchemaGrants/run-dev: *": BESIDE_PROD,
}
NAMES = ("name", "task_key", "key", "environment_key", "group_name", "service_principal_name")


@pytest.fixture(scope="module")
def differences(stacks: dict[str, Synthesized]) -> set[str]:
    """The paths at which the two stacks say something else."""
    staging = json.loads(json.dumps(stacks["staging"].document).replace("staging", "prod"))
    one, other = dict(leaves(staging)), dict(leaves(stacks["prod"].document))
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}


def leaves(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value of a stack by its path."""
    for section, content in document.items():
        if section in {"resource", "data"}:
            for type_, named in content.items():
                for name, resource in named.items():
                    path = resource.get("//", {}).get("path", f"/{name}")
                    yield from below(f"{type_} {path.partition('/')[2]}:", resource)
        elif section != "//":
            yield from below(f"{section}:", content)


def below(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value below a path; an empty list or object is one."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            if key != "//":
                yield from below(f"{path} {key}" if path.endswith(":") else f"{path}.{key}", item)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from below(f"{path}.{name_of(item, index)}", item)
    else:
        yield path, value


def name_of(item: Any, index: int) -> str:
    """What tells an item of a list from the others; words tell themselves, in whatever order."""
    if isinstance(item, str):
        return item
    names = [str(item[key]) for key in NAMES if key in item] if isinstance(item, dict) else []
    return names[0] if names else str(index)


def test_every_difference_has_its_reason(differences: set[str]) -> None:
    """What staging lacks or has otherwise is meant so, or prod would be the first to see something work."""
    assert differences
    unlisted = [path for path in differences if not any(fnmatchcase(path, each) for each in ALLOWED)]
    assert sorted(unlisted) == []


@pytest.mark.parametrize("pattern", ALLOWED)
def test_every_reason_has_its_difference(differences: set[str], pattern: str) -> None:
    """A difference that is no more is no longer allowed."""
    assert any(fnmatchcase(path, pattern) for path in differences)


@pytest.mark.parametrize("path", ["a: b", "a: c.x", "a: d.1", "a: e.MANAGE"])
def test_a_difference_is_found(path: str) -> None:
    """Another value, an item that only one has, an attribute of a named item."""
    one = {"b": 1, "c": [{"name": "x", "size": 1}], "d": [1], "e": ["SELECT"]}
    other = {
        "a: b": {**one, "b": 2},
        "a: c.x": {**one, "c": [{"name": "x", "size": 2}]},
        "a: d.1": {**one, "d": [1, 2]},
        "a: e.MANAGE": {**one, "e": ["MANAGE", "SELECT"]},
    }[path]
    before, after = dict(below("a:", one)), dict(below("a:", other))
    found = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
    assert len(found) == 1
    assert found.pop().startswith(path)
