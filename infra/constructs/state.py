"""Terraform's state: where a stack keeps its own, and how it reads another's."""

from __future__ import annotations

from cdktf import (
    AzurermBackend,
    DataTerraformRemoteStateAzurerm,
    DataTerraformRemoteStateGcs,
    DataTerraformRemoteStateLocal,
    DataTerraformRemoteStateS3,
    GcsBackend,
    LocalBackend,
    S3Backend,
    TerraformRemoteState,
    TerraformStack,
)

from infra.config.target import State


def keep_state(stack: TerraformStack, *, state: State, name: str) -> None:
    """Give a stack its own place for state."""
    if state.local:
        LocalBackend(stack, path=f"{state.local.folder}/{name}.tfstate")
    elif state.s3:
        backend = S3Backend(
            stack,
            bucket=state.s3.bucket,
            key=f"{state.s3.prefix}/{name}.tfstate",
            region=state.s3.region,
            dynamodb_table=state.s3.lock_table,
            encrypt=True,
        )
        if state.s3.lock_table is None:
            backend.add_override("use_lockfile", value=True)  # cdktf's own arguments don't know it
    elif state.azurerm:
        AzurermBackend(
            stack,
            resource_group_name=state.azurerm.resource_group,
            storage_account_name=state.azurerm.storage_account,
            container_name=state.azurerm.container,
            key=f"{state.azurerm.prefix}/{name}.tfstate",
        )
    elif state.gcs:
        GcsBackend(stack, bucket=state.gcs.bucket, prefix=f"{state.gcs.prefix}/{name}")


def read_state(stack: TerraformStack, id_: str, *, state: State, name: str) -> TerraformRemoteState:
    """Another stack's outputs, read when this one is planned: neither depends on the other's synthesis."""
    if state.local:
        return DataTerraformRemoteStateLocal(stack, id_, path=f"{state.local.folder}/{name}.tfstate")
    if state.s3:
        return DataTerraformRemoteStateS3(
            stack,
            id_,
            bucket=state.s3.bucket,
            key=f"{state.s3.prefix}/{name}.tfstate",
            region=state.s3.region,
        )
    if state.azurerm:
        return DataTerraformRemoteStateAzurerm(
            stack,
            id_,
            resource_group_name=state.azurerm.resource_group,
            storage_account_name=state.azurerm.storage_account,
            container_name=state.azurerm.container,
            key=f"{state.azurerm.prefix}/{name}.tfstate",
        )
    if state.gcs:
        return DataTerraformRemoteStateGcs(
            stack, id_, bucket=state.gcs.bucket, prefix=f"{state.gcs.prefix}/{name}"
        )
    raise AssertionError("a state has exactly one kind")
