"""Databricks' own tables are switched on by name, and read by who the matrix says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.infra.conftest import EnvironmentFiles, synthesize_all


def test_named_schemas_are_switched_on_and_granted(files: EnvironmentFiles, tmp_path: Path) -> None:
    """Whoever reads the system's tables reads those of every schema that is on, but for the audit log."""
    files.replace("account.yaml", "[serving, access]", "[serving, access, compute]")
    account = synthesize_all(files.load(), tmp_path / "out")["account"]
    assert {item["schema"] for item in account.all("system_schema")} == {"serving", "access", "compute"}
    granted = {
        name: {item["principal"] for item in account.all("grant") if item.get("schema") == name}
        for name in ("system.serving", "system.compute", "system.access")
    }
    told = account.outputs()
    runners, deployers = (
        {told[f"{environment}_{role}_application_id"] for environment in ("dev", "staging", "prod")}
        for role in ("run", "deploy")
    )
    assert granted == {
        "system.serving": runners,
        "system.compute": runners,
        "system.access": deployers,
    }


@pytest.mark.parametrize(
    ("schemas", "problem"),
    [
        (
            "[access]",
            "system_schemas: wants serving among them: by its tables monitoring tells which version",
        ),
        ("[serving]", "system_schemas: wants access among them: access.yaml lets somebody read audit"),
        (
            "[serving, acces, access]",
            "system_schemas[1]: 'acces' is not allowed; allowed: 'access', 'compute'",
        ),
    ],
)
def test_what_is_no_system_schema_is_one_line(files: EnvironmentFiles, schemas: str, problem: str) -> None:
    """A schema that there is not, or the one that monitoring needs left out."""
    files.replace("account.yaml", "system_schemas: [serving, access]", f"system_schemas: {schemas}")
    (line,) = files.problems()
    assert line.partition(": ")[2].startswith(problem)
