"""Where artifacts are."""

from __future__ import annotations

import pytest

from infra.local.workspace.errors import InvalidParameterError, NotFoundError
from infra.local.workspace.mlflow import locations


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("mlflow-artifacts:/1/r/artifacts", "dbfs:/databricks/mlflow-tracking/1/r/artifacts"),
        (
            "mlflow-artifacts:/1/models/m-2/artifacts",
            "dbfs:/databricks/mlflow-tracking/1/logged_models/m-2/artifacts",
        ),
        ("dbfs:/Volumes/a/b/c/r/artifacts", "dbfs:/Volumes/a/b/c/r/artifacts"),
    ],
)
def test_uris_are_those_that_databricks_clients_know(inside: str, outside: str) -> None:
    """Only in the fields that hold locations, at any depth."""
    document = {"run": [{"artifact_uri": inside}], "value": inside}
    assert locations.rewrite(document) == {"run": [{"artifact_uri": outside}], "value": inside}


def test_paths_of_the_files_api_lead_to_the_server_s_files() -> None:
    """Runs and logged models lie where the MLflow server puts them."""
    root = locations.FILES_PREFIX
    assert str(locations.place(f"{root}/1/Runs/r/artifacts/a.txt").relative) == "1/r/artifacts/a.txt"
    assert str(locations.place(f"{root}/1/LoggedModels/m-2/artifacts").relative) == "1/models/m-2/artifacts"


@pytest.mark.parametrize("path", ["/1", "/1/Runs", "/1/Runs/r/../../2/r", "/x/Runs/r", "/1/Else/r"])
def test_other_paths_do_not_exist(path: str) -> None:
    """Nothing outside of a run's or logged model's folder can be named."""
    with pytest.raises(NotFoundError):
        locations.place(locations.FILES_PREFIX + path)


def test_artifact_locations_that_nobody_guards_are_refused() -> None:
    """Only volumes have permissions of their own."""
    locations.check_location("dbfs:/Volumes/a/b/c")
    locations.check_location(None)
    with pytest.raises(InvalidParameterError, match="not served locally"):
        locations.check_location("s3://bucket/x")
