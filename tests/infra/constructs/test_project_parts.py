"""What a project has in its schema and workspace."""

from __future__ import annotations

import re
from pathlib import Path

from cdktf import TerraformStack
from cdktf_cdktf_provider_databricks.permissions import PermissionsAccessControl

from infra.config.access import Rights
from infra.config.project import Column, RegisteredModel, Table
from infra.config.wheel import Wheel
from infra.constructs.code import DeployedWheel
from infra.constructs.experiment import Experiment
from infra.constructs.folders import ProjectFolder
from infra.constructs.model import OwnedModel
from infra.constructs.principals import Principal
from infra.constructs.schema import ProjectSchema
from infra.constructs.secrets import ProjectSecrets
from infra.constructs.tables import DeclaredTables
from tests.infra.synthesis import Synthesized, synthesize


def schema(stack: TerraformStack) -> ProjectSchema:
    """A schema with a volume for code."""
    volumes = {"artifacts": "Code"}
    return ProjectSchema(
        stack, "Schema", catalog="prod", name="flights", comment="", volumes=volumes, disposable=False
    )


def declare(
    tables: dict[str, Table], principals: dict[str, Principal], rights: dict[str, Rights] | None = None
) -> Synthesized:
    """What tables become on warehouse w1."""
    return synthesize(
        lambda stack: DeclaredTables(
            stack,
            "Tables",
            schema=schema(stack),
            warehouse_id="w1",
            tables=tables,
            rights=rights or {},
            principals=principals,
        )
    )


def test_schema_has_its_volumes() -> None:
    """Volumes are managed and in the project's schema."""
    made = synthesize(schema)
    assert made.one("schema", name="flights")["force_destroy"] is False
    assert made.one("volume", name="artifacts")["volume_type"] == "MANAGED"
    assert made.one("volume", name="artifacts")["schema_name"] == "flights"


def test_tables_are_declared_as_unity_catalog_tells_them(principals: dict[str, Principal]) -> None:
    """Types are lower case, so that a second plan is empty; keys are not nullable."""
    columns = {"id": Column(type="BIGINT", nullable=False), "delay": Column(type="DOUBLE", comment="Minutes")}
    table = Table(comment="Flights", keys=("id",), columns=columns)
    made = declare({"flights": table}, principals).one("sql_table", name="flights")
    assert made["column"] == [
        {"name": "id", "type": "bigint", "nullable": False, "comment": ""},
        {"name": "delay", "type": "double", "nullable": True, "comment": "Minutes"},
    ]
    assert (made["catalog_name"], made["schema_name"], made["warehouse_id"]) == ("prod", "flights", "w1")
    assert (made["table_type"], made["data_source_format"]) == ("MANAGED", "DELTA")


def test_run_manages_feature_tables_alone(principals: dict[str, Principal]) -> None:
    """The jobs' principal can add a primary key to a feature table, and to no other table."""
    columns = {name: Column(type="STRING", nullable=False) for name in ("id", "at")}
    feature = Table(keys=("id",), time="at", feature_table=True, columns=columns)
    other = Table(keys=("id",), time="at", columns=columns)
    made = declare({"features": feature, "others": other}, principals)
    grant = made.one("grant")
    table = re.fullmatch(r"\$\{databricks_sql_table\.([\w-]+)\.id\}", grant.pop("table"))
    assert grant == {"principal": "run-application-id", "privileges": ["MANAGE"]}
    assert table is not None
    assert made.document["resource"]["databricks_sql_table"][table[1]]["name"] == "features"


def test_principal_has_one_grant_on_a_table(principals: dict[str, Principal]) -> None:
    """What the matrix says of a feature table and what its key takes are one grant: two would fight."""
    columns = {name: Column(type="STRING", nullable=False) for name in ("id", "at")}
    feature = Table(keys=("id",), time="at", feature_table=True, columns=columns)
    rights: Rights = {"readers": ("SELECT",), "run": ("SELECT", "MODIFY")}
    made = declare({"features": feature}, principals, {"features": rights})
    assert [(grant["principal"], grant["privileges"]) for grant in made.all("grant")] == [
        ("readers", ["SELECT"]),
        ("run-application-id", ["SELECT", "MODIFY", "MANAGE"]),
    ]


def test_model_has_an_owner_and_no_aliases() -> None:
    """Aliases are never declared: the provider would ignore them."""
    made = synthesize(
        lambda stack: OwnedModel(
            stack,
            "Model",
            schema=schema(stack),
            settings=RegisteredModel(name="arrival_delay"),
            owner="run-application-id",
        )
    ).one("registered_model", name="arrival_delay")
    assert made["owner"] == "run-application-id"
    assert "aliases" not in made


def test_wheel_lies_at_its_hash() -> None:
    """New code gets a path of its own, uploaded before the old one goes."""
    wheel = Wheel(path=Path("build/code-1.0.0.whl"), sha256="0123456789abcdef", source="../code-1.0.0.whl")
    made = synthesize(lambda stack: DeployedWheel(stack, "Code", schema=schema(stack), wheel=wheel))
    file = made.one("file")
    assert file["path"] == "/Volumes/prod/flights/artifacts/wheels/0123456789ab/code-1.0.0.whl"
    assert file["source"] == "../code-1.0.0.whl"
    assert file["lifecycle"] == {"create_before_destroy": True}
    assert file["depends_on"][0].startswith("databricks_volume.")


def test_experiment_waits_for_its_folder() -> None:
    """The folder is there before the experiment in it."""
    made = synthesize(
        lambda stack: Experiment(
            stack,
            "Experiment",
            folder=ProjectFolder(stack, "Folder", path="/Projects/flights", disposable=False),
            name="/Projects/flights/arrival_delay",
            permissions=[PermissionsAccessControl(group_name="readers", permission_level="CAN_READ")],
        )
    )
    assert made.one("directory") == {"path": "/Projects/flights", "delete_recursive": False}
    experiment = made.one("mlflow_experiment", name="/Projects/flights/arrival_delay")
    assert experiment["depends_on"][0].startswith("databricks_directory.")
    assert ".id}" in made.one("permissions")["experiment_id"]


def test_secrets_have_a_scope_and_readers(principals: dict[str, Principal]) -> None:
    """A project's scope is read by those that the matrix names; no secret is declared."""
    made = synthesize(
        lambda stack: ProjectSecrets(
            stack, "Secrets", name="flights", levels={"run": "READ"}, principals=principals
        )
    )
    assert made.one("secret_acl") == {
        "scope": "flights",
        "principal": "run-application-id",
        "permission": "READ",
    }
    assert "secret" not in {kind.removeprefix("databricks_") for kind in made.types()}
