"""What becomes of a thing that is to go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from databricks.sdk.errors import NotFound, PermissionDenied
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INTERNAL_ERROR,
    PERMISSION_DENIED,
    RESOURCE_DOES_NOT_EXIST,
)

from pipelines.leftovers.leftover import Leftover, instant

NOW = datetime(2026, 3, 15, tzinfo=UTC)


def leftover(error: Exception | None) -> Leftover:
    """Something whose removal ends with an error, or well for None."""

    def remove() -> None:
        if error:
            raise error

    return Leftover("table", "staging.flights.notes", NOW - timedelta(days=17, hours=5), remove)


def test_tells_what_it_is_and_how_old() -> None:
    """Kind, name and whole days."""
    assert leftover(None).describe(NOW) == "table staging.flights.notes, 17 days old"


@pytest.mark.parametrize(
    "error",
    [None, NotFound("gone"), MlflowException("gone", RESOURCE_DOES_NOT_EXIST)],
    ids=["removed", "gone already", "gone from MLflow already"],
)
def test_what_is_gone_is_gone(error: Exception | None) -> None:
    """Whoever has removed it."""
    assert leftover(error).try_to_remove() is None


@pytest.mark.parametrize(
    "error", [PermissionDenied("not yours"), MlflowException("not yours", PERMISSION_DENIED)]
)
def test_what_is_refused_is_told(error: Exception) -> None:
    """The reason, in a line."""
    assert leftover(error).try_to_remove() == "not yours"


def test_what_nobody_foresaw_is_no_refusal() -> None:
    """A failing service ends the purge."""
    with pytest.raises(MlflowException):
        leftover(MlflowException("down", INTERNAL_ERROR)).try_to_remove()


def test_the_latest_time_counts() -> None:
    """Times that aren't known are left out."""
    assert instant(1_000, None, 5_000) == datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
