"""Drift as a page: Markdown for the issue that a nightly run keeps, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.review.audit import Event
from infra.review.drift import Drift, Drifted
from infra.review.page import finding_json, finding_lines, plain

Json = dict[str, Any]


def drift_title(drift: Drift) -> str:
    """`Drift in prod: 2 things were changed outside of the code`."""
    count = len(drift.drifted)
    names = ", ".join(drift.stacks)
    if not count:
        return f"No drift in {names}"
    return f"Drift in {names}: {count} thing{'s were' if count > 1 else ' was'} changed outside of the code"


def drift_markdown(drift: Drift) -> str:
    """The page."""
    return "\n".join([f"### {drift_title(drift)}", "", *_body(drift)]) + "\n"


def drift_json(drift: Drift) -> Json:
    """All of it."""
    return {
        "title": drift_title(drift),
        "drifted": [_as_json(item) for item in drift.drifted],
        "access": [finding_json(finding) for finding in drift.access],
        "ignored": drift.ignored,
        "noise": drift.noise,
        "remarks": list(drift.remarks),
    }


def drift_lines(item: Drifted) -> Iterator[str]:
    """What changed, by whom, and what to do about it, a line each."""
    yield from item.changed
    if item.event:
        yield when(item.event)
    if item.keep:
        yield f"to keep it: {item.keep}"
    yield f"to undo it: {item.undo}"


def when(event: Event) -> str:
    """`by emil@example.com, 2026-11-26 07:10 UTC (databrickssql editWarehouse)`."""
    return f"by {event.by}, {event.at:%Y-%m-%d %H:%M} UTC ({event.action})"


def left_out(drift: Drift) -> Iterator[str]:
    """What is not told one by one, and what was not looked at."""
    if drift.ignored:
        yield f"{drift.ignored} more changed in what the code does not decide: jobs and Databricks do"
    if drift.noise:
        yield f"Noise: {drift.noise}"
    yield from drift.remarks


def _body(drift: Drift) -> Iterator[str]:
    for item in drift.drifted:
        yield f"- **{item.stack}** {plain(item.what)}"
        yield from (f"  - {plain(line)}" for line in drift_lines(item))
    if drift.access:
        yield from ("", "**What it means for people**")
        for finding in drift.access:
            yield from finding_lines(finding)
    for line in left_out(drift):
        yield from ("", f"> {plain(line)}")


def _as_json(item: Drifted) -> Json:
    event = item.event
    told = {"at": event.at.isoformat(), "by": event.by, "action": event.action} if event else None
    return {
        "stack": item.stack,
        "what": item.what,
        "changed": list(item.changed),
        "event": told,
        "keep": item.keep,
        "undo": item.undo,
    }
