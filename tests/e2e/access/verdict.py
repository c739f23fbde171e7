"""Whether an attempt was done or refused; what failed for another reason is neither."""

from __future__ import annotations

from collections.abc import Callable

from databricks.sdk.errors import PermissionDenied
from mlflow.exceptions import MlflowException
from pyspark.errors import PySparkException

from tests.e2e.access.actor import RefusedError
from tests.e2e.access.hand import Hand
from tests.e2e.access.reading import Case, Reading
from tests.e2e.access.world import World


def refusal(call: Callable[[], object]) -> str | None:
    """How a call was refused for want of a right; None where it was done. Any other error is raised."""
    try:
        call()
    except (PermissionDenied, RefusedError) as error:
        return str(error)
    except MlflowException as error:
        if error.error_code != "PERMISSION_DENIED":
            raise
        return str(error)
    except PySparkException as error:
        if error.getCondition() != "INSUFFICIENT_PERMISSIONS":
            raise
        return str(error)
    return None


def attempt(world: World, case: Case) -> str | None:
    """None where the case's attempt was done, or how it was refused."""
    profile = case.persona.profile(case.seat)
    if profile is None or not world.knows(profile):
        return world.knock(case.persona, case.seat)
    return refusal(lambda: case.operation.attempt(Hand(world, profile, case.seat, case)))


def judge(world: World, case: Case) -> str | None:
    """What is wrong with a case; None where it went as the access matrix says."""
    allowed = Reading(world.settings).allows(case)
    refused = attempt(world, case)
    if allowed and refused is not None:
        return f"{case.id}: the matrix allows it, and it was refused: {refused}"
    if not allowed and refused is None:
        return f"{case.id}: the matrix does not allow it, and it was done"
    return None
