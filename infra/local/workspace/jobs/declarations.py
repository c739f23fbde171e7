"""Declared jobs: what they are, whose, and as whom they run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.workspace.errors import InvalidParameterError, NotServedError, PermissionDeniedError
from infra.local.workspace.identity.caller import Caller, Principal, PrincipalKind
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.jobs import records, settings
from infra.local.workspace.jobs.notices import Notices
from infra.local.workspace.jobs.ports import JOBS, BudgetPolicies, Permissions, RuleSets
from infra.local.workspace.jobs.records import Records
from infra.local.workspace.scheduling.scheduler import Scheduler
from infra.local.workspace.scheduling.triggers import Trigger, parse_trigger
from infra.local.workspace.store import Document, Store

_KINDS: dict[str, PrincipalKind] = {"user_name": "user", "service_principal_name": "service_principal"}


class Declarations:
    """The jobs of all workspaces.

    A document has `job_id`, `workspace_id`, `creator`, `created_time`, `principal_id` and
    `run_as` (whom it runs as: SCIM id and name) and `settings` as they were accepted.
    """

    def __init__(
        self,
        store: Store,
        directory: Directory,
        *,
        ids: Records,
        permissions: Permissions,
        rule_sets: RuleSets,
        budget_policies: BudgetPolicies,
        scheduler: Scheduler,
        notices: Notices,
    ) -> None:
        self._jobs = store.collection("jobs")
        self._directory = directory
        self._ids = ids
        self._permissions = permissions
        self._rule_sets = rule_sets
        self._budget_policies = budget_policies
        self._scheduler = scheduler
        self._notices = notices

    def create(
        self, caller: Caller, workspace_id: int, wanted: Mapping[str, Any], *, queue: bool
    ) -> Document:
        """A new job of the caller's; `queue` is whether its runs queue where it does not say."""
        job = {
            "job_id": self._ids.next_id(),
            "workspace_id": workspace_id,
            "creator": caller.name,
            "creator_id": caller.principal.id,
            "created_time": records.now(),
        }
        self._change(caller, job, wanted, queue=queue)
        self._permissions.created(workspace_id, JOBS, str(job["job_id"]), caller)
        return job

    def get(self, caller: Caller, workspace_id: int, job_id: int, level: str = "CAN_VIEW") -> Document:
        """A job that the caller has a level on; PermissionDeniedError comes before non-existence."""
        self._permissions.require(caller, workspace_id, JOBS, str(job_id), level)
        job = self._jobs.get(_key(workspace_id, job_id))
        if job is None:
            raise InvalidParameterError(f"Job {job_id} does not exist.")
        return job

    def all(self, caller: Caller, workspace_id: int, name: str | None = None) -> list[Document]:
        """The jobs that the caller may see, newest first; with a name, those so called in any case."""
        found = sorted(self._jobs.all(f"{workspace_id}/"), key=lambda job: -job["job_id"])
        return [
            job
            for job in found
            if (name is None or job["settings"]["name"].lower() == name.lower())
            and self._permissions.allows(caller, workspace_id, JOBS, str(job["job_id"]), "CAN_VIEW")
        ]

    def reset(
        self, caller: Caller, workspace_id: int, job_id: int, wanted: Mapping[str, Any], *, queue: bool
    ) -> None:
        """Put new settings in the place of a job's."""
        job = self.get(caller, workspace_id, job_id, "CAN_MANAGE")
        self._change(caller, job, wanted, queue=queue)

    def update(
        self,
        caller: Caller,
        workspace_id: int,
        job_id: int,
        wanted: Mapping[str, Any],
        *,
        removed: list[str],
        queue: bool,
    ) -> None:
        """Change some of a job's settings."""
        job = self.get(caller, workspace_id, job_id, "CAN_MANAGE")
        old = {**job["settings"], "run_as": _spell_run_as(self._principal(job["principal_id"]))}
        self._change(caller, job, settings.merge(old, wanted, removed), queue=queue)

    def delete(self, caller: Caller, workspace_id: int, job_id: int) -> None:
        """Forget a job; its runs stay readable for workspace admins."""
        self.get(caller, workspace_id, job_id, "CAN_MANAGE")
        self._scheduler.put(_key(workspace_id, job_id), None)
        self._jobs.delete(_key(workspace_id, job_id))
        self._permissions.forget(workspace_id, JOBS, str(job_id))

    def forget_workspace(self, workspace_id: int) -> None:
        """Forget the jobs of a workspace that is deleted."""
        for key, _ in self._jobs.items(f"{workspace_id}/"):
            self._scheduler.put(key, None)
            self._jobs.delete(key)

    def triggers(self) -> dict[str, Trigger]:
        """What fires by itself, by the key that `fired` takes."""
        parsed = {key: parse_trigger(job["settings"]) for key, job in self._jobs.items()}
        return {key: trigger for key, trigger in parsed.items() if trigger}

    def fired(self, key: str) -> Document | None:
        """The job of a trigger; None where it is gone."""
        return self._jobs.get(key)

    def _change(self, caller: Caller, job: Document, wanted: Mapping[str, Any], *, queue: bool) -> None:
        accepted = settings.complete(wanted, queue=queue)
        self._notices.check(job["workspace_id"], accepted)
        self._check_budget(caller, job, accepted.get("budget_policy_id"))
        principal = self._run_as(caller, job, accepted.pop("run_as", None))
        job |= {"settings": accepted, "principal_id": principal.id, "run_as": principal.name}
        key = _key(job["workspace_id"], job["job_id"])
        self._jobs.put(key, job)
        self._scheduler.put(key, parse_trigger(accepted))

    def _check_budget(self, caller: Caller, job: Mapping[str, Any], policy_id: str | None) -> None:
        """Another policy than before must be one that the caller may use."""
        before = (job.get("settings") or {}).get("budget_policy_id")
        if policy_id and policy_id != before:
            self._budget_policies.require_use(caller, job["workspace_id"], policy_id)

    def _run_as(self, caller: Caller, job: Mapping[str, Any], run_as: Mapping[str, str] | None) -> Principal:
        """Whom a job runs as; PermissionDeniedError where the caller may not let it."""
        principal = self._named(run_as) if run_as else self._principal(job["creator_id"])
        if principal.kind == "service_principal":
            if not self._rule_sets.may_use(caller, principal.name):
                raise PermissionDeniedError(
                    f"{caller.name} does not have the role servicePrincipal.user on service principal "
                    f"{principal.name}, as which the job runs."
                )
        elif (
            principal.id not in {caller.principal.id, job.get("principal_id")}
            and not caller.is_workspace_admin
        ):
            raise PermissionDeniedError(
                "Only workspace admins can let jobs run as another user than themselves."
            )
        if self._directory.caller(principal.id, job["workspace_id"]) is None:
            raise InvalidParameterError(f"{principal.name} is inactive or not assigned to this workspace.")
        return principal

    def _named(self, run_as: Mapping[str, str]) -> Principal:
        named = [(field, name) for field, name in run_as.items() if name]
        if len(named) != 1:
            raise InvalidParameterError("run_as needs one of user_name and service_principal_name.")
        field, name = named[0]
        if field not in _KINDS:
            raise NotServedError(f"run_as with {field} is not served locally.")
        document = self._directory.find(_KINDS[field], name)
        if document is None:
            raise InvalidParameterError(f"run_as: there is no {_KINDS[field].replace('_', ' ')} {name}.")
        return self._directory.principal(document)

    def _principal(self, principal_id: str) -> Principal:
        return self._directory.principal(self._directory.get(principal_id))


def _spell_run_as(principal: Principal) -> dict[str, str]:
    field = next(field for field, kind in _KINDS.items() if kind == principal.kind)
    return {field: principal.name}


def _key(workspace_id: int, job_id: int) -> str:
    return f"{workspace_id}/{job_id}"
