"""What costs: compute policies, and the budget policy that things are billed under."""

from __future__ import annotations

from functools import partial

from databricks.sdk.service.jobs import ConditionTask, ConditionTaskOp, Task

from infra.config.settings import AllSettings
from tests.e2e.access.hand import Hand
from tests.e2e.access.operations import Operation


def _choose_policy(hand: Hand) -> None:
    for name, policy_id in hand.scratch.compute_policies.items():
        assert hand.sdk.cluster_policies.get(policy_id).name == name


def _bill(hand: Hand) -> None:
    """Make a job that is billed under the policy, and remove it."""
    nothing = Task(task_key="nothing", condition_task=ConditionTask(ConditionTaskOp.EQUAL_TO, "1", "1"))
    made = hand.sdk.jobs.create(name=hand.mine, tasks=[nothing], budget_policy_id=hand.scratch.budget_policy)
    hand.sdk.jobs.delete(made.job_id or 0)


def _share_policy(hand: Hand) -> None:
    account, policy = hand.world.account_id, hand.scratch.budget_policy
    name = f"accounts/{account}/budgetPolicies/{policy}/ruleSets/default"
    assert hand.sdk.account_access_control_proxy.get_rule_set(name, "").grant_rules


def _limited(settings: AllSettings, environment: str, _: str) -> bool:
    return any(limits for _, limits in settings.environments[environment].compute_policies)


def _billed(settings: AllSettings, environment: str, _: str) -> bool:
    return settings.environments[environment].budget is not None


compute = partial(Operation, asset="compute", door="rest", or_=("admin",), of_project=False, exists=_limited)
budgets = partial(Operation, asset="budgets", door="rest", of_project=False, exists=_billed)

OPERATIONS: tuple[Operation, ...] = (
    compute(level="use", verb="choose", attempt=_choose_policy),
    budgets(level="use", verb="bill", attempt=_bill),
    budgets(level="manage", verb="share", attempt=_share_policy),
)
