"""Who is told when it costs too much, and under what it is billed."""

from __future__ import annotations

from collections.abc import Iterator

from infra.review.costs import Costs, Thing, thing
from infra.review.plan import Change, Plan, Values
from infra.review.saying import Saying
from infra.review.values import (
    LATER,
    after,
    before,
    block,
    blocks,
    by_key,
    in_order,
    lost,
    names,
    number,
    same,
    shown,
)

_BILLED = {"databricks_job": "job", "databricks_model_serving": "endpoint"}


def of_budgets(plan: Plan, costs: Costs) -> Iterator[Saying]:
    """What becomes of budgets and budget policies, and of what is billed under these."""
    for change in plan.of("databricks_budget"):
        yield from _budget(change, costs)
    for change in plan.of("databricks_budget_policy"):
        yield from _policy(change, costs)
    known = names(plan)
    for change in plan.of(*_BILLED):
        ids = [values(change).get("budget_policy_id") for values in (before, after)]
        if change.kind in ("update", "replace") and ids[0] != ids[1]:
            told = [known.get(str(id_), shown(id_ or "no policy")) for id_ in ids]
            say = costs.less if ids[1] else costs.unlimited
            yield say(thing(change, _BILLED[change.type], "name"), f"billed under {told[0]} → {told[1]}")


def _budget(change: Change, costs: Costs) -> Iterator[Saying]:
    it = thing(change, "budget", "display_name")
    old, new = _threshold(before(change)), _threshold(after(change))
    if change.kind == "create":
        yield costs.less(it, f"people are told from {shown(new)} dollars a month on")
    elif change.kind in ("delete", "forget"):
        yield costs.unlimited(
            it, f"nobody is told any more what a month costs; it was from {shown(old)} dollars on"
        )
    else:
        if new is None:
            yield costs.more(it, f"people are told from {shown(old)} → {LATER} on")
        elif old != new:
            what = f"people are told from {shown(old)} → {shown(new)} dollars a month on"
            yield costs.compared(it, what, old or 0, new)
        yield from _people(it, costs)


def _people(it: Thing, costs: Costs) -> Iterator[Saying]:
    old, new = _told(before(it.change)), _told(after(it.change))
    if gone := lost(old, new):
        yield costs.unlimited(it, f"{in_order(gone)} is told no more of what a month costs")
    if come := lost(new, old):
        yield costs.less(it, f"{in_order(come)} is told what a month costs, too")
    if not same(before(it.change).get("filter"), after(it.change).get("filter")):
        yield costs.more(it, "counts something else")


def _threshold(values: Values) -> int | None:
    """List-price dollars a month; None for what only the deploy will tell."""
    return number(str(block(values, "alert_configurations").get("quantity_threshold")).partition(".")[0])


def _told(values: Values) -> list[str]:
    actions = blocks(block(values, "alert_configurations"), "action_configurations")
    return [str(action.get("target")) for action in actions]


def _policy(change: Change, costs: Costs) -> Iterator[Saying]:
    it = thing(change, "budget policy", "policy_name")
    if change.kind in ("delete", "replace"):
        yield costs.unlimited(it, "what was billed under it is told apart no more")
    elif change.kind == "create":
        yield costs.less(it, "serverless compute can be billed under it")
    elif change.kind == "update":
        old, new = (_tags(values) for values in (before(change), after(change)))
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        told = [f"{key} {shown(old.get(key))} → {shown(new.get(key))}" for key in changed]
        if told:
            yield costs.less(it, f"bills with other tags: {in_order(told)}")


def _tags(values: Values) -> dict[str, object]:
    return {key: item.get("value") for key, item in by_key(values, "custom_tags", "key").items()}
