"""What a request says of a monitor beside what is to be computed, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError
from infra.local.workspace.fields import read_object, read_text, read_texts
from infra.local.workspace.scheduling.triggers import Trigger, parse_schedule
from infra.local.workspace.store import Document

COMPUTED = (
    *("snapshot", "time_series", "inference_log"),
    *("baseline_table_name", "slicing_exprs", "custom_metrics"),
)
_MOST_ADDRESSES = 5


def read_declared(body: Document) -> Document:
    """The fields that are kept and answered; InvalidParameterError or NotServedError."""
    classification = read_object(body, "data_classification_config")
    if classification.get("enabled"):
        raise NotServedError("Data classification is not served locally.")
    declared = {name: body[name] for name in COMPUTED if body.get(name) not in (None, "", [])}
    if body.get("schedule") is not None:
        declared["schedule"] = {"pause_status": "UNPAUSED", **read_object(body, "schedule")}
        read_schedule(declared)
    if body.get("notifications") is not None:
        declared["notifications"] = _read_notifications(read_object(body, "notifications"))
    return declared


def read_schedule(declared: Document) -> Trigger | None:
    """When a monitor is refreshed by itself; None where never."""
    schedule = declared.get("schedule")
    if not schedule:
        return None
    fields = ("quartz_cron_expression", "timezone_id", "pause_status")
    return parse_schedule({name: read_text(schedule, name) for name in fields})


def addresses(declared: Document) -> Sequence[str]:
    """Who is told of refreshes that fail."""
    told = read_object(read_object(declared, "notifications"), "on_failure")
    return read_texts(told, "email_addresses")


def read_assets_dir(body: Document) -> str:
    """Where a dashboard would lie."""
    folder = read_text(body, "assets_dir")
    if not folder.startswith("/"):
        raise InvalidParameterError("A monitor needs assets_dir, an absolute path in the workspace.")
    return folder


def read_output_schema(body: Document) -> str:
    """The full name of the metric tables' schema, in lower case."""
    name = read_text(body, "output_schema_name").lower()
    if len(name.split(".")) != 2 or not all(name.split(".")):
        raise InvalidParameterError("A monitor needs output_schema_name in the form catalog.schema.")
    return name


def _read_notifications(given: Document) -> Document:
    kept: dict[str, Any] = {}
    if read_texts(read_object(given, "on_new_classification_tag_detected"), "email_addresses"):
        raise NotServedError("on_new_classification_tag_detected is not served locally.")
    if told := read_texts(read_object(given, "on_failure"), "email_addresses"):
        if len(told) > _MOST_ADDRESSES:
            raise InvalidParameterError(f"on_failure has more than {_MOST_ADDRESSES} email_addresses.")
        kept["on_failure"] = {"email_addresses": told}
    return kept
