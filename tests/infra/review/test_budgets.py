"""Who is told of spending, and from how much on, is told."""

from __future__ import annotations

import pytest

from infra.review.finding import Severity
from tests.infra.review.plans import Json, change
from tests.infra.review.telling import told_of_money

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


def _budget(dollars: str, *emails: str) -> Json:
    actions = [{"action_type": "EMAIL_NOTIFICATION", "target": each} for each in emails]
    alert = {"quantity_threshold": dollars, "action_configurations": actions}
    return {"display_name": "mlops-prod", "alert_configurations": [alert]}


@pytest.mark.parametrize(
    ("after", "texts"),
    [
        (
            _budget("20000", "a@example.com"),
            [("people are told from 5000 → 20000 dollars a month on (4×)", HIGH)],
        ),
        (
            _budget("2500", "a@example.com"),
            [("people are told from 5000 → 2500 dollars a month on (0.5×)", LOW)],
        ),
        (
            _budget("5000", "b@example.com"),
            [
                ("a@example.com is told no more of what a month costs", HIGH),
                ("b@example.com is told what a month costs, too", LOW),
            ],
        ),
        (None, [("nobody is told any more what a month costs; it was from 5000 dollars on", HIGH)]),
    ],
    ids=["raised", "lowered", "others told", "removed"],
)
def test_changed_budget(after: Json | None, texts: list[tuple[str, Severity]]) -> None:
    """From how much on people are told, and who."""
    changed = change("databricks_budget", before=_budget("5000", "a@example.com"), after=after)
    told = [(f"budget mlops-prod: {text}", severity) for text, severity in texts]
    assert told_of_money(changed, production=True) == told


def test_budget_policies() -> None:
    """Other tags are told; without its policy, what was billed under it is told apart no more."""
    policy = {"policy_name": "mlops-prod", "custom_tags": [{"key": "cost_center", "value": "a"}]}
    after = {"policy_name": "mlops-prod", "custom_tags": [{"key": "cost_center", "value": "b"}]}
    type_ = "databricks_budget_policy"
    assert told_of_money(change(type_, before=policy, after=after), change(type_, "gone", before=policy)) == [
        ("budget policy mlops-prod: bills with other tags: cost_center a → b", LOW),
        ("budget policy mlops-prod: what was billed under it is told apart no more", MEDIUM),
    ]


def test_new_budgets_and_policies_cost_nothing() -> None:
    """They are told of nonetheless: somebody will be written to."""
    assert told_of_money(
        change("databricks_budget", after=_budget("5000", "a@example.com")),
        change("databricks_budget_policy", after={"policy_name": "mlops-prod"}),
    ) == [
        ("budget mlops-prod: people are told from 5000 dollars a month on", LOW),
        ("budget policy mlops-prod: serverless compute can be billed under it", LOW),
    ]


def test_budget_of_something_else() -> None:
    """Another filter makes it another budget."""
    before = {**_budget("5000"), "filter": [{"workspace_id": [{"values": [1]}]}]}
    changed = change("databricks_budget", before=before, after={**before, "filter": []})
    assert told_of_money(changed) == [("budget mlops-prod: counts something else", MEDIUM)]


def test_threshold_that_only_the_deploy_tells() -> None:
    """It is no number to compare."""
    after: Json = {"display_name": "mlops-prod", "alert_configurations": [{"action_configurations": []}]}
    unknown = {"alert_configurations": [{"quantity_threshold": True}]}
    changed = change(
        "databricks_budget", before=_budget("5000", "a@example.com"), after=after, unknown=unknown
    )
    told = "budget mlops-prod: people are told from 5000 → what only the deploy will tell on"
    assert told_of_money(changed) == [
        (told, MEDIUM),
        ("budget mlops-prod: a@example.com is told no more of what a month costs", MEDIUM),
    ]
