"""The account's stack in each of the clouds, as Terraform itself accepts it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.config.problems import ConfigurationError
from infra.local.provider.server import ProviderServer
from tests.infra.config.test_destination import fill_in_cloud
from tests.infra.conftest import EnvironmentFiles, synthesize_all
from tests.infra.constructs.workspaces.test_workspaces import AWS, AZURE, GCP
from tests.infra.local.provider.terraform import Terraform
from tests.infra.synthesis import Synthesized

PROJECT = Path(__file__).parents[3]


def move(files: EnvironmentFiles, cloud: str, region: str, classic: dict[str, Any] | None = None) -> None:
    """Put the account into another cloud, prod's workspace on machines of its own."""
    files.replace("account.yaml", "cloud: aws\nregion: us-east-1", f"cloud: {cloud}\nregion: {region}")
    for name in ("dev", "staging", "prod"):
        path = files.folder / f"{name}.yaml"
        settings = yaml.safe_load(path.read_text())
        if classic and (name == "prod" or cloud == "azure"):
            settings["workspace"][cloud] = json.loads(json.dumps(classic).replace("{environment}", name))
        path.write_text(yaml.safe_dump(settings, sort_keys=False))


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderServer]:
    """A provider that knows the schemas of every type."""
    with ProviderServer(cache_dir=tmp_path_factory.mktemp("provider")) as server:
        yield server


def validate(stack: Synthesized, folder: Path, provider: ProviderServer) -> list[Any]:
    """What Terraform has to say against a stack."""
    folder.mkdir()
    terraform = Terraform(folder, provider.reattach())
    document = json.loads(json.dumps(stack.document))
    for file in document["resource"].get("databricks_file", {}).values():
        file["source"] = str(folder / "main.tf.json")  # any file that is there
    terraform.configure({**document, "terraform": _local(document["terraform"])})
    diagnostics: list[Any] = json.loads(terraform.run("validate", "-json"))["diagnostics"]
    return diagnostics


def test_terraform_accepts_every_stack(
    stacks: dict[str, Synthesized], tmp_path: Path, provider: ProviderServer
) -> None:
    """The shipped stacks are valid by the provider's own schemas."""
    for name, stack in stacks.items():
        assert validate(stack, tmp_path / name, provider) == []


@pytest.mark.parametrize(
    "variant",
    [("aws", "eu-west-1", AWS), ("gcp", "europe-west1", None), ("gcp", "europe-west1", GCP)],
    ids=["aws-classic", "gcp", "gcp-classic"],
)
def test_terraform_accepts_the_account_in_every_cloud(
    files: EnvironmentFiles,
    tmp_path: Path,
    provider: ProviderServer,
    variant: tuple[str, str, dict[str, Any] | None],
) -> None:
    """Serverless workspaces and classic ones, with private access, are valid by the provider's schemas."""
    cloud, region, classic = variant
    move(files, cloud, region, classic)
    account = synthesize_all(files.load(), tmp_path / "out")["account"]
    kinds = {item.get("compute_mode", "classic") for item in account.all("mws_workspaces")}
    assert kinds == ({"SERVERLESS", "classic"} if classic else {"SERVERLESS"})
    assert validate(account, tmp_path / "account", provider) == []


def _local(terraform: dict[str, Any]) -> dict[str, Any]:
    return {"required_providers": terraform["required_providers"], "backend": {"local": {}}}


def test_azure_s_workspaces_are_azure_s(files: EnvironmentFiles, tmp_path: Path) -> None:
    """The account assigns the metastore and lets groups in, as it does in the other clouds."""
    move(files, "azure", "westeurope", AZURE)
    account = synthesize_all(files.load(), tmp_path / "out")["account"]
    assert len(account.document["resource"]["azurerm_databricks_workspace"]) == 3
    assert account.all("mws_workspaces") == []
    assert len(account.all("metastore_assignment")) == 3
    assert account.all("mws_permission_assignment")
    grants = account.all("grant")
    assert grants
    assert all(any("azurerm_private_endpoint" in it for it in item["depends_on"]) for item in grants)


