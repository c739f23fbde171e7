"""An endpoint's requests are monitored, and an alert tells when its predictions are bad."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.resource import Resource

_REQUEST = "request_id"  # a column that only unpacked requests have


def check(organisation: Organisation) -> Iterator[Violation]:
    """Endpoints of projects without a monitor of their requests, or without an alert on an inference log."""
    for item in organisation.declared.of("databricks_model_serving"):
        monitors = organisation.of_project("databricks_quality_monitor", item)
        logs = [monitor for monitor in monitors if monitor.values.get("inference_log")]
        tables = organisation.of_project("databricks_sql_table", item)
        requests = {_full_name(table) for table in tables if _REQUEST in _columns(table)}
        if requests.isdisjoint(str(monitor.values["table_name"]) for monitor in logs):
            yield Violation(item, f"no monitor watches what {item.values['name']} is asked and answers")
        alerts = organisation.of_project("databricks_alert_v2", item)
        if not any(_metrics(log) in str(alert.values["query_text"]) for log in logs for alert in alerts):
            yield Violation(item, f"no alert tells when {item.values['name']} predicts badly")


def _full_name(table: Resource) -> str:
    return ".".join(str(table.values[part]) for part in ("catalog_name", "schema_name", "name"))


def _columns(table: Resource) -> set[str]:
    return {str(column["name"]) for column in table.values.get("column", [])}


def _metrics(monitor: Resource) -> str:
    """How the names of a monitor's metric tables begin."""
    table = str(monitor.values["table_name"]).rpartition(".")[2]
    return f"{monitor.values['output_schema_name']}.{table}_"
