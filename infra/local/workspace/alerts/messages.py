"""What subscribers of an alert are told: a subject, a text for people, a payload for machines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.workspace.alerts.condition import Verdict, describe
from infra.local.workspace.errors import NotServedError
from infra.local.workspace.store import Document

_VARIABLE = re.compile(r"\{\{\{?\s*([^{}]*?)\s*\}?\}\}")
_VARIABLES = (
    *("ALERT_COLUMN", "ALERT_CONDITION", "ALERT_NAME", "ALERT_STATUS", "ALERT_THRESHOLD", "ALERT_URL"),
    "QUERY_RESULT_VALUE",
)
_UNSPECIFIED = "AGGREGATION_UNSPECIFIED"


@dataclass(frozen=True)
class Firing:
    """One evaluation that subscribers are told of.

    `id` tells it from every other one, and stays the same when a webhook is called again for it.
    """

    id: str
    verdict: Verdict
    before: str
    at: float
    run_as: str
    owner: Mapping[str, Any]
    folder_id: int | None
    workspace_url: str


def check(template: str, where: str) -> None:
    """NotServedError for a variable that Databricks knows, or not, and that is not filled in here."""
    for name in _VARIABLE.findall(template):
        if name not in _VARIABLES:
            known = ", ".join(_VARIABLES)
            raise NotServedError(f"{where}: {{{{{name}}}}} is not served locally, there are {known}.")


def subject(document: Document, firing: Firing) -> str:
    """The alert's own summary, or else what Databricks writes."""
    alert = document["alert"]
    default = 'Alert "{{ALERT_NAME}}" changed status to {{ALERT_STATUS}}'
    return _render(alert.get("custom_summary") or default, document, firing)


def text(document: Document, firing: Firing) -> str:
    """A few lines: what the alert is now, by which value, and where to look."""
    alert, at = document["alert"], datetime.fromtimestamp(firing.at, UTC)
    description = _render(alert.get("custom_description") or "", document, firing)
    lines = [
        f"Alert {alert['display_name']} is {firing.verdict.state}, it was {firing.before}.",
        _reason(alert["evaluation"], firing.verdict),
        *([description] if description else []),
        f"Evaluated at {at:%Y-%m-%d %H:%M:%S} UTC, as {firing.run_as}.",
        "",
        f"Alert {document['id']}: {_url(document, firing)}",
    ]
    return "\n".join(lines)


def payload(document: Document, firing: Firing) -> dict[str, Any]:
    """What Databricks posts to a webhook for an alert (docs: SQL alert webhook payload).

    Its documentation was seen up to the subscriptions; `state` and `last_evaluated_at` of an
    evaluation are called as in the Alerts API.
    """
    alert = document["alert"]
    told = {
        "id": document["id"],
        "name": alert["display_name"],
        "owner": dict(firing.owner),
        "created_at": document["created_at"],
        "parent": None if firing.folder_id is None else f"folders/{firing.folder_id}",
        "query_text": alert["query_text"],
        "warehouse_id": alert["warehouse_id"],
        "custom_summary": alert.get("custom_summary"),
        "custom_description": alert.get("custom_description"),
        "evaluations": [_evaluation(alert["evaluation"], firing)],
    }
    description = _render(alert.get("custom_description") or "", document, firing)
    return {
        "event": "alert_state_change",
        "url_base": f"{firing.workspace_url}/sql?o={document['workspace_id']}",
        "alert": _present(
            {"title": subject(document, firing), "description": description, "alert": _present(told)}
        ),
    }


def _evaluation(evaluation: Mapping[str, Any], firing: Firing) -> dict[str, Any]:
    notification = evaluation.get("notification") or {}
    return _present(
        {
            "id": firing.id,
            "source": {"aggregation": _UNSPECIFIED, **evaluation["source"]},
            "comparison_operator": evaluation["comparison_operator"],
            "threshold": evaluation.get("threshold"),
            "empty_result_state": evaluation.get("empty_result_state"),
            "notification": _present(
                {
                    "seconds_to_retrigger": notification.get("retrigger_seconds"),
                    "notify_on_ok": notification.get("notify_on_ok"),
                    "subscriptions": notification.get("subscriptions"),
                }
            ),
            "state": firing.verdict.state,
            "last_evaluated_at": round(firing.at * 1000),
        }
    )


def _reason(evaluation: Mapping[str, Any], verdict: Verdict) -> str:
    if verdict.error:
        return f"It can't be evaluated: {verdict.error}"
    condition = describe(evaluation)
    if verdict.threshold is not None:
        condition += f" {verdict.threshold}"
    return f"The condition: {condition}. The value: {'none' if verdict.value is None else verdict.value}."


def _render(template: str, document: Document, firing: Firing) -> str:
    alert = document["alert"]
    values = {
        "ALERT_COLUMN": alert["evaluation"]["source"]["name"],
        "ALERT_CONDITION": describe(alert["evaluation"]),
        "ALERT_NAME": alert["display_name"],
        "ALERT_STATUS": firing.verdict.state,
        "ALERT_THRESHOLD": firing.verdict.threshold or "",
        "ALERT_URL": _url(document, firing),
        "QUERY_RESULT_VALUE": firing.verdict.value or "",
    }
    return _VARIABLE.sub(lambda match: values[match[1]], template)


def _url(document: Document, firing: Firing) -> str:
    return f"{firing.workspace_url}/sql/alerts-v2/{document['id']}?o={document['workspace_id']}"


def _present(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value not in (None, "", {}, [])}
