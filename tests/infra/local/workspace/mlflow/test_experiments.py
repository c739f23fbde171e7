"""Experiments through MLflow's `databricks` client and databricks-sdk."""

from __future__ import annotations

import mlflow
import pytest
from databricks.sdk.errors import BadRequest, InternalError, NotFound, PermissionDenied, ResourceAlreadyExists
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import RestException

from tests.infra.local.workspace.mlflow.studio import Studio


def test_two_workspaces_have_an_experiment_of_the_same_name(studio: Studio) -> None:
    """Each sees its own, by name, by id and in searches."""
    ids = {}
    for workspace in (studio.dev, studio.prod):
        studio.sdk("deployer", workspace).workspace.mkdirs("/Shared/flights")
        with studio.mlflow("deployer", workspace) as client:
            ids[workspace] = client.create_experiment("/Shared/flights/arrival_delay")
            found = client.search_experiments(filter_string="name = '/Shared/flights/arrival_delay'")
            assert [(e.experiment_id, e.name) for e in found] == [
                (ids[workspace], "/Shared/flights/arrival_delay")
            ]
    assert ids[studio.dev] != ids[studio.prod]
    with pytest.raises(NotFound, match="Node ID"):
        studio.sdk("deployer", studio.dev).experiments.get_experiment(ids[studio.prod])


def test_an_experiment_needs_its_directory(studio: Studio) -> None:
    """And an absolute path, as on Databricks."""
    with studio.mlflow("deployer") as client:
        with pytest.raises(RestException, match="does not exist"):
            client.create_experiment("/Shared/nowhere/x")
        with pytest.raises(RestException, match="must be an absolute path"):
            client.create_experiment("flights")
        client.create_experiment("/Shared/taken")
        with pytest.raises(RestException, match="'/Shared/taken' already exists"):
            client.create_experiment("/Shared/taken")


def test_a_deleted_experiment_frees_its_name(studio: Studio) -> None:
    """Destroy and deploy again: a new one; the old one can still be read and restored when it fits."""
    with studio.mlflow("deployer") as client:
        old = client.create_experiment("/Shared/again")
        client.delete_experiment(old)
        assert client.get_experiment(old).lifecycle_stage == "deleted"
        assert _id_of(client, "/Shared/again") == old
        new = client.create_experiment("/Shared/again")
        assert _id_of(client, "/Shared/again") == new
        with pytest.raises(RestException, match="already exists"):
            client.restore_experiment(old)
        deleted = client.search_experiments(view_type=ViewType.DELETED_ONLY)
        assert [e.name for e in deleted if e.experiment_id == old] == ["/Shared/again"]
        client.rename_experiment(new, "/Shared/moved")
        client.restore_experiment(old)
        assert client.get_experiment(old).name == "/Shared/again"


def test_an_experiment_goes_with_its_directory(studio: Studio) -> None:
    """A folder with one in it is not empty; the deleted one can be read still, and its name is free."""
    workspace = studio.sdk("deployer").workspace
    workspace.mkdirs("/Shared/left/deep")
    with studio.mlflow("deployer") as client:
        left = client.create_experiment("/Shared/left/deep/tried")
        with pytest.raises(BadRequest, match="not empty"):
            workspace.delete("/Shared/left/deep")
        workspace.delete("/Shared/left", recursive=True)
        assert client.get_experiment(left).lifecycle_stage == "deleted"
        workspace.mkdirs("/Shared/left/deep")
        workspace.delete("/Shared/left/deep")
        workspace.mkdirs("/Shared/left/deep")
        assert client.create_experiment("/Shared/left/deep/tried") != left


def test_a_creation_cut_off_by_a_kill_is_finished_by_the_next_try(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has it, its permissions are missing: only who was creating it gets it."""
    alice, folder = "alice@example.com", "/Shared/cut"
    studio.sdk("deployer").workspace.mkdirs(folder)
    with monkeypatch.context() as patch:
        patch.setattr(studio.lakehouse.account.permissions, "created", _die)
        with pytest.raises(InternalError, match="killed"):
            studio.sdk(alice).experiments.create_experiment(f"{folder}/x")
    for other in ("bob@example.com", "deployer"):
        with pytest.raises(ResourceAlreadyExists, match="already exists"):
            studio.sdk(other).experiments.create_experiment(f"{folder}/x")
    experiment_id = studio.sdk(alice).experiments.create_experiment(f"{folder}/x").experiment_id
    assert experiment_id is not None
    studio.sdk(alice).experiments.delete_experiment(experiment_id)


def test_levels_on_an_experiment_are_enforced(studio: Studio) -> None:
    """None: refused; CAN_READ: reads; CAN_EDIT: logs; CAN_MANAGE: deletes."""
    folder, alice = studio.folder(), "alice@example.com"
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment(f"{folder}/x")
        run = client.create_run(experiment_id)
    with studio.mlflow(alice) as client:
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.get_run(run.info.run_id)
        assert not client.search_experiments(filter_string=f"name = '{folder}/x'")
        _give(studio, experiment_id, alice, "CAN_READ")
        assert client.get_run(run.info.run_id).info.user_id == studio.lakehouse.name("deployer")
        assert client.search_experiments(filter_string=f"name = '{folder}/x'")
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.log_metric(run.info.run_id, "m", 1.0)
        _give(studio, experiment_id, alice, "CAN_EDIT")
        client.log_metric(run.info.run_id, "m", 1.0)
        assert client.get_metric_history(run.info.run_id, "m")[0].value == 1.0
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.delete_experiment(experiment_id)
        _give(studio, experiment_id, alice, "CAN_MANAGE")
        client.delete_experiment(experiment_id)


def test_levels_are_inherited_from_the_directory(studio: Studio) -> None:
    """Who may read a folder may read what is in it; the creator manages."""
    folder = studio.folder("alice@example.com")
    with studio.mlflow("deployer") as client:
        experiment_id = client.create_experiment(f"{folder}/x")
    with studio.mlflow("alice@example.com") as client:
        assert client.get_experiment(experiment_id).name == f"{folder}/x"
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.create_run(experiment_id)
        with pytest.raises(RestException):
            client.create_experiment(f"{folder}/y")
    with pytest.raises(PermissionDenied):
        studio.sdk("bob@example.com").experiments.get_experiment(experiment_id)


def test_runs_are_searched_in_readable_experiments_only(studio: Studio) -> None:
    """Over all experiments at once, too."""
    with studio.mlflow("deployer") as client:
        hidden = client.create_experiment(f"{studio.folder()}/x")
        client.create_run(hidden)
    with studio.mlflow("alice@example.com") as client:
        with pytest.raises(RestException, match="PERMISSION_DENIED"):
            client.search_runs([hidden])
        shown = client.create_experiment("/Shared/shown")
        client.create_run(shown, run_name="mine")
        found = mlflow.search_runs(search_all_experiments=True)
        assert "mine" in set(found["tags.mlflow.runName"])
        assert hidden not in set(found["experiment_id"])


def _die(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("killed")


def _id_of(client: MlflowClient, name: str) -> str | None:
    found = client.get_experiment_by_name(name)
    return found.experiment_id if found else None


def _give(studio: Studio, experiment_id: str, user: str, level: str) -> None:
    body = {"access_control_list": [{"user_name": user, "permission_level": level}]}
    path = f"/api/2.0/permissions/experiments/{experiment_id}"
    studio.sdk("deployer").api_client.do("PATCH", path, body=body)
