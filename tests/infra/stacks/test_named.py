"""Everything is made or named: what exists already is referred to, and never managed."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.config.vocabulary import TAKING_OVER
from tests.infra.conftest import EnvironmentFiles, synthesize_all

METASTORE = "metastore:\n  name: mlops\n  owner: platform-admins\n"


def test_what_exists_is_looked_up(files: EnvironmentFiles, tmp_path: Path) -> None:
    """Metastore, groups, principals, catalog and warehouse can all be there before the first deploy."""
    files.replace("account.yaml", METASTORE, "metastore: {id: 11111111-2222}\n")
    files.replace("account.yaml", "  data-scientists:", "existing_groups:\n  data-scientists:")
    files.replace("dev.yaml", "  name: dev\n", "  name: dev\n  exists: true\n")
    files.replace("dev.yaml", "  size: 2X-Small\n  auto_stop_minutes: 10\n", "  id: abc123\n")
    files.replace("dev.yaml", "catalog:\n", "principals: {run: 0000-1111}\ncatalog:\n")
    stacks = synthesize_all(files.load(), tmp_path / "out")
    account, dev = stacks["account"], stacks["dev"]
    assert account.all("metastore") == []
    assert {item["metastore_id"] for item in account.all("metastore_assignment")} == {"11111111-2222"}
    assert account.all("group_member") == []
    assert {item["display_name"] for item in account.all("group")} == {"platform-admins", "ml-engineers"}
    assert "run-dev" not in {item["display_name"] for item in account.all("service_principal")}
    looked_up = account.document["data"]
    assert [item["display_name"] for item in looked_up["databricks_group"].values()] == ["data-scientists"]
    principals = looked_up["databricks_service_principal"].values()
    assert [item["application_id"] for item in principals] == ["0000-1111"]
    assert dev.all("catalog") == []
    (deployer,) = (each for each in dev.all("grant") if "MANAGE" in each["privileges"] and "catalog" in each)
    assert deployer["catalog"] == "dev"
    assert deployer["privileges"] == ["USE_CATALOG", *TAKING_OVER]
    assert {item["catalog_name"] for item in dev.all("schema")} == {"dev"}
    (written,) = {item["catalog_name"] for item in dev.document["resource"]["databricks_schema"].values()}
    assert "databricks_grant.CatalogGrants_deploy" in written  # made after the grant, and destroyed before it
    assert dev.all("sql_endpoint") == []
    assert {item["warehouse_id"] for item in dev.all("sql_table")} == {"abc123"}
    assert [item for item in dev.all("permissions") if "sql_endpoint_id" in item] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "account.yaml",
            METASTORE,
            "metastore: {name: mlops, id: abc}\n",
            "account.yaml:5: metastore: wants either `name` (it is made) or `id` (it exists)",
        ),
        (
            "account.yaml",
            METASTORE,
            "metastore: {name: mlops}\n",
            "account.yaml:5: metastore: wants an `owner`, a group, where it is made",
        ),
        (
            "account.yaml",
            "  data-scientists:",
            "  analysts: Look\nexisting_groups:\n  analysts: Look\n  data-scientists:",
            "account.yaml:15: existing_groups.analysts: is among the groups that are made, too",
        ),
        (
            "dev.yaml",
            "  auto_stop_minutes: 10\n",
            "  auto_stop_minutes: 10\n  id: abc\n",
            "dev.yaml:7: warehouse: wants `size` and `auto_stop_minutes` (it is made) or `id` (it exists)",
        ),
        (
            "prod.yaml",
            "  name: prod\n",
            "  name: prod\n  exists: true\n",
            "prod.yaml:5: catalog: exists: who manages it says where it is seen and stored",
        ),
    ],
)
def test_half_made_half_named_is_one_line(
    files: EnvironmentFiles, file: str, old: str, new: str, problem: str
) -> None:
    """What is both, or neither, is told with the two ways there are."""
    files.replace(file, old, new)
    assert files.problems() == [problem]


def test_environments_share_no_warehouse_and_no_principal(files: EnvironmentFiles) -> None:
    """What is named in two environments would mix what they keep apart."""
    for name, minutes in (("dev", 10), ("staging", 5)):
        files.replace(f"{name}.yaml", f"  size: 2X-Small\n  auto_stop_minutes: {minutes}\n", "  id: abc123\n")
        files.replace(f"{name}.yaml", "catalog:\n", "principals: {run: 0000-1111}\ncatalog:\n")
    assert [problem.partition(": ")[2] for problem in files.problems()] == [
        "principals.run: is a principal of dev already: each environment has its own",
        "warehouse.id: is the warehouse of dev already",
    ]
