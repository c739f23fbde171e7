"""Jobs run as their environment's principal."""

from __future__ import annotations

from tests.infra.policies.changing import Shipped

POLICY = "jobs_run_as_their_environment"


def test_holds_as_shipped(shipped: Shipped) -> None:
    """The shipped stacks keep it."""
    assert shipped.violations(POLICY) == []


def test_a_job_of_its_deployer_is_found(shipped: Shipped) -> None:
    """Without run_as a job has all rights of whoever deploys it."""
    changed = shipped.changed("prod", "job", "flights/ingest/Job", lambda item: item.pop("run_as"))
    assert changed.violations(POLICY) == [
        "prod: it runs as whoever deploys it, with all of that one's rights"
    ]


def test_another_environments_principal_is_found(shipped: Shipped) -> None:
    """A job of staging that runs as prod's principal would change prod."""
    run_as = {
        "service_principal_name": "${data.terraform_remote_state.Account.outputs.prod_run_application_id}"
    }
    changed = shipped.changed("staging", "job", "flights/ingest/Job", lambda item: item.update(run_as=run_as))
    assert changed.violations(POLICY) == ["staging: it runs as run-prod, which is not staging's own"]
