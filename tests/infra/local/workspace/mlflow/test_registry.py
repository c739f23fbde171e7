"""Models in Unity Catalog through MLflow's `databricks-uc` client and databricks-sdk, on one set of data."""

from __future__ import annotations

import io

import mlflow
import pandas as pd
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceConflict
from mlflow.exceptions import RestException

from tests.infra.local.workspace.catalog.granting import grant, revoke
from tests.infra.local.workspace.mlflow.studio import Studio, log_model

ALICE = "alice@example.com"
MODEL = "lab.flights.delay"
ROWS = pd.DataFrame({"x": [1.0]})


@pytest.fixture(scope="module", autouse=True)
def versions(studio: Studio) -> list[str]:
    """Two versions of the model; the first predicts 1, the second 2."""
    return [studio.new_version(MODEL, value=float(number)) for number in (1, 2)]


def test_versions_are_numbered_and_say_where_they_came_from(studio: Studio) -> None:
    """Both dialects tell the same."""
    with studio.mlflow("deployer") as client:
        found = client.get_model_version(MODEL, "2")
        assert (found.version, found.status) == ("2", "READY")
        assert found.run_id is not None
        assert client.get_run(found.run_id).info.run_id == found.run_id
        assert found.source == f"models:/{found.model_id}"
        assert [v.version for v in client.search_model_versions(f"name='{MODEL}'")] == ["2", "1"]
        assert MODEL in [model.name for model in client.search_registered_models()]
    shown = studio.sdk("deployer").model_versions.get(MODEL, 2)
    assert (shown.run_id, shown.run_workspace_id) == (found.run_id, studio.dev)
    assert shown.created_by == studio.lakehouse.name("deployer")


def test_aliases_move_at_once_and_mind_their_case(studio: Studio) -> None:
    """Champion is not champion; both clients see a move, the SDK's model lists its aliases."""
    sdk = studio.sdk("deployer")
    with studio.mlflow("deployer") as client:
        client.set_registered_model_alias(MODEL, "Champion", "1")
        assert mlflow.pyfunc.load_model(f"models:/{MODEL}@Champion").predict(ROWS) == [1.0]
        sdk.registered_models.set_alias(MODEL, "Champion", 2)
        assert client.get_model_version_by_alias(MODEL, "Champion").version == "2"
        assert client.get_registered_model(MODEL).aliases == {"Champion": "2"}
        with pytest.raises(RestException, match="alias champion not found"):
            client.get_model_version_by_alias(MODEL, "champion")
    aliases = sdk.registered_models.get(MODEL, include_aliases=True).aliases
    assert [(a.alias_name, a.version_num) for a in aliases or []] == [("Champion", 2)]
    assert sdk.registered_models.get(MODEL).aliases == []
    sdk.registered_models.delete_alias(MODEL, "Champion")
    with pytest.raises(NotFound):
        sdk.model_versions.get_by_alias(MODEL, "Champion")


@pytest.mark.parametrize("alias", ["latest", "v1", "a.b"])
def test_some_aliases_are_reserved(studio: Studio, alias: str) -> None:
    """They would read as versions."""
    with pytest.raises(BadRequest, match="not a valid alias"):
        studio.sdk("deployer").registered_models.set_alias(MODEL, alias, 1)


def test_tags_and_descriptions(studio: Studio) -> None:
    """Of the model and of one version; set, changed and removed."""
    with studio.mlflow("deployer") as client:
        client.set_model_version_tag(MODEL, "1", "validation", "PENDING")
        client.set_model_version_tag(MODEL, "1", "validation", "PASSED")
        client.set_registered_model_tag(MODEL, "team", "flights")
        client.update_model_version(MODEL, "1", "MAE 12")
        client.update_registered_model(MODEL, "Delays")
        found = client.get_model_version(MODEL, "1")
        assert (found.tags, found.description) == ({"validation": "PASSED"}, "MAE 12")
        model = client.get_registered_model(MODEL)
        assert (model.tags, model.description) == ({"team": "flights"}, "Delays")
        client.delete_model_version_tag(MODEL, "1", "validation")
        client.delete_registered_model_tag(MODEL, "team")
        assert client.get_model_version(MODEL, "1").tags == {}
        assert client.get_registered_model(MODEL).tags == {}


