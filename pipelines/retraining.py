"""When an alert is a reason to train again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from databricks.sdk.service.sql import AlertEvaluationState


@dataclass(frozen=True)
class AlertState:
    """What an alert's newest evaluation found, and when; an alert that was never evaluated has neither."""

    name: str
    state: AlertEvaluationState | None
    evaluated_at: datetime | None

    @property
    def told(self) -> bool:
        """Whether the state says anything: a query that failed doesn't."""
        return self.state != AlertEvaluationState.ERROR

    @property
    def triggered(self) -> bool:
        """Whether the alert's condition was met."""
        return self.state == AlertEvaluationState.TRIGGERED

    def __str__(self) -> str:
        if self.state is None or self.evaluated_at is None:
            return f"{self.name} was never evaluated"
        return f"{self.name} is {self.state.value} as of {self.evaluated_at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Training:
    """The newest run of the training job; `ended` is None while it runs."""

    started: datetime
    ended: datetime | None


@dataclass(frozen=True)
class Decision:
    """Whether to train again, and why or why not."""

    retrain: bool
    reason: str


def rule(
    alerts: Sequence[AlertState], training: Training | None, features_written: datetime | None
) -> Decision:
    """Return whether to train again, given when the features were last changed (None: not known).

    A triggered alert is a reason when nothing trains, its evaluation is newer than the last training's end
    (it has seen what came of it), and the features have changed since that training began: equal data give
    an equal model. So neither a schedule that fires twice nor an alert that lasts trains again and again,
    and a training that failed isn't repeated as it was.
    """
    triggered = [alert for alert in alerts if alert.triggered]
    if not triggered:
        return Decision(retrain=False, reason="no alert is triggered")
    names = ", ".join(alert.name for alert in triggered)
    if training is None:
        return Decision(retrain=True, reason=f"{names} triggered, and no training ever ran")
    since = f"the training that began {training.started:%Y-%m-%d %H:%M} UTC"
    if training.ended is None:
        return Decision(retrain=False, reason=f"{since} still runs")
    if not any(_is_after(alert.evaluated_at, training.ended) for alert in triggered):
        return Decision(retrain=False, reason=f"{names} not evaluated after {since} ended")
    if features_written is not None and features_written <= training.started:
        return Decision(
            retrain=False,
            reason=f"{names} triggered after {since}, and no features have come since: training again would "
            "give the same model, so this is for a person to look into",
        )
    return Decision(retrain=True, reason=f"{names} triggered, and the features are newer than {since}")


def _is_after(instant: datetime | None, other: datetime) -> bool:
    return instant is not None and instant > other
