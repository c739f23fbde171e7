"""Who can have code run as a service principal has what it has."""

from __future__ import annotations

import pytest

from infra.rights.effective import EffectiveRights
from tests.infra.rights.account import AccountBuilder

RULES = "accounts/x/servicePrincipals/{}/ruleSets/default"


@pytest.fixture
def account() -> AccountBuilder:
    """Two groups, and a job that runs as prod's principal, which writes prod's data."""
    builder = AccountBuilder()
    builder.groups("a", "b")
    builder.grant("run-prod", "USE_CATALOG", "USE_SCHEMA", "SELECT", "MODIFY", catalog="prod")
    run_as = {"service_principal_name": "run-prod"}
    builder.add("prod", "job", "flights/training/Job", name="flights-training", run_as=run_as)
    return builder


def permit(account: AccountBuilder, who: str, level: str) -> None:
    """Give somebody a permission on the job."""
    entry = {"group_name": who, "permission_level": level}
    job = "${databricks_job.flights_training_Job.id}"
    account.add("prod", "permissions", "flights/training/P", job_id=job, access_control=[entry])


def test_who_changes_a_job_acts_as_who_it_runs_as(account: AccountBuilder) -> None:
    """Managing the job is writing the data, by way of a group as well, and the reasons say how."""
    account.add("account", "group_member", "1", group_id="b", member_id="a")
    permit(account, "b", "CAN_MANAGE")
    rights = EffectiveRights(account.declared())
    beyond = {right.asset: right for right in rights.beyond("a", "prod")}
    assert (beyond["data"].level, beyond["data"].acting) == ("write", "run-prod")
    assert [reason.says for reason in beyond["data"].because][:3] == [
        "a is in b",
        "the job flights-training runs as run-prod",
        "CAN_MANAGE on jobs flights-training to b",
    ]
    assert "data" not in {right.asset for right in rights.of("a", "prod")}


@pytest.mark.parametrize("level", ["CAN_VIEW", "CAN_MANAGE_RUN"])
def test_who_only_starts_a_job_acts_as_nobody(account: AccountBuilder, level: str) -> None:
    """Starting a job runs the code that is in it."""
    permit(account, "a", level)
    assert EffectiveRights(account.declared()).acting.of("a") == {}


def test_admins_of_a_workspace_act_as_its_jobs(account: AccountBuilder) -> None:
    """An admin manages every job of the workspace, and of no other."""
    account.assign("a", "prod", "ADMIN")
    account.assign("b", "dev", "ADMIN")
    acting = EffectiveRights(account.declared()).acting
    assert set(acting.of("a")) == {"run-prod"}
    assert acting.of("b") == {}


def test_acting_goes_on(account: AccountBuilder) -> None:
    """Who acts as a principal acts as those that it acts as, and what is one's own is not told again."""
    for who, whom in (("groups/a", "deploy-prod"), ("servicePrincipals/deploy-prod", "run-prod")):
        rules = [{"role": "roles/servicePrincipal.user", "principals": [who]}]
        account.add(
            "account", "access_control_rule_set", f"R-{whom}", name=RULES.format(whom), grant_rules=rules
        )
    rights = EffectiveRights(account.declared())
    assert list(rights.acting.of("a")) == ["deploy-prod", "run-prod"]
    (data,) = [right for right in rights.beyond("a", "prod") if right.asset == "data"]
    assert (data.level, data.acting) == ("manage", "deploy-prod"), "it owns what it deploys"


def test_job_without_one_runs_as_who_deploys_it(account: AccountBuilder) -> None:
    """A job that names nobody runs as its creator."""
    del account.stacks["prod"]["resource"]["databricks_job"]["flights_training_Job"]["run_as"]
    permit(account, "a", "CAN_MANAGE")
    assert set(EffectiveRights(account.declared()).acting.of("a")) == {"deploy-prod"}
