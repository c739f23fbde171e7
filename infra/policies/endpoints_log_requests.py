"""What an endpoint is asked and answers is logged to a table."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation


def check(organisation: Organisation) -> Iterator[Violation]:
    """Endpoints without an inference table."""
    for item in organisation.declared.of("databricks_model_serving"):
        table = item.values.get("ai_gateway", {}).get("inference_table_config", {})
        if not table.get("enabled"):
            yield Violation(
                item, f"nobody could tell what {item.values['name']} was asked and what it answered"
            )
