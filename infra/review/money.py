"""What would cost more or less than before, in sizes and how often: prices are the contract's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infra.review.budgets import of_budgets
from infra.review.compute_costs import of_compute
from infra.review.costs import Costs, Thing, thing
from infra.review.finding import Finding, Section
from infra.review.plan import Plan, Values
from infra.review.running_costs import concurrency, of_jobs, of_schedules
from infra.review.saying import Saying, gather
from infra.review.values import after, before, block, by_key, number, shown

# DBU an hour of one cluster while it runs, whichever the warehouse's type: Databricks' price list.
_DBUS: Mapping[str, int] = {
    **{"2X-Small": 4, "X-Small": 6, "Small": 12, "Medium": 24, "Large": 40},
    **{"X-Large": 80, "2X-Large": 144, "3X-Large": 272, "4X-Large": 528},
}
_RATE = "DBU an hour while it runs"


def find_money(plan: Plan, production: bool) -> Iterator[Finding]:  # noqa: FBT001 - of every section
    """What costs more, or less, and by how much; what is the same of several resources is told once."""
    costs = Costs(production)
    sayings = [
        *_warehouses(plan, costs),
        *_endpoints(plan, costs),
        *of_jobs(plan, costs),
        *of_schedules(plan, costs),
        *of_compute(plan, costs),
        *of_budgets(plan, costs),
    ]
    yield from gather(Section.MONEY, plan.stack, sayings)


def _warehouses(plan: Plan, costs: Costs) -> Iterator[Saying]:
    for change in plan.of("databricks_sql_endpoint"):
        it, old, new = thing(change, "warehouse", "name"), before(change), after(change)
        if change.kind == "create":
            yield costs.more(it, f"starts: {_size(new)}{_told(_dbus(new))}, {_stops(new)}")
        elif change.kind == "delete":
            yield costs.less(it, f"ends: {_size(old)}{_told(_dbus(old))}")
        elif change.kind in ("update", "replace"):
            yield from _resized(it, old, new, costs)
            yield from _stopped(it, old, new, costs)
            yield from _billed(it, old, new, costs)


def _resized(it: Thing, old: Values, new: Values, costs: Costs) -> Iterator[Saying]:
    if _size(old) == _size(new):
        return
    sizes, dbus = f"{_size(old)} → {_size(new)}", (_dbus(old), _dbus(new))
    if None in dbus:
        yield costs.more(it, sizes)
    else:
        yield costs.compared(it, f"{sizes}: {dbus[0]} → {dbus[1]} {_RATE}", dbus[0] or 0, dbus[1] or 0)


def _stopped(it: Thing, old: Values, new: Values, costs: Costs) -> Iterator[Saying]:
    minutes = [number(values.get("auto_stop_mins")) for values in (old, new)]
    if minutes[0] == minutes[1] or minutes[0] is None or minutes[1] is None:
        return
    what = f"{_stops(old)} → {_stops(new)}"
    if not minutes[1]:
        yield costs.unlimited(it, what)
    elif minutes[0] and minutes[1] > minutes[0]:
        yield costs.more(it, what)
    else:
        yield costs.less(it, what)


def _billed(it: Thing, old: Values, new: Values, costs: Costs) -> Iterator[Saying]:
    kinds = [
        "serverless"
        if values.get("enable_serverless_compute")
        else str(values.get("warehouse_type") or "classic").lower()
        for values in (old, new)
    ]
    if kinds[0] != kinds[1]:
        yield costs.more(it, f"{kinds[0]} → {kinds[1]}: each DBU has another price")


def _size(values: Values) -> str:
    clusters = _clusters(values)
    return f"{values.get('cluster_size')}{f' with up to {clusters} clusters' if clusters > 1 else ''}"


def _dbus(values: Values) -> int | None:
    """What all of its clusters take an hour; None for a size that is not known here."""
    one = _DBUS.get(str(values.get("cluster_size")))
    return one * _clusters(values) if one else None


def _clusters(values: Values) -> int:
    return number(values.get("max_num_clusters")) or 1


def _told(dbus: int | None) -> str:
    return f", {dbus} {_RATE}" if dbus else ""


def _stops(values: Values) -> str:
    minutes = number(values.get("auto_stop_mins"))
    if minutes is None:
        return "stops as the platform's default says"
    return f"stops after {minutes} idle minutes" if minutes else "never stops by itself"


def _endpoints(plan: Plan, costs: Costs) -> Iterator[Saying]:
    """Served entities, where a plan tells them."""
    for change in plan.of("databricks_model_serving"):
        it = thing(change, "endpoint", "name")
        old, new = (
            by_key(block(values, "config"), "served_entities", "name")
            for values in (before(change), after(change))
        )
        for name in (name for name in old if name in new):
            yield from concurrency(it, name, _entity(old[name]), _entity(new[name]), costs)


def _entity(values: Values) -> Values:
    """A served entity's size, as jobs' parameters tell it."""
    return {
        "workload_size": values.get("workload_size"),
        "scale_to_zero": shown(bool(values.get("scale_to_zero_enabled"))),
    }