def test_rights_on_a_model(studio: Studio) -> None:
    """Each step needs its own privilege, and passes with it."""
    alice, deployer = studio.sdk(ALICE), studio.sdk("deployer")
    with studio.mlflow(ALICE) as client:
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.get_model_version(MODEL, "1")
        grant(deployer, "function", MODEL, ALICE, "EXECUTE")
        assert client.get_model_version(MODEL, "1").version == "1"
        assert mlflow.pyfunc.load_model(f"models:/{MODEL}/1").predict(ROWS) == [1.0]
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.set_model_version_tag(MODEL, "1", "k", "v")
        grant(deployer, "function", MODEL, ALICE, "APPLY_TAG")
        client.set_model_version_tag(MODEL, "1", "k", "v")
        with pytest.raises(PermissionDenied):
            alice.registered_models.set_alias(MODEL, "Mine", 1)
        grant(deployer, "function", MODEL, ALICE, "MANAGE")
        alice.registered_models.set_alias(MODEL, "Mine", 1)
        alice.registered_models.delete_alias(MODEL, "Mine")
    revoke(deployer, "function", MODEL, ALICE, "EXECUTE", "APPLY_TAG", "MANAGE")


def test_registering_needs_the_right_on_schema_and_model(studio: Studio) -> None:
    """CREATE_MODEL for a model, CREATE_MODEL_VERSION for a version of another's."""
    deployer = studio.sdk("deployer")
    with studio.mlflow(ALICE) as client:
        experiment_id = client.create_experiment("/Shared/alice")
        with pytest.raises(RestException, match="CREATE MODEL"):
            client.create_registered_model("lab.flights.hers")
        grant(deployer, "schema", "lab.flights", ALICE, "CREATE_MODEL")
        with mlflow.start_run(experiment_id=experiment_id):
            assert log_model("lab.flights.hers").registered_model_version == "1"
            with pytest.raises(RestException, match="PERMISSION_DENIED"):
                log_model(MODEL)
            _change(deployer, "add", "CREATE_MODEL_VERSION", "EXECUTE")
            mine = log_model(MODEL).registered_model_version
    _change(deployer, "remove", "CREATE_MODEL_VERSION", "EXECUTE")
    revoke(deployer, "schema", "lab.flights", ALICE, "CREATE_MODEL")
    deployer.model_versions.delete(MODEL, int(mine))


def test_a_version_s_files_change_only_until_it_is_ready(studio: Studio) -> None:
    """And are read by who may execute the model."""
    path = "/Models/lab/flights/delay/1/MLmodel"
    with pytest.raises(ResourceConflict, match="READY"):
        studio.sdk("deployer").files.upload(path, io.BytesIO(b"x"), overwrite=True)
    with pytest.raises(PermissionDenied):
        studio.sdk(ALICE).files.download(path)
    assert studio.sdk("deployer").files.get_metadata(path).content_length


def test_a_version_that_was_not_finalized_stays_pending(studio: Studio) -> None:
    """An upload that broke off leaves nothing that could be taken for a model."""
    api = studio.sdk("deployer").api_client
    root = "/api/2.0/mlflow/unity-catalog/model-versions"
    made = api.do("POST", f"{root}/create", body={"name": MODEL, "source": "runs:/x/model"})
    assert isinstance(made, dict)
    version = made["model_version"]["version"]
    assert made["model_version"]["status"] == "PENDING_REGISTRATION"
    with pytest.raises(BadRequest, match="no files"):
        api.do("POST", f"{root}/finalize", body={"name": MODEL, "version": version})
    studio.sdk("deployer").model_versions.delete(MODEL, int(version))


