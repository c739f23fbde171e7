"""The account: workspaces, metastore, groups, service principals, and who may enter where."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import ITerraformDependable, TerraformStack, Token
from cdktf_cdktf_provider_databricks.data_databricks_current_user import DataDatabricksCurrentUser
from cdktf_cdktf_provider_databricks.group_member import GroupMember
from cdktf_cdktf_provider_databricks.provider import DatabricksProvider
from cdktf_cdktf_provider_databricks.service_principal_federation_policy import (
    ServicePrincipalFederationPolicy,
    ServicePrincipalFederationPolicyOidcPolicy,
)
from cdktf_cdktf_provider_databricks.system_schema import SystemSchema
from constructs import Construct

from infra.config.access import DEPLOY, ROLES, Rights, run_of
from infra.config.account import Ci
from infra.config.destination import ACCOUNT_STACK
from infra.config.problems import ConfigurationError, Problem
from infra.config.settings import AllSettings
from infra.config.stateful import workspace_path
from infra.config.workspace import Workspace
from infra.constructs import naming, outputs
from infra.constructs.assignments import RunAsRoles, WorkspaceAssignments
from infra.constructs.budgets import SpendingAlert, UsagePolicy
from infra.constructs.grants import Grants, SecurableType
from infra.constructs.metastore import SharedMetastore
from infra.constructs.principals import Principal, Principals
from infra.constructs.protection import protect
from infra.constructs.state import keep_state
from infra.constructs.workspaces.databricks import DatabricksWorkspace
from infra.constructs.workspaces.endpoints import VpcEndpoints
from infra.constructs.workspaces.existing import existing_workspace
from infra.constructs.workspaces.workspace import EnvironmentWorkspace

SYSTEM_CATALOG = "system"  # Databricks' own


class AccountStack(TerraformStack):
    """What all environments stand on; deployed first, by an account admin."""

    def __init__(self, scope: Construct, *, settings: AllSettings) -> None:
        super().__init__(scope, ACCOUNT_STACK)
        self._settings = settings
        self._destination = settings.destination
        keep_state(self, state=self._destination.state, name=ACCOUNT_STACK)
        DatabricksProvider(
            self,
            "Account",
            host=self._destination.account.host,
            account_id=self._destination.account.id,
            profile=self._destination.profile(ACCOUNT_STACK),
        )
        self._endpoints = VpcEndpoints(
            self,
            "Endpoints",
            account_id=self._destination.account.id,
            region=settings.account.region,
        )
        self._workspaces = {name: self._add_workspace(name) for name in settings.environments}
        self._principals = self._add_principals()
        self._metastore = SharedMetastore(
            self,
            "Metastore",
            settings=settings.account.metastore,
            region=settings.account.region,
            workspaces=self._workspaces,
            owner=owner.name if (owner := self._metastore_owner()) else None,
        )
        for environment in settings.environments:
            self._let_in(environment)
            self._budget(environment)
        SpendingAlert(self, "Budget", name=naming.budget(), spending=settings.account.budget)
        if settings.account.ci:
            self._let_ci_deploy(settings.account.ci)
        self._grant_metastore()
        self._tell()
        protect(
            self,
            unprotected=settings.account.unprotected,
            file="account.yaml",
            disposable=[
                workspace_path(name)
                for name, item in settings.environments.items()
                if item.catalog.disposable
            ],
        )

    def _add_workspace(self, environment: str) -> EnvironmentWorkspace:
        whole, account = self._settings.environments[environment], self._settings.account
        settings = whole.workspace
        if settings.name is None:
            return existing_workspace(settings)
        role, tags = workspace_path(environment), naming.tags(environment, whole.tags)
        if account.cloud == "azure":
            return self._add_azure_workspace(role, settings, tags)
        return DatabricksWorkspace(
            self,
            role,
            settings=settings,
            cloud=account.cloud,
            account_id=self._destination.account.id,
            region=account.region,
            endpoints=self._endpoints,
            tags=tags,
        ).workspace

    def _add_azure_workspace(
        self, role: str, settings: Workspace, tags: Mapping[str, str]
    ) -> EnvironmentWorkspace:
        try:
            # Large, and not even installed where no environment is on Azure.
            from infra.constructs.workspaces.azure import AzureDatabricksWorkspace, add_azure  # noqa: PLC0415
        except ModuleNotFoundError as error:
            message = f"azure needs the package {error.name}: pipenv sync --categories azure"
            raise ConfigurationError([Problem("account.yaml", 0, "cloud", message)]) from None
        if self.node.try_find_child("Azure") is None:
            add_azure(self)
        region = self._settings.account.region
        return AzureDatabricksWorkspace(self, role, settings=settings, region=region, tags=tags).workspace

    def _add_principals(self) -> Principals:
        account = self._settings.account
        return Principals(
            self,
            "Principals",
            groups=account.all_groups,
            service_principals={
                naming.service_principal(role, environment): getattr(settings.principals, role)
                for environment, settings in self._settings.environments.items()
                for role in ROLES
            },
        )

    def _metastore_owner(self) -> Principal | None:
        owner = self._settings.account.metastore.owner
        return self._principals.by_name[owner] if owner else None

    def _principals_of(self, environment: str) -> Mapping[str, Principal]:
        """Everybody, by the words that the access matrix uses in an environment."""
        by_name = self._principals.by_name
        return {
            **{group: by_name[group] for group in self._settings.account.all_groups},
            **{role: by_name[naming.service_principal(role, environment)] for role in ROLES},
            **{run_of(other): by_name[run_of(other)] for other in self._settings.environments},
        }

    def _let_in(self, environment: str) -> None:
        access, principals = self._settings.access(environment), self._principals_of(environment)
        WorkspaceAssignments(
            self,
            f"Assignments-{environment}",
            access=access,
            principals=principals,
            workspace_id=self._workspaces[environment].number,
            after=self._metastore.assignments,
        )
        RunAsRoles(
            self,
            f"RunAs-{environment}",
            access=access,
            principals=principals,
            account_id=self._destination.account.id,
        )

    def _let_ci_deploy(self, ci: Ci) -> None:
        """Tokens of continuous integration stand for deployers, each for its environment's own."""
        for environment in self._settings.environments:
            deployer = self._principals.by_name[naming.service_principal(DEPLOY, environment)]
            ServicePrincipalFederationPolicy(
                self,
                f"Ci-{environment}",
                service_principal_id=Token.as_number(deployer.id),
                policy_id=f"ci-{environment}",
                description=f"Continuous integration deploys {environment}",
                oidc_policy=ServicePrincipalFederationPolicyOidcPolicy(
                    issuer=ci.issuer,
                    subject=ci.subject_of(environment),
                    audiences=list(ci.audiences) or [self._destination.account.id],
                ),
            )

    def _budget(self, environment: str) -> None:
        """What an environment may cost, and the policy that it is billed under, unless there is one."""
        settings, workspace = self._settings.environments[environment], self._workspaces[environment]
        if settings.budget is None:
            return
        name = naming.budget(environment)
        SpendingAlert(
            self,
            f"Budget-{environment}",
            name=name,
            spending=settings.budget,
            workspace_id=workspace.number,
        )
        if settings.budget.policy_id is None:
            policy = UsagePolicy(
                self,
                f"Usage-{environment}",
                name=name,
                tags=naming.tags(environment, settings.tags),
                workspace_id=workspace.number,
                roles=self._settings.access(environment).budget_roles(),
                principals=self._principals_of(environment),
                account_id=self._destination.account.id,
            )
            outputs.tell_budget_policy(self, environment, policy.id)

    def _grant_metastore(self) -> None:
        """Rights on what all environments share, given by one of the metastore's owners.

        Unity Catalog's grants are made in a workspace; any that has the metastore will do.
        """
        workspace = next(iter(self._workspaces.values()))
        after: list[ITerraformDependable] = [*self._metastore.assignments, *workspace.reached_by]
        provider = DatabricksProvider(
            self,
            "Workspace",
            alias="workspace",
            host=workspace.host,
            profile=self._destination.profile(ACCOUNT_STACK),
        )
        if owner := self._metastore_owner():
            # Only with the metastore assigned is there a workspace to ask.
            myself = DataDatabricksCurrentUser(self, "Myself", provider=provider, depends_on=after)
            membership = GroupMember(self, "MetastoreOwner", group_id=owner.id, member_id=myself.id)
            after = [membership, *after]
        after += [
            SystemSchema(self, f"SystemSchema-{name}", schema=name, provider=provider, depends_on=after)
            for name in self._settings.account.system_schemas
        ]
        for environment in self._settings.environments:
            self._grant_in(environment, provider, after)

    def _grant_in(
        self, environment: str, provider: DatabricksProvider, after: list[ITerraformDependable]
    ) -> None:
        access = self._settings.access(environment)
        schemas = self._settings.account.system_schemas
        granted: list[tuple[str, SecurableType, str, Rights]] = [
            ("Metastore", "metastore", self._metastore.id, access.metastore_grants()),
            ("SystemCatalog", "catalog", SYSTEM_CATALOG, access.system_catalog_grants(schemas)),
            *(
                (f"System-{name}-", "schema", f"{SYSTEM_CATALOG}.{name}", access.system_grants(name))
                for name in schemas
            ),
        ]
        for role, securable_type, securable, rights in granted:
            Grants(
                self,
                f"{role}Grants-{environment}",
                securable_type=securable_type,
                securable=securable,
                rights=rights,
                principals=self._principals_of(environment),
                provider=provider,
                after=after,
            )

    def _tell(self) -> None:
        for environment, workspace in self._workspaces.items():
            outputs.tell_workspace(self, environment, id_=workspace.id, host=workspace.host)
            for role in ROLES:
                principal = self._principals_of(environment)[role]
                outputs.tell_service_principal(self, environment, role, principal)
        for group in self._settings.account.all_groups:
            outputs.tell_group(self, group, self._principals.by_name[group])
