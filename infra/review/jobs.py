"""What becomes of jobs: whether, when, as whom, with which code and parameters they run, and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from infra.review.finding import Severity
from infra.review.plan import Change, Plan, Values
from infra.review.running import Stakes, rescheduled, told_besides
from infra.review.saying import Saying
from infra.review.values import (
    after,
    before,
    block,
    blocks,
    by_key,
    in_order,
    lost,
    names,
    shown,
    wheel,
)

_OF_CODE = {"code_version", "code_commit"}  # parameters that tell which code runs
_OF_SIZE = {"workload_size", "scale_to_zero"}  # what a deployment gives the endpoint
_TOLD = {
    *("name", "schedule", "trigger", "continuous", "run_as", "environment", "parameter", "task"),
    *("timeout_seconds", "email_notifications", "webhook_notifications"),
    *("job_cluster", "performance_target", "budget_policy_id", "id", "url"),  # money, or the platform's own
}
_WHEN = {
    "on_failure": "failed runs",
    "on_duration_warning_threshold_exceeded": "runs that take too long",
    "on_success": "runs that succeeded",
    "on_start": "runs that start",
}
_LIMITS = {"timeout_seconds": "timeout", "max_retries": "retries"}


def of_jobs(plan: Plan, stakes: Stakes) -> Iterator[Saying]:
    """What happens to a plan's jobs."""
    known = names(plan)
    for change in plan.of("databricks_job"):
        name = _name(change)
        if change.kind == "create":
            yield from _created(change, name, stakes)
        elif change.kind in ("delete", "forget"):
            stays = "is managed by no stack any more" if change.kind == "forget" else "is deleted"
            yield Saying(stakes.graver, "job", name, stays, (change.address,))
        else:
            if change.kind == "replace":
                what = "is replaced: its id changes and its runs are gone"
                yield Saying(stakes.graver, "job", name, what, (change.address,))
            yield from _updated(plan, change, stakes, known)


