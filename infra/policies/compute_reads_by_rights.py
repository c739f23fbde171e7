"""Classic compute reads data by its user's rights: nothing goes around Unity Catalog."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.compliance.compute import ANY, clusters, limits
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation

_GOVERNED = {
    "DATA_SECURITY_MODE_AUTO",
    "DATA_SECURITY_MODE_DEDICATED",
    "DATA_SECURITY_MODE_STANDARD",
    "SINGLE_USER",
    "USER_ISOLATION",
}
_AROUND = {  # resources that give all who compute the files themselves
    "databricks_aws_s3_mount": "mounts a bucket",
    "databricks_azure_adls_gen1_mount": "mounts a storage account",
    "databricks_azure_adls_gen2_mount": "mounts a storage account",
    "databricks_azure_blob_mount": "mounts a storage account",
    "databricks_group_instance_profile": "gives a role of the cloud's",
    "databricks_instance_profile": "gives a role of the cloud's",
    "databricks_mount": "mounts cloud storage",
    "databricks_user_instance_profile": "gives a role of the cloud's",
}


def check(organisation: Organisation) -> Iterator[Violation]:
    """Compute whose users would read files past all grants."""
    declared = organisation.declared
    for type_, does in _AROUND.items():
        for item in declared.of(type_):
            yield Violation(item, f"it {does}: whoever computes could read files past all grants")
    for item in declared.of("databricks_cluster_policy"):
        modes = _allowed(limits(item).get("data_security_mode", {}))
        for mode in sorted(modes - _GOVERNED):
            yield Violation(item, f"compute under it could be {mode}, where grants on tables are not asked")
    for item, cluster in clusters(declared):
        mode = cluster.get("data_security_mode", ANY)
        if mode not in _GOVERNED and not (mode == ANY and cluster.get("policy_id")):
            yield Violation(item, f"its compute would be {mode}, where grants on tables are not asked")


def _allowed(limit: Mapping[str, Any]) -> set[str]:
    """The values that a limit lets through."""
    if limit.get("type") == "fixed":
        return {str(limit["value"])}
    return {str(value) for value in limit["values"]} if limit.get("type") == "allowlist" else {ANY}
