"""The local identity provider: people, their groups, and credentials for those who need them.

In a company the identity provider brings people and memberships into the account by SCIM, and
a platform team hands the deployment principals their credentials; the stacks do neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from databricks.sdk import AccountClient
from databricks.sdk.service.iam import Patch, PatchOp, PatchSchema, User

from infra.local.folder import Folder
from infra.local.profiles import Profiles
from infra.local.workspace.identity.directory import Directory
from infra.local.workspace.identity.tokens import Tokens
from infra.local.workspace.listeners import spark_site
from infra.local.workspace.store import Store

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
        self._profiles = Profiles(folder.profiles)
        self._account = AccountClient(profile="account", config_file=str(folder.profiles))

    def bring_in(self) -> list[str]:
        """Give deployers and people what they need; returns the names of the profiles made now."""
        before = set(self._profiles.names())
        workplaces = self._workplaces()
        for workplace in workplaces:
            for profile, principal in workplace.principals.items():
                self._credential_principal(profile, principal, workplace.host)
        for email, group in yaml.safe_load(_PEOPLE.read_text()).items():
            self._credential_person(email, self._join(email, group), workplaces)
        return [name for name in self._profiles.names() if name not in before]

    def _workplaces(self) -> list[Workplace]:
        """What the account's stack tells the environments, read from its state."""
        state = json.loads((self._folder.root / "state" / "account.tfstate").read_text())
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

    def _join(self, email: str, group_name: str) -> str:
        """The user's id; user and membership are made where they are missing."""
        users = list(self._account.users.list(filter=f'userName eq "{email}"'))
        user: User = users[0] if users else self._account.users.create(user_name=email)
        (group,) = self._account.groups.list(filter=f'displayName eq "{group_name}"')
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
