"""What Terraform refuses to destroy is told, with what to name if it is meant."""

from __future__ import annotations

from infra.review.data import find_refused
from infra.review.finding import Severity
from tests.infra.review.test_data import PLANES, PRODUCTION, TABLE


def test_refused_plan_is_told_by_its_diagnostics() -> None:
    """Terraform names the resource; the finding says what to name in the settings."""
    refused = {
        "severity": "error",
        "summary": "Instance cannot be destroyed",
        "detail": f"Resource {TABLE}.{PLANES} has lifecycle.prevent_destroy set, but the plan calls for "
        "this resource to be destroyed. To avoid this error, disable it.",
    }
    others = [
        {"severity": "warning", "summary": "Deprecated", "detail": ""},
        {"severity": "error", "summary": "Invalid reference", "detail": "Resource x"},
    ]
    [finding] = find_refused("prod", [*others, refused], PRODUCTION)
    assert finding.severity == Severity.CRITICAL
    assert finding.addresses == (f"{TABLE}.{PLANES}",)
    assert finding.text == (
        "table flights/Tables/planes would be destroyed or replaced: Terraform refuses the plan"
    )
    assert finding.why == (
        "if it is meant, name flights/Tables/planes in `unprotected` of prod.yaml; "
        "if not, take back what changes it",
    )
    assert [each.addresses for each in find_refused("prod", [refused])] == [finding.addresses]
