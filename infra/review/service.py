"""What a plan means for whoever calls endpoints, waits for jobs, or is told by alerts."""

from __future__ import annotations

from collections.abc import Iterator

from infra.review.finding import Finding, Section, Severity
from infra.review.jobs import of_jobs
from infra.review.plan import Change, Plan, Values
from infra.review.running import Stakes, told_besides
from infra.review.saying import Saying, gather
from infra.review.values import after, before, block, blocks, by_key, in_order, same, shown
from infra.review.watching import of_watching

_OF_ENDPOINTS = {"name", "config", "ai_gateway", "id", "endpoint_url", "serving_endpoint_id"}
_MOVED = "callers use another URL"


def find_service(plan: Plan, production: bool) -> Iterator[Finding]:  # noqa: FBT001 - of every section
    """What stops, moves or goes otherwise; what is the same of several resources is told once."""
    stakes = Stakes(production)
    sayings = [
        *_endpoints(plan, stakes),
        *of_jobs(plan, stakes),
        *of_watching(plan, stakes),
        *_dashboards(plan, stakes),
        *_warehouses(plan, stakes),
    ]
    yield from gather(Section.SERVICE, plan.stack, sayings)


def _endpoints(plan: Plan, stakes: Stakes) -> Iterator[Saying]:
    for change in plan.of("databricks_model_serving"):
        name, here = _name(change), (change.address,)
        if change.kind == "create":
            what = "is new and answers nobody before a model is deployed to it"
            yield Saying(Severity.LOW, "endpoint", name, what, here)
        elif change.kind == "delete":
            yield Saying(stakes.graver, "endpoint", name, "is deleted: its callers get no answer", here)
        elif change.kind == "forget":
            yield Saying(stakes.milder, "endpoint", name, "is managed by no stack any more", here)
        elif change.kind == "replace":
            yield Saying(stakes.graver, "endpoint", name, _replaced(change), here)
        else:
            yield from _endpoint(change, name, stakes)


def _replaced(change: Change) -> str:
    new = after(change).get("name")
    if new != before(change).get("name"):
        return f"is renamed to {new} by replacing it: {_MOVED}"
    return "is replaced: it answers nobody before a model is deployed to it again"


def _endpoint(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    here = (change.address,)
    said = [
        *_served(change, name, stakes),
        *_traffic(change, name, stakes),
        *_gateway(change, name, stakes),
    ]
    if before(change).get("name") != after(change).get("name"):
        what = f"is renamed to {after(change).get('name')}: {_MOVED}"
        said.append(Saying(stakes.graver, "endpoint", name, what, here))
    yield from said
    if said:
        yield from told_besides(change, "endpoint", name, _OF_ENDPOINTS)


def _served(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    old, new = (
        by_key(block(values, "config"), "served_entities", "name")
        for values in (before(change), after(change))
    )
    here = (change.address,)
    for entity in dict.fromkeys([*old, *new]):
        versions = [_version(served[entity]) if entity in served else "nothing" for served in (old, new)]
        if versions[0] != versions[1]:
            severity = stakes.graver if versions[1] == "nothing" else stakes.milder
            what = f"serves another version as {entity}: {versions[0]} → {versions[1]}"
            yield Saying(severity, "endpoint", name, what, here)
        elif not same(old[entity], new[entity]):
            rest = [key for key in new[entity] if not same(old[entity].get(key), new[entity].get(key))]
            changed = [f"{key} {shown(old[entity].get(key))} → {shown(new[entity].get(key))}" for key in rest]
            what = f"serves {entity} with {in_order(changed)}"
            yield Saying(stakes.milder, "endpoint", name, what, here)


def _version(entity: Values) -> str:
    return f"{entity.get('entity_name')} version {shown(entity.get('entity_version'))}"


def _traffic(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    old, new = (_routes(values) for values in (before(change), after(change)))
    if old != new:
        moved = [f"{key} {old.get(key, 0)} → {new.get(key, 0)} %" for key in dict.fromkeys([*old, *new])]
        what = f"sends its traffic elsewhere: {in_order(moved)}"
        yield Saying(stakes.milder, "endpoint", name, what, (change.address,))


def _routes(values: Values) -> dict[str, object]:
    routes = blocks(block(block(values, "config"), "traffic_config"), "routes")
    return {
        str(route.get("served_model_name") or route.get("served_entity_name")): route.get(
            "traffic_percentage"
        )
        for route in routes
    }


def _gateway(change: Change, name: str, stakes: Stakes) -> Iterator[Saying]:
    old, new = (block(values, "ai_gateway") for values in (before(change), after(change)))
    here = (change.address,)
    tables = [block(gateway, "inference_table_config") for gateway in (old, new)]
    logs = [bool(table.get("enabled")) for table in tables]
    if logs[0] and not logs[1]:
        what = "logs its requests no more: its inference table is switched off"
        why = ("monitoring of what it answers reads that table",)
        yield Saying(stakes.graver, "endpoint", name, what, here, why)
    elif logs[1] and not logs[0]:
        yield Saying(Severity.LOW, "endpoint", name, f"logs its requests in {_table(tables[1])}", here)
    elif _table(tables[0]) != _table(tables[1]):
        what = f"logs its requests elsewhere: {_table(tables[0])} → {_table(tables[1])}"
        yield Saying(stakes.milder, "endpoint", name, what, here)
    others = [key for key in {**old, **new} if key != "inference_table_config"]
    if rest := [key for key in others if not same(old.get(key), new.get(key))]:
        what = f"has another AI gateway: {in_order(rest)}"
        yield Saying(stakes.milder, "endpoint", name, what, here)


def _table(config: Values) -> str:
    return ".".join(shown(config.get(key)) for key in ("catalog_name", "schema_name", "table_name_prefix"))


def _dashboards(plan: Plan, stakes: Stakes) -> Iterator[Saying]:
    for change in plan.of("databricks_dashboard"):
        here, old = (change.address,), before(change)
        name = str(old.get("display_name"))
        if change.kind == "delete":
            yield Saying(stakes.milder, "dashboard", name, "is deleted", here)
        elif change.kind == "replace":
            what = "is replaced: links to it break"
            yield Saying(stakes.milder, "dashboard", name, what, here)


def _warehouses(plan: Plan, stakes: Stakes) -> Iterator[Saying]:
    for change in plan.of("databricks_sql_endpoint"):
        here = (change.address,)
        if change.kind == "delete":
            what = "is deleted: queries, alerts and dashboards that run on it stop"
            yield Saying(stakes.graver, "warehouse", _name(change), what, here)
        elif change.kind == "replace":
            what = "is replaced: its id changes, and queries that run end"
            yield Saying(stakes.graver, "warehouse", _name(change), what, here)


def _name(change: Change) -> str:
    return str(before(change).get("name") or after(change).get("name") or change.address)
