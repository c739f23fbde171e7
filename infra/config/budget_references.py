"""Who makes what names a budget policy must be allowed to."""

from __future__ import annotations

from collections.abc import Iterator

from infra.config.access import DEPLOY, AccessMatrix, EnvironmentAccess
from infra.config.documents import Document
from infra.config.environment import Environment
from infra.config.problems import Problem


def check_budget(
    document: Document, name: str, environment: Environment, matrix: AccessMatrix
) -> Iterator[Problem]:
    """A policy that is made here is named by all jobs and endpoints, which the deployer makes."""
    budget = environment.budget
    if budget is None or budget.policy_id:
        return
    if DEPLOY not in EnvironmentAccess(matrix, name, list(environment.projects)).budget_roles():
        message = f"{DEPLOY} makes what is billed under it: access.yaml must let {DEPLOY} use budgets"
        yield document.problem(("budget",), message)
