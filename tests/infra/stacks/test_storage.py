"""An environment's own storage: made by its deployer, who alone may, and holding its catalog."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from infra.compliance.checking import check_all
from infra.declared.declared import Declared
from tests.infra.config.test_storage import allow, edit
from tests.infra.conftest import EnvironmentFiles, synthesize_all


def test_production_keeps_its_data_in_its_own_storage(files: EnvironmentFiles, tmp_path: Path) -> None:
    """Its catalog is there, AWS can be told whom to trust, and no policy is broken; others have none."""
    allow(files)
    edit(files)
    settings = files.load()
    stacks = synthesize_all(settings, tmp_path / "out")
    prod = stacks["prod"]
    assert prod.one("catalog")["storage_root"] == prod.one("external_location")["url"] == "s3://lake/prod"
    assert {"storage_aws_external_id", "storage_aws_trusted_role"} <= prod.outputs().keys()
    assert stacks["dev"].all("external_location") == []
    granted = [item for item in stacks["account"].all("grant") if "metastore" in item]
    assert all("CREATE_EXTERNAL_LOCATION" in item["privileges"] for item in granted)
    declared = Declared({name: stack.document for name, stack in stacks.items()})
    assert check_all(settings, declared, today=date(2026, 11, 26)) == []
