"""Storage is opened by its cloud's identity, and kept to its own workspace."""

from __future__ import annotations

from typing import Any

import pytest

from infra.config.storage import Credential
from infra.config.storage import Storage as Settings
from infra.constructs.outputs import tell
from infra.constructs.storage import Storage
from tests.infra.synthesis import Synthesized, synthesize

ROLE = "arn:aws:iam::123456789012:role/lake"
CONNECTOR = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Databricks/accessConnectors/lake"


def storage(url: str, **settings: Any) -> Synthesized:
    """A storage of these settings, telling what its cloud must be told."""

    def make(stack: Any) -> None:
        made = Storage(
            stack, "Storage", name="mlops-lab", settings=Settings.model_validate({"url": url, **settings})
        )
        for name, value in made.identity.items():
            tell(stack, name, value)

    return synthesize(make)


@pytest.mark.parametrize(
    ("url", "credential", "block", "told"),
    [
        ("s3://lake", Credential(aws_role=ROLE), "aws_iam_role", {"aws_external_id", "aws_trusted_role"}),
        (
            "abfss://lake@lake.dfs.core.windows.net",
            Credential(azure_access_connector=CONNECTOR),
            "azure_managed_identity",
            set(),
        ),
        (
            "gs://lake",
            Credential(gcp_service_account=True),
            "databricks_gcp_service_account",
            {"gcp_service_account"},
        ),
    ],
)
def test_each_cloud_has_its_identity(url: str, credential: Credential, block: str, told: set[str]) -> None:
    """One block each, isolated with its location, and what the cloud must trust as outputs."""
    made = storage(url, credential=credential)
    key, location = made.one("storage_credential"), made.one("external_location")
    blocks = {"aws_iam_role", "azure_managed_identity", "databricks_gcp_service_account"}
    assert blocks & key.keys() == {block}
    assert key["isolation_mode"] == location["isolation_mode"] == "ISOLATION_MODE_ISOLATED"
    assert key["name"] == location["name"] == "mlops-lab"
    assert location["credential_name"].startswith("${databricks_storage_credential.")
    assert set(made.document.get("output", {})) == told
    assert made.all("grant") == []


def test_a_credential_that_exists_is_named() -> None:
    """Nothing is made but the location, which can be left unchecked at first."""
    made = storage("s3://lake", credential=Credential(exists=True, name="key"), unchecked=True)
    assert made.all("storage_credential") == []
    assert made.one("external_location")["credential_name"] == "key"
    assert made.one("external_location")["skip_validation"] is True
