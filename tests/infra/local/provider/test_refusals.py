"""What is refused: one line with the message, the API's code and, where it can be told, the attribute."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.local.provider.conftest import Site
from tests.infra.local.provider.terraform import Terraform, TerraformError

TASK = {"task_key": "a", "python_wheel_task": {"package_name": "p", "entry_point": "e"}}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("databricks_job", {"name": "old"}, "databricks_job without task blocks .* is not served"),
    (
        "databricks_job",
        {"task": [TASK], "always_running": True},
        "always_running of databricks_job is not served",
    ),
    ("databricks_file", {"path": "/Volumes/a/b/c/d", "source": "here"}, "source here is relative"),
    (
        "databricks_file",
        {"path": "/Volumes/a/b/c/d"},
        "exactly one of `source`, `content_base64` must be set",
    ),
    ("databricks_file", {"path": "Volumes/a", "content_base64": ""}, "exactly one of"),
    ("databricks_workspace_file", {"path": "/a//b", "content_base64": "YQ=="}, "must be absolute and plain"),
    ("databricks_secret_scope", {"name": "a b"}, "must be 1 to 128 letters"),
    ("databricks_sql_endpoint", {"name": "a", "cluster_size": "Huge"}, "cluster_size Huge is none of"),
    (
        "databricks_sql_table",
        {"name": "t", "catalog_name": "c", "schema_name": "s", "table_type": "MANAGED"},
        "without warehouse_id databricks_sql_table starts a cluster",
    ),
    (
        "databricks_permissions",
        {"job_id": "1", "access_control": {"group_name": "users", "permission_level": "CAN_READ"}},
        "permission_level CAN_READ is none of job_id's: CAN_MANAGE, CAN_MANAGE_RUN, CAN_VIEW, IS_OWNER",
    ),
    (
        "databricks_permissions",
        {"job_id": "1", "access_control": {"group_name": "admins", "permission_level": "CAN_VIEW"}},
        "permissions of admins on a job can't be changed",
    ),
    (
        "databricks_grant",
        {"catalog": "c", "schema": "c.s", "principal": "p", "privileges": ["SELECT"]},
        "exactly one of `catalog`",
    ),
    ("databricks_group", {"display_name": "g", "force": True}, "`force` of databricks_group is not served"),
    (
        "databricks_group",
        {"display_name": "g", "workspace_consume": True, "workspace_access": True},
        "workspace_consume excludes",
    ),
]


@pytest.mark.parametrize(("type_name", "values", "message"), REFUSED)
def test_configurations_are_refused_before_anything_is_made(
    type_name: str, values: dict[str, Any], message: str, terraform: Terraform
) -> None:
    """`terraform validate` says what can't be applied, without a host."""
    terraform.configure({"resource": {type_name: {"x": values}}})
    with pytest.raises(TerraformError) as failure:
        terraform.run("validate", "-no-color")
    assert_matches(failure, message)


def test_types_that_are_not_served_are_valid_and_not_planned(site: Site, terraform: Terraform) -> None:
    """A stack for a cloud is validated here, by the provider's schemas; what can't be made is not planned."""
    resource = {"databricks_mws_credentials": {"x": {"credentials_name": "a", "role_arn": "b"}}}
    terraform.configure({"provider": {"databricks": [site.workspace_block]}, "resource": resource})
    terraform.run("validate", "-no-color")
    with pytest.raises(TerraformError) as failure:
        terraform.plan()
    assert_matches(failure, "databricks_mws_credentials is not served by the loopback provider")


def test_data_sources_that_are_not_served_are_named(terraform: Terraform) -> None:
    """An unknown data source is refused by name."""
    terraform.configure({"data": {"databricks_clusters": {"x": {}}}})
    with pytest.raises(TerraformError) as failure:
        terraform.run("validate", "-no-color")
    assert_matches(failure, "data.databricks_clusters is not served by the loopback provider")


def test_the_apis_refusal_is_told_with_its_code_and_attribute(site: Site, terraform: Terraform) -> None:
    """The API's message and error code stand on one line, at the attribute that the message quotes."""
    schema = {"catalog_name": "nowhere", "name": "s"}
    resources = {"databricks_schema": {"x": schema}}
    terraform.configure({"provider": {"databricks": site.workspace_block}, "resource": resources})
    with pytest.raises(TerraformError) as failure:
        terraform.apply()
    assert_matches(failure, r"cannot create databricks_schema: .*nowhere.* \([A-Z_]+\)")
    assert_matches(failure, r'"catalog_name": "nowhere"')


def assert_matches(failure: pytest.ExceptionInfo[TerraformError], pattern: str) -> None:
    """Terraform breaks long lines; the message is compared as one."""
    message = " ".join(str(failure.value).replace("│", " ").split())
    failure.value.args = (message,)
    failure.match(pattern)