def test_a_copy_between_schemas_keeps_its_source(studio: Studio) -> None:
    """As models are promoted from environment to environment."""
    studio.sdk("deployer").schemas.create("copies", "lab")
    with studio.mlflow("deployer") as client:
        original = client.get_model_version(MODEL, "1")
        copy = client.copy_model_version(f"models:/{MODEL}/1", "lab.copies.delay")
        assert (copy.source, copy.run_id) == (original.source, original.run_id)
        assert mlflow.pyfunc.load_model("models:/lab.copies.delay/1").predict(ROWS) == [1.0]


def test_deleting_and_renaming(studio: Studio) -> None:
    """A deleted version takes its aliases along; a renamed model keeps its versions, a new one has none."""
    sdk = studio.sdk("deployer")
    for value in (1.0, 2.0):
        studio.new_version("lab.flights.short", value=value)
    sdk.registered_models.set_alias("lab.flights.short", "Old", 1)
    sdk.model_versions.delete("lab.flights.short", 1)
    assert _aliases(sdk, "lab.flights.short") == {}
    sdk.registered_models.update("lab.flights.short", new_name="long")
    assert [v.version for v in sdk.model_versions.list("lab.flights.long")] == [2]
    with studio.mlflow("deployer"):
        assert mlflow.pyfunc.load_model("models:/lab.flights.long/2").predict(ROWS) == [2.0]
    sdk.registered_models.delete("lab.flights.long")
    sdk.registered_models.create(catalog_name="lab", schema_name="flights", name="long")
    assert list(sdk.model_versions.list("lab.flights.long")) == []


def test_a_read_only_binding_refuses_changes(studio: Studio) -> None:
    """In the workspace where a catalog may only be read, its owner loads models and changes none."""
    sdk = studio.sdk("deployer")
    path = "/api/2.1/unity-catalog/bindings/catalog/lab"
    bindings = [
        {"workspace_id": studio.dev, "binding_type": "BINDING_TYPE_READ_WRITE"},
        {"workspace_id": studio.prod, "binding_type": "BINDING_TYPE_READ_ONLY"},
    ]
    sdk.api_client.do("PATCH", "/api/2.1/unity-catalog/catalogs/lab", body={"isolation_mode": "ISOLATED"})
    sdk.api_client.do("PATCH", path, body={"add": bindings})
    with studio.mlflow("deployer", studio.prod) as client:
        assert mlflow.pyfunc.load_model(f"models:/{MODEL}/1").predict(ROWS) == [1.0]
        for change in (
            lambda: client.set_registered_model_alias(MODEL, "Champion", "1"),
            lambda: client.set_model_version_tag(MODEL, "1", "k", "v"),
            lambda: client.create_registered_model("lab.flights.other"),
        ):
            with pytest.raises(RestException, match="PERMISSION_DENIED"):
                change()
    sdk.api_client.do("PATCH", "/api/2.1/unity-catalog/catalogs/lab", body={"isolation_mode": "OPEN"})


def test_the_native_registry_of_newer_clients_works_on_the_same_data(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY moves the client to Unity Catalog's own routes."""
    monkeypatch.setenv("MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY", "true")
    version = studio.new_version("lab.flights.native", value=3.0)
    with studio.mlflow("deployer") as client:
        client.set_registered_model_alias("lab.flights.native", "Champion", version)
        client.set_model_version_tag("lab.flights.native", version, "validation", "PASSED")
        found = client.get_model_version_by_alias("lab.flights.native", "Champion")
        assert (found.status, found.tags) == ("READY", {"validation": "PASSED"})
        assert client.get_registered_model("lab.flights.native").aliases == {"Champion": version}
        assert mlflow.pyfunc.load_model("models:/lab.flights.native@Champion").predict(ROWS) == [3.0]


def _aliases(sdk: WorkspaceClient, model: str) -> dict[str, int]:
    aliases = sdk.registered_models.get(model, include_aliases=True).aliases or []
    return {str(alias.alias_name): int(alias.version_num or 0) for alias in aliases}


def _change(client: WorkspaceClient, what: str, *privileges: str) -> None:
    """Grant or revoke on the model what databricks-sdk has no name for."""
    body = {"changes": [{"principal": ALICE, what: privileges}]}
    client.api_client.do("PATCH", f"/api/2.1/unity-catalog/permissions/function/{MODEL}", body=body)
