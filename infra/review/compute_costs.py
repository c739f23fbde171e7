"""What classic compute may cost: the limits of compute policies, and jobs' own clusters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.review.costs import Costs, Thing, thing
from infra.review.plan import Change, Plan, Values
from infra.review.saying import Saying
from infra.review.values import LATER, after, before, block, blocks, by_key, in_order, lost, number, shown

_LIMITS: Mapping[str, str] = {
    "num_workers": "workers",
    "autoscale.max_workers": "workers when it scales",
    "dbus_per_hour": "DBU an hour",
    "autotermination_minutes": "idle minutes",
}
_TYPES: Mapping[str, str] = {"node_type_id": "node types", "driver_node_type_id": "node types of drivers"}


def of_compute(plan: Plan, costs: Costs) -> Iterator[Saying]:
    """What compute policies allow, and what clusters jobs bring along."""
    for change in plan.of("databricks_cluster_policy"):
        if change.kind in ("update", "replace"):
            yield from _policy(change, costs)
        elif change.kind == "create":
            yield costs.more(thing(change, "compute policy", "name"), "classic compute can be started")
    for change in plan.of("databricks_job"):
        if change.kind in ("update", "replace"):
            yield from _job(change, costs)


def _policy(change: Change, costs: Costs) -> Iterator[Saying]:
    it = thing(change, "compute policy", "name")
    if after(change).get("definition") == LATER:
        yield costs.more(it, "its limits become what only the deploy will tell")
        return
    old, new = _definition(before(change)), _definition(after(change))
    limits = [(word, *(_most(values, name) for values in (old, new))) for name, word in _LIMITS.items()]
    most = [values(change).get("max_clusters_per_user") for values in (before, after)]
    limits.append(("clusters a user", most[0], most[1]))
    for word, one, other in limits:
        yield from _limited(it, word, one, other, costs)
    for name, word in _TYPES.items():
        allowed = [_allowed(values.get(name, {})) for values in (old, new)]
        yield from _types(it, word, allowed, costs)


def _limited(it: Thing, word: str, old: Any, new: Any, costs: Costs) -> Iterator[Saying]:
    if old == new:
        return
    if new is None:
        yield costs.unlimited(it, f"up to {shown(old)} → any number of {word}")
    elif old is None:
        yield costs.less(it, f"any number of → up to {shown(new)} {word}")
    else:
        yield costs.compared(it, f"up to {shown(old)} → {shown(new)} {word}", float(old), float(new))


def _types(it: Thing, word: str, allowed: list[list[str]], costs: Costs) -> Iterator[Saying]:
    if come := lost(allowed[1], allowed[0]):
        yield costs.more(it, f"allows the {word} {in_order(come)}, too")
    if gone := lost(allowed[0], allowed[1]):
        yield costs.less(it, f"allows the {word} {in_order(gone)} no more")


def _definition(values: Values) -> Mapping[str, Any]:
    definition = json.loads(values.get("definition") or "{}")
    return definition if isinstance(definition, dict) else {}


def _most(definition: Mapping[str, Any], name: str) -> Any:
    """The most that a limit allows; None where it sets none."""
    limit = definition.get(name) or {}
    return limit.get("maxValue", limit.get("value"))


def _allowed(limit: Mapping[str, Any]) -> list[str]:
    values = limit.get("values") or [limit.get("value")]
    return [str(value) for value in values if value]


def _job(change: Change, costs: Costs) -> Iterator[Saying]:
    it = thing(change, "job", "name")
    old, new = _clusters(before(change)), _clusters(after(change))
    for key in lost(new, old):
        yield costs.more(it, f"has a cluster {key}: {_told(new[key])}")
    for key in lost(old, new):
        yield costs.less(it, f"has no cluster {key} any more: {_told(old[key])}")
    for key in (key for key in old if key in new and _told(old[key]) != _told(new[key])):
        what = f"cluster {key}: {_told(old[key])} → {_told(new[key])}"
        workers = _workers(old[key]), _workers(new[key])
        if old[key].get("node_type_id") == new[key].get("node_type_id"):
            yield costs.compared(it, what, workers[0] + 1, workers[1] + 1)  # the driver is a node, too
        else:
            yield costs.more(it, what)


def _clusters(values: Values) -> dict[str, Values]:
    shared = {
        key: block(item, "new_cluster")
        for key, item in by_key(values, "job_cluster", "job_cluster_key").items()
    }
    own = {f"of {task.get('task_key')}": block(task, "new_cluster") for task in blocks(values, "task")}
    return {key: cluster for key, cluster in {**shared, **own}.items() if cluster}


def _workers(cluster: Values) -> int:
    return number(block(cluster, "autoscale").get("max_workers") or cluster.get("num_workers")) or 0


def _told(cluster: Values) -> str:
    scales = "up to " if block(cluster, "autoscale") else ""
    return f"{scales}{_workers(cluster)} workers of {shown(cluster.get('node_type_id'))}"