def _created(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    yield Saying(Severity.LOW, "job", name, "is new", (change.address,))
    yield from rescheduled(change, "job", name, stakes)


def _updated(plan: Plan, change: Change, stakes: Stakes, known: Mapping[str, str]) -> Iterator[Saying]:
    name = _name(change)
    said = [
        *_renamed(change, stakes),
        *rescheduled(change, "job", name, stakes),
        *_run_as(change, stakes, known),
        *_code(plan, change),
        *_parameters(change, stakes),
        *_tasks(change, stakes),
        *_limits(change, stakes),
        *_notifications(change, stakes, known),
    ]
    yield from said
    if said:
        yield from told_besides(change, "job", name, _TOLD)


def _renamed(change: Change, stakes: Stakes) -> Iterator[Saying]:
    old, new = before(change).get("name"), after(change).get("name")
    if old != new:
        yield Saying(stakes.milder, "job", str(old), f"is renamed to {new}", (change.address,))


def _run_as(change: Change, stakes: Stakes, known: Mapping[str, str]) -> Iterator[Saying]:
    old, new = (_principal(values, known) for values in (before(change), after(change)))
    if old != new:
        what = f"runs as {new} instead of {old}"
        yield Saying(stakes.graver, "job", _name(change), what, (change.address,))


def _principal(values: Values, known: Mapping[str, str]) -> str:
    run_as = block(values, "run_as")
    id_ = str(run_as.get("service_principal_name") or run_as.get("user_name") or "who made it")
    return known.get(id_, id_)


def _code(plan: Plan, change: Change) -> Iterator[Saying]:
    old, new = _dependencies(before(change)), _dependencies(after(change))
    gone, come = lost(old, new), lost(new, old)
    parameters = [_parameter_values(values) for values in (before(change), after(change))]
    of_code = [name for name in sorted(_OF_CODE) if parameters[0].get(name) != parameters[1].get(name)]
    if gone or come:
        files = [item.address for item in plan.of("databricks_file") if _is_of(item, {*gone, *come})]
        detail = f"{_versions(gone, come)}"
        addresses = (change.address, *files)
        yield Saying(Severity.LOW, "job", _name(change), "runs other code", addresses, detail=detail)
    elif of_code:
        detail = in_order(_changed(parameters[0], parameters[1], of_code))
        yield Saying(Severity.LOW, "job", _name(change), "runs other code", (change.address,), detail=detail)


def _dependencies(values: Values) -> list[str]:
    specs = [block(item, "spec") for item in blocks(values, "environment")]
    libraries = [item for task in blocks(values, "task") for item in blocks(task, "library")]
    environments = [item for spec in specs for item in spec.get("dependencies") or ()]
    return [*environments, *(str(item["whl"]) for item in libraries if item.get("whl"))]


def _is_of(file: Change, paths: set[str]) -> bool:
    return bool(paths & {str(values.get("path")) for values in (before(file), after(file))})


def _versions(gone: list[str], come: list[str]) -> str:
    """Which wheel becomes which; where the version is the same, by the folders that tell the content."""
    old, new = in_order(map(wheel, gone)) or "nothing", in_order(map(wheel, come)) or "nothing"
    if old != new:
        return f"{old} → {new}"
    folders = [in_order(PurePosixPath(path).parent.name for path in paths) for paths in (gone, come)]
    return f"{old}: {folders[0]} → {folders[1]}"


def _parameters(change: Change, stakes: Stakes) -> Iterator[Saying]:
    old, new = _parameter_values(before(change)), _parameter_values(after(change))
    differing = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    sizes = [name for name in differing if name in _OF_SIZE]
    others = [name for name in differing if name not in _OF_SIZE | _OF_CODE]
    if sizes:
        what = f"deploys with {in_order(_changed(old, new, sizes))}"
        yield Saying(
            stakes.milder,
            "job",
            _name(change),
            what,
            (change.address,),
            ("the endpoint is given it by the job's next deployment",),
        )
    if others:
        what = f"runs with {in_order(_changed(old, new, others))}"
        yield Saying(stakes.milder, "job", _name(change), what, (change.address,))


def _parameter_values(values: Values) -> dict[str, object]:
    return {name: item.get("default") for name, item in by_key(values, "parameter", "name").items()}


def _changed(old: Mapping[str, object], new: Mapping[str, object], among: list[str]) -> list[str]:
    return [f"{name} {shown(old.get(name))} → {shown(new.get(name))}" for name in among]


def _tasks(change: Change, stakes: Stakes) -> Iterator[Saying]:
    old, new = (by_key(values, "task", "task_key") for values in (before(change), after(change)))
    here = (change.address,)
    for severity, verb, keys in (
        (stakes.graver, "loses", lost(old, new)),
        (Severity.LOW, "gets", lost(new, old)),
    ):
        if keys:
            word = "task" if len(keys) == 1 else "tasks"
            yield Saying(severity, "job", _name(change), f"{verb} the {word} {in_order(keys)}", here)
    for key in (key for key in old if key in new):
        # What the task runs, where; its limits are told with the job's.
        rest = [item for item in _differing(old[key], new[key]) if item not in (*_LIMITS, "library")]
        if rest:
            what = f"has another task {key}: {in_order(rest)}"
            yield Saying(stakes.milder, "job", _name(change), what, here)


def _differing(old: Values, new: Values) -> list[str]:
    return [
        name for name in dict.fromkeys([*old, *new]) if (old.get(name) or None) != (new.get(name) or None)
    ]


def _limits(change: Change, stakes: Stakes) -> Iterator[Saying]:
    old, new = before(change), after(change)
    pairs = [("", old, new)]
    tasks = [by_key(values, "task", "task_key") for values in (old, new)]
    pairs += [(f" of {key}", tasks[0][key], tasks[1][key]) for key in tasks[0] if key in tasks[1]]
    for where, one, other in pairs:
        for name, word in _LIMITS.items():
            values = [_limit(name, item.get(name)) for item in (one, other)]
            if values[0] != values[1]:
                ends = name == "timeout_seconds" and not other.get(name)
                severity = stakes.graver if ends else Severity.LOW
                what = f"has another {word}{where}: {values[0]} → {values[1]}"
                yield Saying(severity, "job", _name(change), what, (change.address,))


def _limit(name: str, value: object) -> str:
    if name == "timeout_seconds":
        return f"{shown(value)} s" if value else "none"
    return shown(value or 0)


def _notifications(change: Change, stakes: Stakes, known: Mapping[str, str]) -> Iterator[Saying]:
    for event, word in _WHEN.items():
        old, new = (_told(values, event, known) for values in (before(change), after(change)))
        if gone := lost(old, new):
            severity = stakes.graver if event == "on_failure" else stakes.milder
            what = f"tells {in_order(gone)} no more of {word}"
            yield Saying(severity, "job", _name(change), what, (change.address,))
        if come := lost(new, old):
            what = f"tells {in_order(come)} of {word}, too"
            yield Saying(Severity.LOW, "job", _name(change), what, (change.address,))


def _told(values: Values, event: str, known: Mapping[str, str]) -> list[str]:
    mails = block(values, "email_notifications").get(event) or []
    hooks = [str(item.get("id")) for item in blocks(block(values, "webhook_notifications"), event)]
    return [*map(str, mails), *(known.get(id_, id_) for id_ in hooks)]


def _name(change: Change) -> str:
    return str(before(change).get("name") or after(change).get("name") or change.address)
