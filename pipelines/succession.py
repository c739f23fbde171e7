"""Who was Champion before whom, so that the Champion can be returned exactly.

Each promotion writes on the new Champion whom it replaced; that chain leads back to the first one, however
often it is followed. A return that isn't finished stands as a tag on the version that is returned to, from
before the alias moves until everything else has followed: so, interrupted anywhere, it is completed by the
next one, which would otherwise go back a step more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.baselines import write_baselines
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.project import Project
from pipelines.registry import CHALLENGER, CHAMPION, Registry, month_of
from pipelines.scoring import Scorer

REPLACED = "previous_champion"
UNFINISHED = "return_unfinished_from"
RETURNED, ROLLED_BACK = "returned", "rolled_back"


@dataclass(frozen=True)
class Return:
    """A way back."""

    leaving: str  # the version that is Champion, or was when an unfinished return began
    to: str
    unfinished: bool


def promote(registry: Registry, number: str) -> None:
    """Let a version be Champion, and write on it whom it replaces."""
    champion = registry.holder(CHAMPION)
    if champion is not None:
        registry.tag(number, REPLACED, champion)
    if UNFINISHED in registry.version(number).tags:
        registry.untag(number, UNFINISHED)
    registry.give(CHAMPION, number)


def find_return(registry: Registry) -> Return:
    """Return the way back from the Champion to the version that it replaced.

    Raises PipelineError when there is none: no Champion, a first one, or one whose predecessor was deleted.
    """
    champion = registry.holder(CHAMPION)
    if champion is None:
        raise PipelineError(f"{registry.name} has no {CHAMPION}, so there is nothing to return from")
    tags = registry.version(champion).tags
    leaving = tags.get(UNFINISHED)
    if leaving:
        return Return(leaving, champion, unfinished=True)
    previous = tags.get(REPLACED)
    if not previous:
        raise PipelineError(
            f"{CHAMPION} version {champion} of {registry.name} replaced none: there is none to return to"
        )
    try:
        registry.version(previous)
    except PipelineError as error:
        raise PipelineError(
            f"{CHAMPION} version {champion} of {registry.name} replaced version {previous}, which is gone"
        ) from error
    return Return(champion, previous, unfinished=False)


@contextmanager
def returning(registry: Registry, way: Return) -> Iterator[None]:
    """Move the alias back, let the caller do what has to follow, then write on both versions what happened.

    The version that is left is no Challenger any more: it has to pass validation to be promoted again.
    """
    registry.tag(way.to, UNFINISHED, way.leaving)
    registry.give(CHAMPION, way.to)
    yield
    registry.take(CHALLENGER, way.leaving)
    now = datetime.now(tz=UTC).isoformat(timespec="seconds")
    registry.tag(way.leaving, ROLLED_BACK, f"to version {way.to} at {now}")
    registry.tag(way.to, RETURNED, f"from version {way.leaving} at {now}")
    registry.untag(way.to, UNFINISHED)


def renew_baselines(lakehouse: Lakehouse, project: Project, registry: Registry, number: str) -> None:
    """Let monitors compare with what a version, the Champion now, was trained and judged on."""
    version = registry.version(number)
    first, held_out = month_of(version, "trained_from"), month_of(version, "held_out_month")
    scorer = Scorer.load(registry.name, number)
    write_baselines(lakehouse, project, scorer, number, first_month=first, held_out_month=held_out)
