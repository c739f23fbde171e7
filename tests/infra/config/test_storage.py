"""Every mistake about an environment's storage is one line."""

from __future__ import annotations

import pytest

from tests.infra.conftest import EnvironmentFiles

ROLE = 'aws_role: "arn:aws:iam::123456789012:role/lake"'
STORAGE = f"storage: {{url: s3://lake/prod, credential: {{{ROLE}}}}}\n"


def edit(files: EnvironmentFiles, storage: str = STORAGE, *, environment: str = "prod") -> None:
    """Give an environment storage, and its deployer the right to make it."""
    files.replace(f"{environment}.yaml", "\nwarehouse:\n", f"\n{storage}warehouse:\n")


def allow(files: EnvironmentFiles) -> None:
    """Let deployers make storage."""
    files.replace("access.yaml", "    write: [metastore]", "    write: [metastore, storage]")


def test_storage_is_made_by_who_may(files: EnvironmentFiles) -> None:
    """It loads; without the right it would fail in the middle of a deploy."""
    edit(files)
    (line,) = files.problems()
    assert line.endswith(": storage: access.yaml must let deploy write storage, to make it")
    allow(files)
    storage = files.load().environments["prod"].storage
    assert storage is not None
    assert storage.credential.clouds == ["aws"]


@pytest.mark.parametrize(
    ("storage", "problem"),
    [
        (
            f"storage: {{url: gs://lake, credential: {{{ROLE}}}}}\n",
            "storage.url: the account is on aws: wants a URL of s3://",
        ),
        (
            "storage: {url: s3://lake, credential: {gcp_service_account: true}}\n",
            "storage.credential.gcp_service_account: the account is on aws: wants aws_role",
        ),
        (
            "storage: {url: s3://lake, credential: {name: key}}\n",
            "storage.credential: wants one of aws_role, azure_access_connector, gcp_service_account, "
            "or `name` and `exists: true`",
        ),
        (
            f"storage: {{url: s3://lake, credential: {{exists: true, name: key, {ROLE}}}}}\n",
            "storage.credential: exists: wants its `name`, and nothing else",
        ),
        (
            "storage: {url: s3://lake, credential: {aws_role: lake}}\n",
            'storage.credential.aws_role: "lake": string should match pattern '
            r"'^arn:aws[a-z-]*:iam::\d{12}:role/\S+$'",
        ),
        (
            f"storage: {{urls: s3://lake, credential: {{{ROLE}}}}}\n",
            "storage.urls: unknown key (did you mean url?); allowed: url, credential, unchecked",
        ),
    ],
)
def test_what_can_be_no_storage_is_one_line(files: EnvironmentFiles, storage: str, problem: str) -> None:
    """Another cloud's, no credential or two, a misspelt key."""
    allow(files)
    edit(files, storage)
    (line,) = files.problems()
    assert line.partition(": ")[2] == problem


@pytest.mark.parametrize("url", ["s3://lake/prod", "s3://lake", "s3://lake/prod/deep/"])
def test_places_do_not_overlap(files: EnvironmentFiles, url: str) -> None:
    """Two environments in one place would open each other's data."""
    allow(files)
    edit(files)
    edit(files, STORAGE.replace("s3://lake/prod", url), environment="staging")
    (line,) = files.problems()
    assert line.endswith(": storage.url: overlaps with the storage of prod, s3://lake/prod")


def test_catalogs_places_do_not_overlap(files: EnvironmentFiles) -> None:
    """The same for catalogs whose place is in others' locations; beside is fine."""
    files.replace("dev.yaml", "  name: dev\n", "  name: dev\n  storage_root: s3://lake/one\n")
    files.replace("prod.yaml", "  name: prod\n", "  name: prod\n  storage_root: s3://lake/one/two\n")
    (line,) = files.problems()
    assert line.endswith(": catalog.storage_root: overlaps with the storage of dev, s3://lake/one")
    files.replace("prod.yaml", "s3://lake/one/two", "s3://lake/one-two")
    assert files.load().environments["prod"].catalog.storage_root == "s3://lake/one-two"


def test_the_catalog_lies_in_its_storage(files: EnvironmentFiles) -> None:
    """Where in it may be said; one that exists lies where it is."""
    allow(files)
    edit(files)
    files.replace("prod.yaml", "  name: prod\n", "  name: prod\n  storage_root: s3://lake/product\n")
    (line,) = files.problems()
    assert line.endswith(": catalog.storage_root: is not within storage.url, s3://lake/prod")
    files.replace("prod.yaml", "storage_root: s3://lake/product", "storage_root: s3://lake/prod/data")
    assert files.load().environments["prod"].catalog.storage_root == "s3://lake/prod/data"
    files.replace("prod.yaml", "  storage_root: s3://lake/prod/data\n  read_only_in: [dev]", "  exists: true")
    assert any(line.endswith(": this one exists, where it is") for line in files.problems())