def test_without_azure_s_package_it_is_one_line(
    files: EnvironmentFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bindings are large, and installed only where they are wanted."""
    monkeypatch.setitem(sys.modules, "cdktf_cdktf_provider_azurerm.databricks_workspace", None)
    monkeypatch.delitem(sys.modules, "infra.constructs.workspaces.azure", raising=False)
    move(files, "azure", "westeurope", AZURE)
    with pytest.raises(ConfigurationError) as raised:
        synthesize_all(files.load(), tmp_path / "out")
    line = str(raised.value)
    assert line.startswith("account.yaml: cloud: azure needs the package cdktf_cdktf_provider_azurerm")
    assert line.endswith(": pipenv sync --categories azure")


def test_other_clouds_ask_for_nothing_of_azure() -> None:
    """Where no environment is on Azure its package is not imported, whether it is installed or not."""
    code = (
        "import sys; from infra.stacks.account import AccountStack; "
        "sys.exit(any(name.startswith('cdktf_cdktf_provider_azurerm') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "workspace:\n",
            "workspace:\n  gcp: {project: p}\n",
            "workspace.gcp: the account is on aws; say how",
        ),
        (
            "workspace:\n",
            "workspace:\n  aws: {role_arn: databricks, bucket: b}\n",
            'workspace.aws.role_arn: "databricks": string should match pattern',
        ),
        (
            "workspace:\n",
            "workspace:\n  aws: {role_arn: 'arn:aws:iam::123456789012:role/r', bucket: b, "
            "private_access: {rest_api: a, relay: b}}\n",
            "workspace.aws: private_access wants a network, which its endpoints are in",
        ),
        (
            "workspace:\n",
            "workspace:\n  aws: {role_arn: 'arn:aws:iam::123456789012:role/r'}\n",
            "workspace.aws.bucket: missing",
        ),
        (
            "workspace:\n",
            "workspace:\n  aws: {role_arn: 'arn:aws:iam::123456789012:role/r', bucket: b, "
            "network: {vpc_id: v, subnet_ids: [a, b]}}\n",
            "workspace.aws.network.security_group_ids: missing",
        ),
        (
            "workspace:\n",
            "workspace:\n  aws: {role_arn: 'arn:aws:iam::123456789012:role/r', bucket: b, "
            "network: {vpc_id: v, subnet_ids: [a], security_group_ids: [s]}}\n",
            "workspace.aws.network.subnet_ids: wants 2 at least",
        ),
        (
            "  name: mlops-dev\n",
            "  id: 1\n  host: https://dev\n"
            "  aws: {role_arn: 'arn:aws:iam::123456789012:role/r', bucket: b}\n",
            "workspace: exists: `aws` says how one is made",
        ),
    ],
)
def test_half_a_cloud_is_one_line(files: EnvironmentFiles, old: str, new: str, problem: str) -> None:
    """What does not go together is told before anything is synthesized."""
    files.replace("dev.yaml", old, new)
    (line,) = files.problems()
    assert line.partition(": ")[2].startswith(problem)


def test_azure_wants_a_resource_group(files: EnvironmentFiles) -> None:
    """On Azure there is no workspace without a place for it."""
    move(files, "azure", "westeurope")
    lines = files.problems()
    assert [line.partition(": ")[2] for line in lines] == [
        "workspace.azure: missing; on azure a workspace wants a resource_group"
    ] * 3


@pytest.mark.parametrize(
    ("shared", "problem"),
    [
        ("name: mlops-dev", "workspace.name: is the workspace of dev already"),
        ("id: 5\n  host: https://lab.cloud.databricks.com", "workspace.id: is the workspace of dev already"),
    ],
)
def test_environments_share_no_workspace(files: EnvironmentFiles, shared: str, problem: str) -> None:
    """Two environments in one workspace would have each other's jobs, endpoints and secrets."""
    files.replace("dev.yaml", "name: mlops-dev", shared)
    files.replace("staging.yaml", "name: mlops-staging", shared.replace("https://lab", "https://other"))
    (line,) = files.problems()
    assert line.partition(": ")[2] == problem


def test_on_azure_workspaces_share_no_subnet(files: EnvironmentFiles) -> None:
    """Azure lends a subnet to one workspace alone, and fills a resource group for one alone."""
    move(files, "azure", "westeurope", {**AZURE, "managed_resource_group": "filled-{environment}"})
    for old, new in (("staging-private", "dev-public"), ("filled-staging", "filled-dev")):
        files.replace("staging.yaml", old, new)
    subnet, group = (line.partition(": ")[2] for line in files.problems())
    assert group == "workspace.azure.managed_resource_group: is that of dev already"
    assert subnet.startswith("workspace.azure.network.private_subnet: is a subnet of dev already: on azure")


def test_addresses_are_of_the_accounts_cloud(files: EnvironmentFiles) -> None:
    """What is made by one cloud's rules is not sent to another's account, nor does it name its workspaces."""
    fill_in_cloud(files)
    files.replace("account.yaml", "cloud: aws", "cloud: gcp")
    host = "https://accounts.cloud.databricks.com"
    (line,) = files.problems("cloud")
    assert line.endswith(f"cloud.account.host: {host} is on aws, and account.yaml says cloud: gcp")
    files.replace("targets.yaml", host, "https://accounts.gcp.databricks.com")
    assert files.load("cloud").account.cloud == "gcp"
    existing = "id: 5\n  host: https://adb-5.azuredatabricks.net"
    files.replace("dev.yaml", "name: mlops-dev", existing)
    (line,) = files.problems()
    assert line.partition(": ")[2].startswith("workspace.host: https://adb-5.azuredatabricks.net is on azure")


def test_there_are_three_clouds(files: EnvironmentFiles) -> None:
    """An unknown one is told with those there are."""
    files.replace("account.yaml", "cloud: aws", "cloud: oracle")
    (line,) = files.problems()
    assert line.endswith("cloud: 'oracle' is not allowed; allowed: 'aws', 'azure', 'gcp'")
