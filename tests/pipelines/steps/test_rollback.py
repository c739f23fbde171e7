"""Returning to the version before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from mlflow import MlflowClient

from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import RollbackParameters
from pipelines.registry import Registry
from pipelines.steps import rollback
from pipelines.succession import promote
from pipelines.tracking import find_experiment
from tests.pipelines.conftest import EXPERIMENT, where
from tests.pipelines.steps.conftest import Endpoint, RegisterVersion
from tests.pipelines.test_serving import NAME

RollBack = Callable[[], None]


@pytest.fixture
def promoted(model: str, register_version: RegisterVersion) -> Registry:
    """A model of which three versions were promoted, one after the other; the last is still Challenger."""
    registry = Registry(model)
    for number in ("1", "2", "3"):
        register_version()
        promote(registry, number)
    registry.give("Challenger", "3")
    return registry


@pytest.fixture
def roll_back(ingested: Lakehouse, model: str, endpoint: Endpoint, renewed: list[str]) -> RollBack:
    """Runs the step once."""
    assert renewed == []
    parameters = RollbackParameters.parse(
        [
            *where(ingested),
            f"--model={model}",
            f"--experiment={EXPERIMENT}",
            f"--endpoint={NAME}",
            "--workload_size=Small",
            "--scale_to_zero=true",
        ]
    )
    return lambda: rollback.roll_back(parameters, endpoint.workspace)


def test_champion_and_endpoint_return(
    mlflow_store: MlflowClient,
    promoted: Registry,
    roll_back: RollBack,
    endpoint: Endpoint,
    renewed: list[str],
) -> None:
    """Alias, endpoint and baselines are the version's before; both versions and a run tell of it."""
    roll_back()
    assert promoted.holder("Champion") == "2"
    assert endpoint.served == ["2"]
    assert renewed == ["2"]
    assert promoted.holder("Challenger") is None
    assert promoted.version("3").tags["rolled_back"].startswith("to version 2 at ")
    assert promoted.version("2").tags["returned"].startswith("from version 3 at ")
    assert "return_unfinished_from" not in promoted.version("2").tags
    (run,) = mlflow_store.search_runs([find_experiment(EXPERIMENT)], f"tags.model = '{promoted.name}'")
    assert (run.data.tags["from_version"], run.data.tags["to_version"]) == ("3", "2")
    assert run.info.status == "FINISHED"


def test_again_goes_back_further(promoted: Registry, roll_back: RollBack, endpoint: Endpoint) -> None:
    """Each run undoes one promotion, until the first version; then it is refused, and nothing changes."""
    roll_back()
    roll_back()
    assert promoted.holder("Champion") == "1"
    assert endpoint.served == ["2", "1"]
    with pytest.raises(PipelineError, match=r"Champion version 1 of .* replaced none"):
        roll_back()
    assert promoted.holder("Champion") == "1"
    assert endpoint.served == ["2", "1"]


@pytest.mark.parametrize("broken", ["serve", "renew_baselines"])
def test_interrupted_return_is_completed(
    promoted: Registry,
    roll_back: RollBack,
    endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
    broken: str,
) -> None:
    """A run after one that broke off between alias and end goes no step further back."""

    def fail(*_: object, **__: object) -> None:
        raise PipelineError("out of order")

    with monkeypatch.context() as trouble:
        trouble.setattr(rollback, broken, fail)
        with pytest.raises(PipelineError, match="out of order"):
            roll_back()
    assert promoted.holder("Champion") == "2"
    roll_back()
    assert promoted.holder("Champion") == "2"
    assert endpoint.served[-1] == "2"
    assert promoted.version("3").tags["rolled_back"].startswith("to version 2 at ")
    roll_back()
    assert promoted.holder("Champion") == "1"


def test_next_promotion_is_undone_in_turn(
    promoted: Registry, roll_back: RollBack, register_version: RegisterVersion
) -> None:
    """A version that is promoted after a return leads back to the version that was returned to."""
    roll_back()
    register_version()
    promote(promoted, "4")
    roll_back()
    assert promoted.holder("Champion") == "2"


def test_promotion_ends_an_unfinished_return(promoted: Registry, roll_back: RollBack) -> None:
    """A version that is promoted itself is no more the target of a return that never came to its end."""
    promoted.tag("2", "return_unfinished_from", "3")
    promote(promoted, "2")
    roll_back()
    assert promoted.holder("Champion") == "3"


@pytest.mark.usefixtures("promoted")
def test_deleted_predecessor_is_refused(
    mlflow_store: MlflowClient, model: str, roll_back: RollBack, endpoint: Endpoint
) -> None:
    """A version that is gone can't be returned to; the Champion stays."""
    mlflow_store.delete_model_version(model, "2")
    with pytest.raises(PipelineError, match="replaced version 2, which is gone"):
        roll_back()
    assert Registry(model).holder("Champion") == "3"
    assert endpoint.served == []


def test_without_champion_there_is_nothing_to_return(model: str, roll_back: RollBack) -> None:
    """A model that was never deployed is refused by name."""
    with pytest.raises(PipelineError, match=f"{model} has no Champion"):
        roll_back()
