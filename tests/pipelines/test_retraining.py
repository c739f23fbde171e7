"""When an alert is a reason to train again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from databricks.sdk.service.sql import AlertEvaluationState

from pipelines.retraining import AlertState, Training, rule

NOON = datetime(2013, 10, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TRAINING = Training(NOON, NOON + HOUR)


def make_alert(
    state: AlertEvaluationState | None = AlertEvaluationState.TRIGGERED, *, hours: float = 5
) -> AlertState:
    """An alert that was evaluated so many hours after noon."""
    return AlertState("flights-drift", state, None if state is None else NOON + hours * HOUR)


@pytest.mark.parametrize(
    ("training", "written", "retrain", "reason"),
    [
        (None, None, True, "no training ever ran"),
        (TRAINING, NOON + HOUR, True, "the features are newer than the training that began 2013-10-04 12:00"),
        (TRAINING, None, True, "newer than the training"),
        (TRAINING, NOON, False, "no features have come since: training again would give the same model"),
        (TRAINING, NOON - HOUR, False, "for a person to look into"),
        (Training(NOON, None), NOON + HOUR, False, "still runs"),
        (
            Training(NOON, NOON + 6 * HOUR),
            NOON + HOUR,
            False,
            "flights-drift not evaluated after the training",
        ),
    ],
)
def test_a_triggered_alert(
    training: Training | None, written: datetime | None, *, retrain: bool, reason: str
) -> None:
    """Training again is for new features, after the last training's effect was seen."""
    decision = rule([make_alert()], training, written)
    assert decision.retrain is retrain
    assert reason in decision.reason


@pytest.mark.parametrize(
    "state", [None, *(state for state in AlertEvaluationState if state != AlertEvaluationState.TRIGGERED)]
)
def test_no_other_state_starts_anything(state: AlertEvaluationState | None) -> None:
    """An alert that is OK, failed, or was never evaluated is no reason."""
    assert rule([make_alert(state)], None, NOON + 9 * HOUR).reason == "no alert is triggered"


def test_one_of_several_is_enough() -> None:
    """An alert that is OK doesn't outweigh one that is triggered, nor an older evaluation a newer one."""
    alerts = [make_alert(AlertEvaluationState.OK), make_alert(hours=0), make_alert()]
    assert rule(alerts, TRAINING, NOON + HOUR).retrain


def test_a_schedule_that_fires_twice_trains_once() -> None:
    """What the first firing has started is what keeps the second from starting it again."""
    assert rule([make_alert()], TRAINING, NOON + 2 * HOUR).retrain
    started = Training(NOON + 6 * HOUR, None)
    assert not rule([make_alert()], started, NOON + 2 * HOUR).retrain
    ended = Training(NOON + 6 * HOUR, NOON + 7 * HOUR)
    assert not rule([make_alert()], ended, NOON + 2 * HOUR).retrain


def test_an_alert_that_lasts_does_not_train_for_ever() -> None:
    """An alert that stays triggered after a training is a reason only once new features have come."""
    ended = Training(NOON + 6 * HOUR, NOON + 7 * HOUR)
    lasting = [make_alert(hours=30)]
    assert not rule(lasting, ended, NOON + 2 * HOUR).retrain
    assert rule(lasting, ended, NOON + 25 * HOUR).retrain


def test_states_are_told_in_words() -> None:
    """A state says when it was found."""
    assert str(make_alert()) == "flights-drift is TRIGGERED as of 2013-10-04 17:00 UTC"
    assert str(make_alert(None)) == "flights-drift was never evaluated"
