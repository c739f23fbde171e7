"""What a failed deploy tells: Terraform's own words, without cdktf's frame."""

from __future__ import annotations

from infra.local.stacks import explain

FAILED = """
1 Stack deploying     0 Stacks done     0 Stacks waiting
\x1b[2K\x1b[1A\x1b[Gdev  Error: cannot create databricks_job: the name is taken (RESOURCE_ALREADY_EXISTS)

       with databricks_job.Ingest (Ingest),
       on cdk.tf.json line 12, in resource.databricks_job.Ingest:

1 Stack deploying     0 Stacks done     0 Stacks waiting
dev  Error: cannot create databricks_schema: no such catalog (CATALOG_DOES_NOT_EXIST)
0 Stacks deploying     1 Stack done     0 Stacks waiting
Invoking Terraform CLI failed with exit code 1
"""


def test_every_error_is_told() -> None:
    """Both errors are there with where they stand; progress and escape codes are not."""
    assert explain(FAILED).splitlines() == [
        "Error: cannot create databricks_job: the name is taken (RESOURCE_ALREADY_EXISTS)",
        "       with databricks_job.Ingest (Ingest),",
        "       on cdk.tf.json line 12, in resource.databricks_job.Ingest:",
        "Error: cannot create databricks_schema: no such catalog (CATALOG_DOES_NOT_EXIST)",
    ]


def test_without_an_error_the_end_is_told() -> None:
    """A command that fails without Terraform's word shows its last lines."""
    output = "\n".join(f"line {number}" for number in range(40)) + "\n\n/bin/sh: 1: pipenv: not found\n"
    lines = explain(output).splitlines()
    assert lines[-1] == "/bin/sh: 1: pipenv: not found"
    assert len(lines) == 15
