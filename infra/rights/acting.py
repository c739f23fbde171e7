"""As whom somebody can have code run: by a role on a service principal, or by a job that runs as it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.rights.objects import Objects
from infra.rights.principals import Principals
from infra.rights.privileges import creator
from infra.rights.reason import Reason, Reasons
from infra.rights.workspaces import Workspaces

JOB = "databricks_job"
CHANGING = {"CAN_MANAGE", "IS_OWNER"}  # permissions on a job that let its settings be edited

Step = tuple[str, Reasons]  # a service principal, and why somebody can act as it


class Acting:
    """The service principals that everybody can act as."""

    def __init__(
        self, declared: Declared, principals: Principals, workspaces: Workspaces, objects: Objects
    ) -> None:
        self._declared, self._principals = declared, principals
        self._workspaces, self._objects = workspaces, objects
        self._cache: dict[str, dict[str, Reasons]] = {}

    def of(self, principal: str) -> dict[str, Reasons]:
        """Everyone that somebody can act as, also by way of another one, with the first way that is found."""
        if principal not in self._cache:
            self._cache[principal] = self._walk(principal)
        return self._cache[principal]

    def _walk(self, principal: str) -> dict[str, Reasons]:
        found: dict[str, Reasons] = {principal: ()}
        waiting = [principal]
        while waiting:
            who = waiting.pop(0)
            for service_principal, why in self._next(who):
                if service_principal not in found:
                    found[service_principal] = (*found[who], *why)
                    waiting.append(service_principal)
        del found[principal]
        return found

    def _next(self, principal: str) -> Iterator[Step]:
        yield from self._principals.acts_as(principal).items()
        for identity, memberships in self._principals.identities(principal).items():
            for service_principal, why in self._by_jobs.get(identity, []):
                yield service_principal, (*memberships, *why)
        for environment in self._declared.environments:
            role = self._workspaces.role(principal, environment)
            if role and role[0] == "ADMIN":
                for job in self._declared.of(JOB, environment):
                    yield _runner(job), (_runs(job), *role[1])

    @cached_property
    def _by_jobs(self) -> dict[str, list[Step]]:
        """By who is named in a job's permissions."""
        found: dict[str, list[Step]] = {}
        for item in self._objects.all:
            if item.asset == "jobs" and item.target:
                for who, (level, reason) in item.granted.items():
                    if level in CHANGING:
                        step = (_runner(item.target), (_runs(item.target), reason))
                        found.setdefault(who, []).append(step)
        return found


def _runner(job: Resource) -> str:
    run_as = job.values.get("run_as") or {}
    return str(run_as.get("service_principal_name") or run_as.get("user_name") or creator(job.stack))


def _runs(job: Resource) -> Reason:
    return Reason(job, f"the job {job.values['name']} runs as {_runner(job)}")
