"""Waiting for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from mlflow import MlflowClient

from pipelines.approval import answer
from pipelines.errors import PipelineError
from pipelines.parameters import ApproveParameters
from pipelines.registry import Registry
from pipelines.steps.approve import Clock, approve

NOON = datetime(2013, 6, 1, 12, 0, tzinfo=UTC)


class Watch:
    """A clock that stands still until somebody sleeps; then time passes, and something may happen."""

    def __init__(self) -> None:
        self.now = NOON
        self.then: Callable[[], None] = lambda: None
        self.after = timedelta(0)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        before, self.now = self.now, self.now + timedelta(seconds=seconds)
        if before < NOON + self.after <= self.now:
            self.then()

    @property
    def clock(self) -> Clock:
        """What the step sees of it."""
        return Clock(lambda: self.now, self.sleep)


@pytest.fixture
def watch() -> Watch:
    """The test's clock, at noon."""
    return Watch()


@pytest.fixture
def registry(mlflow_store: MlflowClient, model: str) -> Registry:
    """A model with one version."""
    mlflow_store.create_model_version(model, "file:///nowhere")
    return Registry(model)


def wait(registry: Registry, watch: Watch, minutes: int = 30) -> None:
    """Run the step."""
    uri = f"models:/{registry.name}/1"
    arguments = [f"--model_uri={uri}", f"--approval_minutes={minutes}"]
    where = ["--project=flights", "--catalog=dev", "--schema=flights"]
    approve(ApproveParameters.parse([*where, *arguments]), watch.clock)


def test_nobody_is_asked(registry: Registry, watch: Watch) -> None:
    """With no time to decide, the step passes at once and leaves no question."""
    wait(registry, watch, minutes=0)
    assert watch.now == NOON
    assert registry.version("1").tags == {}


def test_approval_lets_it_go_on(registry: Registry, watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """An approval ends the waiting soon; who gave it, and when, stands with the version."""
    watch.after = timedelta(minutes=7)
    watch.then = lambda: answer(registry, "1", "approved", "emil@example.com")
    wait(registry, watch)
    assert timedelta(minutes=7) <= watch.now - NOON < timedelta(minutes=8)
    tags = registry.version("1").tags
    assert (tags["approval"], tags["approval_by"]) == ("approved", "emil@example.com")
    assert tags["approval_until"] == "2013-06-01T12:30:00+00:00"
    assert tags["approval_decided_at"].startswith("2013-06-01T12:07:")
    out = capsys.readouterr().out
    told = "waits until 2013-06-01 12:30 UTC for approval: python -m pipelines approve "
    assert f"{told}models:/{registry.name}/1" in out
    assert "was approved by emil@example.com" in out


def test_rejection_ends_the_step(registry: Registry, watch: Watch) -> None:
    """A person who sets the bare tag by hand is understood, whatever the case."""
    watch.after = timedelta(minutes=1)
    watch.then = lambda: registry.tag("1", "approval", " Rejected")
    with pytest.raises(PipelineError, match=r"models:/.*/1 was rejected by somebody"):
        wait(registry, watch)


def test_no_answer_means_no(registry: Registry, watch: Watch) -> None:
    """When the time is over the answer is no, and what else the tag says is no answer."""
    watch.after = timedelta(minutes=1)
    watch.then = lambda: registry.tag("1", "approval", "perhaps")
    with pytest.raises(PipelineError, match=r"models:/.*/1 was timed out"):
        wait(registry, watch)
    assert watch.now == NOON + timedelta(minutes=30)
    assert registry.version("1").tags["approval"] == "timed out"


def test_question_is_asked_anew_once_it_is_over(registry: Registry, watch: Watch) -> None:
    """A run after one that timed out asks again, with all the time."""
    for _ in range(2):
        with pytest.raises(PipelineError, match="timed out"):
            wait(registry, watch)
    assert watch.now == NOON + timedelta(minutes=60)


@pytest.mark.parametrize(("until", "minutes"), [("2013-06-01T12:10:00+00:00", 10), ("noon", 30)])
def test_question_that_stands_is_kept(registry: Registry, watch: Watch, until: str, minutes: int) -> None:
    """A run that is started again meanwhile grants no more time; what is no time is replaced."""
    registry.tag("1", "approval", "pending")
    registry.tag("1", "approval_until", until)
    with pytest.raises(PipelineError, match="timed out"):
        wait(registry, watch)
    assert watch.now == NOON + timedelta(minutes=minutes)


def test_earlier_approval_counts(registry: Registry, watch: Watch) -> None:
    """A run that is repeated after the approval doesn't ask again."""
    registry.tag("1", "approval", "approved")
    wait(registry, watch)
    assert watch.now == NOON


def test_answer_without_question_is_refused(registry: Registry) -> None:
    """An answer that nobody waits for is told to whom gives it."""
    with pytest.raises(
        PipelineError, match=r"models:/.*/1 is not waiting for approval: its tag approval is not set"
    ):
        answer(registry, "1", "approved", "emil@example.com")
    assert registry.version("1").tags == {}


def test_deleted_version_ends_the_waiting(
    registry: Registry, watch: Watch, mlflow_store: MlflowClient
) -> None:
    """A version that is deleted while it waits is told by name."""
    watch.after = timedelta(minutes=1)
    watch.then = lambda: mlflow_store.delete_model_version(registry.name, "1")
    with pytest.raises(PipelineError, match=f"registered model {registry.name}: "):
        wait(registry, watch)
