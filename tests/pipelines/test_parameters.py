"""Parameters of the steps."""

from __future__ import annotations

from dataclasses import fields

import pytest

from pipelines.errors import ParameterError
from pipelines.months import Month
from pipelines.parameters import (
    ApproveParameters,
    DeployParameters,
    FeaturesParameters,
    InferParameters,
    IngestParameters,
    Parameters,
    RollbackParameters,
    TrainParameters,
    ValidateParameters,
)

WHERE = ["--project=flights", "--catalog=dev", "--schema=flights"]
MONTHS = ["--from_month=2013-01", "--to_month=2013-03"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (IngestParameters, "project catalog schema from_month to_month"),
        (FeaturesParameters, "project catalog schema from_month to_month"),
        (
            TrainParameters,
            "project catalog schema model experiment trials max_rows seed code_version code_commit "
            "champion_model",
        ),
        (ValidateParameters, "project catalog schema model_uri"),
        (
            DeployParameters,
            "project catalog schema model_uri experiment endpoint workload_size scale_to_zero",
        ),
        (ApproveParameters, "project catalog schema model_uri approval_minutes"),
        (
            RollbackParameters,
            "project catalog schema model experiment endpoint workload_size scale_to_zero",
        ),
        (InferParameters, "project catalog schema from_month to_month model alias"),
    ],
)
def test_names(kind: type[Parameters], names: str) -> None:
    """Each step has exactly the parameters that the jobs are declared with."""
    assert [item.name for item in fields(kind)] == names.split()


def test_months() -> None:
    """A range of months is every month in it."""
    parameters = IngestParameters.parse([*WHERE, *MONTHS])
    assert parameters.months == (Month(2013, 1), Month(2013, 2), Month(2013, 3))


def test_types() -> None:
    """Numbers and flags arrive as such."""
    train = TrainParameters.parse(
        [
            *WHERE,
            "--model=dev.flights.arrival_delay",
            "--experiment=/Shared/flights/arrival_delay",
            "--trials=4",
            "--max_rows=0",
            "--seed=1",
            "--code_version=0123456789ab",
            "--code_commit=unknown",
            "--champion_model=prod.flights.arrival_delay",
        ]
    )
    assert (train.trials, train.max_rows, train.seed) == (4, 0, 1)
    deploy = DeployParameters.parse(
        [
            *WHERE,
            "--model_uri=models:/dev.flights.arrival_delay/3",
            "--experiment=/Shared/flights/arrival_delay",
            "--endpoint=flights-arrival-delay",
            "--workload_size=Small",
            "--scale_to_zero=false",
        ]
    )
    assert deploy.scale_to_zero is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*WHERE, "--from_month=2013-01"], "missing --to_month"),
        ([*WHERE, *MONTHS, "--colour=red"], "unknown --colour"),
        ([*WHERE, *MONTHS, "--schema=other"], "--schema is given twice"),
        ([*WHERE, *MONTHS, "loose"], "'loose' is not like --name=value"),
        ([*WHERE, "--from_month=2013-1", "--to_month=2013-02"], "--from_month: '2013-1' is no month"),
        ([*WHERE, "--from_month=2013-03", "--to_month=2013-02"], "2013-03 is after --to_month 2013-02"),
        (["--project=flights", "--catalog=a.b", "--schema=flights", *MONTHS], "--catalog: 'a.b'"),
        (["--project=flights", "--catalog=dev", "--schema=", *MONTHS], "--schema: ''"),
    ],
)
def test_refusals(arguments: list[str], message: str) -> None:
    """What is unknown, missing or malformed is named in one line."""
    with pytest.raises(ParameterError) as caught:
        IngestParameters.parse(arguments)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_problem_is_told_at_once() -> None:
    """One line names all problems, not only the first."""
    with pytest.raises(ParameterError) as caught:
        TrainParameters.parse(["--trials=many", "--seed=-1"])
    for name in ("--trials", "--seed", "--project", "--model", "--code_version"):
        assert name in str(caught.value)


def test_unresolved_task_value_is_refused() -> None:
    """A model URI that the platform didn't fill in is refused, with what it should be like."""
    with pytest.raises(ParameterError, match="is not like models:/catalog"):
        ValidateParameters.parse([*WHERE, "--model_uri={{tasks.train.values.model_uri}}"])
