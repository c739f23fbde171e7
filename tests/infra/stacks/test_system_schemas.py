"""Databricks' own tables are switched on by name, and read by who the matrix says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.conftest import EnvironmentFiles, synthesize_all


def test_named_schemas_are_switched_on_and_granted(files: EnvironmentFiles, tmp_path: Path) -> None:
    """Whoever reads the system's tables reads those of every schema that is on."""
    files.replace("account.yaml", "system_schemas: [serving]", "system_schemas: [serving, access]")
    account = synthesize_all(files.load(), tmp_path / "out")["account"]
    assert {item["schema"] for item in account.all("system_schema")} == {"serving", "access"}
    granted = {item["schema"] for item in account.all("grant") if "schema" in item}
    assert granted == {"system.serving", "system.access"}


@pytest.mark.parametrize(
    ("schemas", "problem"),
    [
        (
            "[access]",
            "system_schemas: wants serving among them: by its tables monitoring tells which version",
        ),
        ("[serving, acces]", "system_schemas[1]: 'acces' is not allowed; allowed: 'access', 'compute'"),
    ],
)
def test_what_is_no_system_schema_is_one_line(files: EnvironmentFiles, schemas: str, problem: str) -> None:
    """A schema that there is not, or the one that monitoring needs left out."""
    files.replace("account.yaml", "system_schemas: [serving]", f"system_schemas: {schemas}")
    (line,) = files.problems()
    assert line.partition(": ")[2].startswith(problem)
