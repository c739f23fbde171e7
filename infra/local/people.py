"""The local identity provider: people, their groups, and credentials for those who need them.

In a company the identity provider brings people and memberships into the account by SCIM, and
a platform team hands the deployment principals their credentials; the stacks do neither.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from databricks.sdk import AccountClient
from databricks.sdk.service.iam import Group, Patch, PatchOp, PatchSchema, User

from infra.local.folder import Folder
from infra.local.profiles import Profiles
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.listeners import spark_site
from infra.local.workspace.store import Store

ACCOUNT = "account"  # the stack that groups, workspaces and service principals come from
_PEOPLE = Path(__file__).with_name("people.yaml")
_HOST_OUTPUT = "_workspace_host"


@dataclass(frozen=True)
class Workplace:
    """An environment's workspace, and the service principals that deploy to it and start its training."""

    environment: str
    host: str
    workspace_id: int
    principals: Mapping[str, ServicePrincipal]  # by the profile that each gets


@dataclass(frozen=True)
class ServicePrincipal:
    """A service principal that somebody or something beside the account acts as."""

    id: str
    application_id: str


class IdentityProvider:
    """Fills the account with people once its groups and workspaces are deployed. Does nothing twice."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._state = folder.root / "state" / f"{ACCOUNT}.tfstate"
        self._last = folder.root / "people.json"  # what the last look saw

    def prepare(self, profile: str | None) -> None:
        """Before a stack is deployed: bring in whom the account's last deploy has made room for."""
        if profile != ACCOUNT and self._state.exists():
            self.bring_in()

    def bring_in(self) -> list[str]:
        """Give deployers and people what they need; returns the names of the profiles made now.

        It looks again only once the account was deployed again; one process at a time.
        """
        with self._alone():
            stamp = f"{self._state.stat().st_mtime_ns} {_PEOPLE.stat().st_mtime_ns}"
            last = json.loads(self._last.read_text()) if self._last.exists() else {"stamp": "", "hosts": []}
            if last["stamp"] == stamp:
                return []
            admission = _Admission(self._folder, self._state)
            made = admission.admit(known=set(last["hosts"]))
            self._last.write_text(json.dumps({"stamp": stamp, "hosts": sorted(admission.hosts)}))
            return made

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._folder.root / "people.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class _Admission:
    """One look at the account's state, and what follows from it."""

    def __init__(self, folder: Folder, state: Path) -> None:
        self._folder = folder
        self._state = state
        self._profiles = Profiles(folder.profiles)
        self._account = AccountClient(profile=ACCOUNT, config_file=str(folder.profiles))

    @cached_property
    def hosts(self) -> set[str]:
        """The hosts of all workspaces."""
        return {workplace.host for workplace in self._workplaces}

    def admit(self, *, known: set[str]) -> list[str]:
        """Returns the names of the profiles made now; those of known hosts that are gone are forgotten.

        An adopted account may have none of the groups of people.yaml: who belongs to one waits for it.
        """
        self._forget(known - self.hosts)
        before = set(self._profiles.names())
        for workplace in self._workplaces:
            for profile, principal in workplace.principals.items():
                self._credential_principal(profile, principal, workplace.host)
        for email, group_name in yaml.safe_load(_PEOPLE.read_text()).items():
            for group in self._account.groups.list(filter=f'displayName eq "{group_name}"'):
                self._credential_person(email, self._join(email, group), self._workplaces)
        return [name for name in self._profiles.names() if name not in before]

    def _forget(self, hosts: set[str]) -> None:
        """Without this a new environment of an old one's name would be entered with the old one's token."""
        for name in self._profiles.names():
            if self._profiles.get(name).get("host") in hosts:
                self._profiles.remove(name)

    @cached_property
    def _workplaces(self) -> list[Workplace]:
        """What the account's stack tells the environments, read from its state."""
        state = json.loads(self._state.read_text())
        outputs = {name: output["value"] for name, output in state["outputs"].items()}
        environments = [name.removesuffix(_HOST_OUTPUT) for name in outputs if name.endswith(_HOST_OUTPUT)]
        return [
            Workplace(
                environment=name,
                host=outputs[f"{name}_workspace_host"],
                workspace_id=int(outputs[f"{name}_workspace_id"]),
                principals={
                    profile: ServicePrincipal(
                        outputs[f"{name}_{role}_id"], outputs[f"{name}_{role}_application_id"]
                    )
                    for role, profile in (("deploy", name), ("retrain", f"retrain-{name}"))
                },
            )
            for name in environments
        ]

    def _credential_principal(self, profile: str, principal: ServicePrincipal, host: str) -> None:
        known = profile in self._profiles and self._profiles.get(profile)
        if known and known["client_id"] == principal.application_id:
            return
        secret = self._account.service_principal_secrets.create(principal.id).secret
        self._profiles.put(profile, host=host, client_id=principal.application_id, client_secret=secret or "")

    def _join(self, email: str, group: Group) -> str:
        """The user's id; user and membership are made where they are missing."""
        users = list(self._account.users.list(filter=f'userName eq "{email}"'))
        user: User = users[0] if users else self._account.users.create(user_name=email)
        member = user.id or ""
        if member not in {m.value for m in self._account.groups.get(group.id or "").members or []}:
            operation = Patch(op=PatchOp.ADD, path="members", value=[{"value": member}])
            schema = PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP
            self._account.groups.patch(group.id or "", operations=[operation], schemas=[schema])
        return member

    def _credential_person(self, email: str, user_id: str, workplaces: list[Workplace]) -> None:
        with self._store() as store:
            directory, tokens = Directory(store), Tokens(store)
            for workplace in workplaces:
                profile = f"{email.partition('@')[0]}-{workplace.environment}"
                if profile not in self._profiles and directory.caller(user_id, workplace.workspace_id):
                    token = tokens.issue(user_id, workplace.workspace_id, lifetime_seconds=None)
                    # Spark Connect has a port of its own here: for the variable SPARK_REMOTE.
                    port = (store.collection("ports").get(spark_site(workplace.workspace_id)) or {})["port"]
                    remote = f"sc://localhost:{port}/;token={token}"
                    self._profiles.put(profile, host=workplace.host, token=token, spark_remote=remote)

    @contextmanager
    def _store(self) -> Iterator[Store]:
        """The account's own store: a person makes a token in the browser, which is not served here."""
        store = Store(self._folder.root / "store.db")
        try:
            yield store
        finally:
            store.close()
