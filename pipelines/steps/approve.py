"""approve: waits until a person, or CI, lets a version go on to its deployment.

Whoever decides sets the version's tag `approval` to `approved` or `rejected`, and `approval_by` to who that
is; `python -m pipelines approve models:/…` does both. Nobody's answer in time means no.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.approval import APPROVED, DECIDED_AT, DECISION, PENDING, REJECTED, TIMED_OUT, UNTIL, WHO
from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.parameters import ApproveParameters
from pipelines.progress import say
from pipelines.registry import Registry, parse_uri

POLL_SECONDS = 10.0


@dataclass(frozen=True)
class Clock:
    """The time, and waiting for it to pass."""

    now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)
    sleep: Callable[[float], None] = time.sleep


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(ApproveParameters, approve, arguments)


def approve(parameters: ApproveParameters, clock: Clock = Clock()) -> None:
    """Return once the version is approved; at once where nobody is asked.

    A run that finds a decision takes it, and one that finds a question asks no second time. Raises
    PipelineError when the version is rejected or the time is over.
    """
    if parameters.approval_minutes == 0:
        say("nobody is asked: approval_minutes is 0")
        return
    name, number = parse_uri(parameters.model_uri)
    registry = Registry(name)
    deadline = _ask(registry, number, clock, parameters.approval_minutes)
    decision = _wait(registry, number, deadline, clock)
    registry.tag(number, DECIDED_AT, clock.now().isoformat(timespec="seconds"))
    who = registry.version(number).tags.get(WHO, "somebody")
    if decision != APPROVED:
        raise PipelineError(
            f"{parameters.model_uri} was {decision}" + (f" by {who}" if decision == REJECTED else "")
        )
    say(f"{parameters.model_uri} was approved by {who}")


def _ask(registry: Registry, number: str, clock: Clock, minutes: int) -> datetime:
    """Return until when there is time to decide: a question that stands, and isn't over, is kept."""
    tags = registry.version(number).tags
    deadline = clock.now() + timedelta(minutes=minutes)
    asked = _parse_time(tags.get(UNTIL, ""))
    if _read(tags) == PENDING and asked and asked > clock.now():
        return min(asked, deadline)
    if _read(tags) not in {APPROVED, REJECTED}:
        registry.tag(number, UNTIL, deadline.isoformat(timespec="seconds"))
        registry.tag(number, DECISION, PENDING)
    return deadline


def _wait(registry: Registry, number: str, deadline: datetime, clock: Clock) -> str:
    """Return how it was decided."""
    uri = f"models:/{registry.name}/{number}"
    say(f"{uri} waits until {deadline:%Y-%m-%d %H:%M %Z} for approval: python -m pipelines approve {uri}")
    while (decision := _read(registry.version(number).tags)) not in {APPROVED, REJECTED}:
        left = (deadline - clock.now()).total_seconds()
        if left <= 0:
            registry.tag(number, DECISION, TIMED_OUT)
            return TIMED_OUT
        clock.sleep(min(POLL_SECONDS, left))
    return decision


def _read(tags: Mapping[str, str]) -> str:
    return tags.get(DECISION, "").strip().lower()


def _parse_time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else None
