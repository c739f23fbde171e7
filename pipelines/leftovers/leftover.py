"""Something that may go, and how it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from databricks.sdk.errors import NotFound, PermissionDenied
from mlflow.exceptions import MlflowException

from pipelines.errors import first_line

_REFUSALS = {"PERMISSION_DENIED", "INVALID_PARAMETER_VALUE", "INVALID_STATE"}
_GONE = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"}


@dataclass(frozen=True)
class Leftover:
    """One thing that is neither declared nor in use, and since when nothing has happened to it."""

    kind: str
    name: str
    since: datetime
    remove: Callable[[], None]

    def describe(self, now: datetime) -> str:
        """What it is, and how old."""
        return f"{self.kind} {self.name}, {(now - self.since).days} days old"

    def try_to_remove(self) -> str | None:
        """Remove it; returns why that is refused, None when it is gone."""
        try:
            self.remove()
        except NotFound:
            return None  # by somebody else, meanwhile
        except PermissionDenied as error:
            return first_line(error)
        except MlflowException as error:
            if error.error_code in _GONE:
                return None
            if error.error_code in _REFUSALS:
                return first_line(error)
            raise
        return None


def instant(*milliseconds: int | None) -> datetime:
    """Return the latest of some times since 1970; those that aren't known are left out."""
    return datetime.fromtimestamp(max(time or 0 for time in milliseconds) / 1000, UTC)
