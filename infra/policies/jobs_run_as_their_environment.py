"""A job runs as the service principal of its environment: never as a person, never as another one's."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Jobs and alerts that run as whoever made them, as a user, or as another environment's principal."""
    for type_ in ("databricks_job", "databricks_alert_v2"):
        for item in organisation.declared.of(type_):
            run_as = item.values.get("run_as", {})
            who = run_as.get("service_principal_name")
            if who is None:
                told = run_as.get("user_name", "whoever deploys it")
                yield Violation(item, f"it runs as {told}, with all of that one's rights")
            elif who != f"run-{item.stack}":
                yield Violation(item, f"it runs as {who}, which is not {item.stack}'s own")
