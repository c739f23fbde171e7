"""An environment's own cloud storage: what opens it, and where it is."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.external_location import ExternalLocation
from cdktf_cdktf_provider_databricks.storage_credential import (
    StorageCredential,
    StorageCredentialAwsIamRole,
    StorageCredentialAzureManagedIdentity,
    StorageCredentialDatabricksGcpServiceAccount,
)
from constructs import Construct

from infra.config.storage import Credential
from infra.config.storage import Storage as Settings

_ISOLATED = "ISOLATION_MODE_ISOLATED"  # and so bound to the workspace that makes it


class Storage(Construct):
    """A location for the catalog's data. Nobody is granted anything on it: who deploys it owns it.

    identity: what the cloud must be told of Databricks, by name; of a credential that exists, nothing.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, settings: Settings) -> None:
        super().__init__(scope, id_)
        self.identity: dict[str, str] = {}
        self.location = ExternalLocation(
            self,
            "Location",
            name=name,
            url=settings.url,
            credential_name=self._find_credential(name, settings.credential),
            isolation_mode=_ISOLATED,
            skip_validation=settings.unchecked or None,
        )

    def _find_credential(self, name: str, settings: Credential) -> str:
        if settings.exists:
            return str(settings.name)
        credential = StorageCredential(
            self,
            "Credential",
            name=settings.name or name,
            isolation_mode=_ISOLATED,
            aws_iam_role=_aws(settings),
            azure_managed_identity=_azure(settings),
            databricks_gcp_service_account=(
                StorageCredentialDatabricksGcpServiceAccount() if settings.gcp_service_account else None
            ),
        )
        if settings.aws_role:
            self.identity = {
                "aws_external_id": credential.aws_iam_role.external_id,
                "aws_trusted_role": credential.aws_iam_role.unity_catalog_iam_arn,
            }
        if settings.gcp_service_account:
            self.identity = {"gcp_service_account": credential.databricks_gcp_service_account.email}
        return credential.id


def _aws(settings: Credential) -> StorageCredentialAwsIamRole | None:
    return StorageCredentialAwsIamRole(role_arn=settings.aws_role) if settings.aws_role else None


def _azure(settings: Credential) -> StorageCredentialAzureManagedIdentity | None:
    connector = settings.azure_access_connector
    return StorageCredentialAzureManagedIdentity(access_connector_id=connector) if connector else None
