"""What runs cost: how often there are any, how much they compute, and what they make of endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infra.review.costs import Costs, Thing, thing
from infra.review.plan import Plan, Values
from infra.review.saying import Saying
from infra.review.schedules import DAYS, Schedule, schedule_of, told_runs
from infra.review.values import after, before, by_key, number, shown

_CONCURRENCY: Mapping[str, int] = {"Small": 4, "Medium": 16, "Large": 64}  # requests at once, at most
_SCHEDULED: Mapping[str, tuple[str, str]] = {
    "databricks_job": ("job", "name"),
    "databricks_quality_monitor": ("monitor", "table_name"),
    "databricks_alert_v2": ("alert", "display_name"),
}


def of_jobs(plan: Plan, costs: Costs) -> Iterator[Saying]:
    """What jobs' parameters and targets change in what a run costs."""
    for change in plan.of("databricks_job"):
        if change.kind not in ("update", "replace"):
            continue
        it = thing(change, "job", "name")
        old, new = _parameters(before(change)), _parameters(after(change))
        yield from concurrency(it, "the endpoint", old, new, costs)
        yield from _trials(it, old, new, costs)
        yield from _rows(it, old, new, costs)
        yield from _target(it, costs)


def of_schedules(plan: Plan, costs: Costs) -> Iterator[Saying]:
    """What runs more often, or less often, by itself."""
    for change in plan.of(*_SCHEDULED):
        it = thing(change, *_SCHEDULED[change.type])
        old, new = schedule_of(before(change)), schedule_of(after(change))
        if old == new:
            continue
        runs = [_runs(schedule) for schedule in (old, new)]
        if runs[0] is None or runs[1] is None:
            texts = [schedule.text if schedule else "no schedule" for schedule in (old, new)]
            yield costs.more(it, f"{texts[0]} → {texts[1]}: how often it runs can't be counted")
        elif runs[0] != runs[1]:
            what = f"{told_runs(runs[0])} → {told_runs(runs[1])} runs in {DAYS} days"
            yield costs.compared(it, what, runs[0], runs[1])


def concurrency(it: Thing, what: str, old: Values, new: Values, costs: Costs) -> Iterator[Saying]:
    """What an endpoint's size, and whether it scales to zero, change in what it costs."""
    sizes = [str(values.get("workload_size")) for values in (old, new)]
    if sizes[0] != sizes[1]:
        most = [_CONCURRENCY.get(size) for size in sizes]
        text = f"{what} has the size {sizes[0]} → {sizes[1]}"
        if most[0] and most[1]:
            yield costs.compared(
                it, f"{text}: up to {most[0]} → {most[1]} requests at once", most[0], most[1]
            )
        else:
            yield costs.more(it, text)
    zero = [str(values.get("scale_to_zero")).lower() for values in (old, new)]
    if zero == ["true", "false"]:
        yield costs.more(it, f"{what} no longer scales to zero: it costs while nobody calls it")
    elif zero == ["false", "true"]:
        yield costs.less(it, f"{what} scales to zero while nobody calls it")


def _trials(it: Thing, old: Values, new: Values, costs: Costs) -> Iterator[Saying]:
    """Trials are trainings; with none of them there is one training, with known hyperparameters."""
    trials = [number(values.get("trials")) for values in (old, new)]
    if trials[0] is not None and trials[1] is not None and trials[0] != trials[1]:
        what = f"{trials[0]} → {trials[1]} trials a training"
        yield costs.compared(it, what, max(trials[0], 1), max(trials[1], 1))


def _rows(it: Thing, old: Values, new: Values, costs: Costs) -> Iterator[Saying]:
    rows = [number(values.get("max_rows")) for values in (old, new)]
    if rows[0] is None or rows[1] is None or rows[0] == rows[1]:
        return
    what = f"trains on {_told_rows(rows[0])} → {_told_rows(rows[1])}"
    if not rows[1]:
        yield costs.more(it, what)
    elif not rows[0]:
        yield costs.less(it, what)
    else:
        yield costs.compared(it, what, rows[0], rows[1])


def _target(it: Thing, costs: Costs) -> Iterator[Saying]:
    targets = [values(it.change).get("performance_target") for values in (before, after)]
    if targets[0] == targets[1]:
        return
    told = [shown(target or "the default") for target in targets]
    say = costs.less if targets[1] == "STANDARD" else costs.more
    yield say(it, f"performance target {told[0]} → {told[1]}")


def _runs(schedule: Schedule | None) -> float | None:
    return schedule.runs if schedule else 0


def _parameters(values: Values) -> dict[str, object]:
    return {name: item.get("default") for name, item in by_key(values, "parameter", "name").items()}


def _told_rows(rows: int) -> str:
    return f"at most {rows} rows" if rows else "all rows"
