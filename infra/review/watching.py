"""What becomes of those that watch: monitors, alerts, and whom these tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from infra.review.finding import Severity
from infra.review.plan import Change, Plan, Values
from infra.review.running import Stakes, is_said, rescheduled, told_besides
from infra.review.saying import Saying
from infra.review.values import after, before, block, blocks, in_order, lost, names, shown

_MEASURES = (
    *("inference_log", "time_series", "snapshot", "slicing_exprs", "custom_metrics"),
    *("baseline_table_name", "output_schema_name"),
)
_OF_MONITORS = {*_MEASURES, "schedule", "notifications"}
_OF_ALERTS = {
    "display_name",
    "evaluation",
    "query_text",
    "schedule",
    "custom_summary",
    "run_as",
    "effective_run_as",
}


def of_watching(plan: Plan, stakes: Stakes) -> Iterator[Saying]:
    """What happens to a plan's monitors, alerts and notification destinations."""
    known = names(plan)
    for change in plan.of("databricks_quality_monitor"):
        name = str(change.value("table_name"))
        yield from _lost(change, "monitor", name, stakes) or _monitor(change, name, stakes)
    for change in plan.of("databricks_alert_v2"):
        name = _name(change)
        yield from _lost(change, "alert", name, stakes) or _alert(change, name, stakes, known)
    for change in plan.of("databricks_notification_destination"):
        noun, name = "notification destination", _name(change)
        yield from _lost(change, noun, name, stakes) or _destination(change, name, stakes)


def _lost(change: Change, noun: str, name: str, stakes: Stakes) -> list[Saying]:
    """What is said of one that comes, goes or is made anew; nothing where it is only changed."""
    here = (change.address,)
    if change.kind == "create":
        return [Saying(Severity.LOW, noun, name, "is new", here)]
    if change.kind == "delete":
        return [Saying(stakes.graver, noun, name, "is deleted", here)]
    if change.kind == "forget":
        return [Saying(stakes.milder, noun, name, "is managed by no stack any more", here)]
    if change.kind == "replace":
        return [Saying(stakes.milder, noun, name, "is replaced by a new one", here)]
    return []


def _monitor(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    said = list(rescheduled(change, "monitor", name, stakes))
    if measures := [item for item in _MEASURES if is_said(change, item)]:
        what = f"measures otherwise: {in_order(measures)}"
        said.append(Saying(stakes.milder, "monitor", name, what, (change.address,)))
    old, new = (_mails(values) for values in (before(change), after(change)))
    said += _told(_graver(change, "monitor", name, stakes), (old, new))
    yield from said
    if said:
        yield from told_besides(change, "monitor", name, _OF_MONITORS)


def _mails(values: Values) -> list[str]:
    on_failure = block(block(values, "notifications"), "on_failure")
    return list(map(str, on_failure.get("email_addresses") or ()))


def _alert(change: Change, name: str, stakes: Stakes, known: Mapping[str, str]) -> Iterator[Saying]:
    said = [
        *_renamed(change, name),
        *rescheduled(change, "alert", name, stakes),
        *_condition(change, name, stakes),
    ]
    here = (change.address,)
    if is_said(change, "query_text"):
        said.append(Saying(stakes.milder, "alert", name, "asks another query", here))
    if is_said(change, "custom_summary"):
        said.append(Saying(Severity.LOW, "alert", name, "tells it in other words", here))
    if is_said(change, "run_as"):
        ids = [
            str(block(values, "run_as").get("service_principal_name"))
            for values in (before(change), after(change))
        ]
        what = f"asks as {known.get(ids[1], ids[1])} instead of {known.get(ids[0], ids[0])}"
        said.append(Saying(stakes.graver, "alert", name, what, here))
    old, new = (_subscribers(values, known) for values in (before(change), after(change)))
    said += _told(_graver(change, "alert", name, stakes), (old, new))
    yield from said
    if said:
        yield from told_besides(change, "alert", name, _OF_ALERTS)


def _renamed(change: Change, name: str) -> Iterator[Saying]:
    if is_said(change, "display_name"):
        what = f"is renamed to {after(change).get('display_name')}"
        yield Saying(Severity.LOW, "alert", name, what, (change.address,))


def _condition(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    old, new = (block(values, "evaluation") for values in (before(change), after(change)))
    told = [_threshold(old), _threshold(new)]
    here = (change.address,)
    if told[0] != told[1]:
        what = f"fires when it is {told[1]} instead of {told[0]}"
        yield Saying(stakes.milder, "alert", name, what, here)
    for item in ("empty_result_state", "source"):
        if old.get(item) != new.get(item):
            what = f"has another {item}"
            yield Saying(stakes.milder, "alert", name, what, here)
    notices = [block(each, "notification") for each in (old, new)]
    for item in ("notify_on_ok", "retrigger_seconds"):
        values = [shown(each.get(item)) for each in notices]
        if values[0] != values[1]:
            yield Saying(Severity.LOW, "alert", name, f"has another {item}: {values[0]} → {values[1]}", here)


def _threshold(evaluation: Values) -> str:
    threshold = block(evaluation, "threshold")
    value = next((item for item in block(threshold, "value").values() if item is not None), None)
    operator = str(evaluation.get("comparison_operator") or "").lower().replace("_", " ")
    return f"{operator} {shown(value if value is not None else block(threshold, 'column').get('name'))}"


def _subscribers(values: Values, known: Mapping[str, str]) -> list[str]:
    subscriptions = blocks(block(block(values, "evaluation"), "notification"), "subscriptions")
    ids = [str(item.get("destination_id") or item.get("user_email")) for item in subscriptions]
    return [known.get(id_, id_) for id_ in ids]


def _destination(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    configs = [block(values, "config") for values in (before(change), after(change))]
    mails = [list(map(str, block(config, "email").get("addresses") or ())) for config in configs]
    noun = "notification destination"
    said = _told(_graver(change, noun, name, stakes), (mails[0], mails[1]))
    others = [{key: item for key, item in config.items() if key != "email"} for config in configs]
    if others[0] != others[1]:
        # Never from what to what: an address may hold a token.
        said.append(Saying(stakes.milder, noun, name, "sends elsewhere or otherwise", (change.address,)))
    yield from said
    if said:
        yield from told_besides(change, noun, name, {"config", "destination_type"})


def _told(saying: Saying, told: tuple[list[str], list[str]]) -> list[Saying]:
    """Who is told no more, as bad as the saying is; and who is, too."""
    said = []
    if gone := lost(*told):
        said.append(replace(saying, what=f"tells {in_order(gone)} no more"))
    if come := lost(told[1], told[0]):
        said.append(replace(saying, severity=Severity.LOW, what=f"tells {in_order(come)}, too"))
    return said


def _graver(change: Change, noun: str, name: str, stakes: Stakes) -> Saying:
    return Saying(stakes.graver, noun, name, "", (change.address,))


def _name(change: Change) -> str:
    return str(before(change).get("display_name") or after(change).get("display_name") or change.address)
