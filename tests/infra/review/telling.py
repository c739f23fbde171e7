"""What two sections tell of small plans."""

from __future__ import annotations

from infra.review.finding import Finding, Section, Severity
from infra.review.money import find_money
from infra.review.service import find_service
from tests.infra.review.plans import Json, plan

RUN = {"outputs": {"prod_run_application_id": "c9e0", "prod_deploy_application_id": "3066"}}
PEOPLE = {"id": "bf91", "display_name": "mlops-prod"}


def told_of_money(*changes: Json, production: bool = False) -> list[tuple[str, Severity]]:
    """The findings' texts and severities; each names the changes that it is of."""
    found = list(find_money(plan("prod", *changes), production))
    assert {finding.section for finding in found} <= {Section.MONEY}
    assert all(finding.addresses for finding in found)
    return [(finding.text, finding.severity) for finding in found]


def told_of_service(*changes: Json, production: bool = True) -> list[tuple[str, Severity]]:
    """The findings' texts and severities, where principals and people have names."""
    found = list(find_service(plan("prod", *changes, prior=[RUN, PEOPLE]), production))
    assert {finding.section for finding in found} <= {Section.SERVICE}
    return [(finding.text, finding.severity) for finding in found]


def only_of_service(*changes: Json, production: bool = True) -> Finding:
    """The one finding."""
    [finding] = find_service(plan("prod", *changes, prior=[RUN, PEOPLE]), production)
    return finding


def cron(expression: str, status: str = "UNPAUSED") -> list[Json]:
    """A schedule, as a plan has it."""
    return [{"quartz_cron_expression": expression, "timezone_id": "UTC", "pause_status": status}]
