"""What was started for which firing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pipelines.hook.firing import Firing
from pipelines.hook.ledger import WINDOW, Ledger, Start
from tests.pipelines.hook.conftest import NOON


def make_firing(firing_id: str) -> Firing:
    """A firing of one alert."""
    return Firing("4711", "flights-drift", "TRIGGERED", firing_id, NOON)


def test_starts_survive_the_process(tmp_path: Path) -> None:
    """Another ledger on the same file knows what was begun, finished and forgotten."""
    ledger = Ledger(tmp_path / "hook.db")
    begun, finished, forgotten = map(make_firing, ("begun", "finished", "forgotten"))
    for firing in (begun, finished, forgotten):
        ledger.begin(firing, NOON)
    ledger.finish(finished, 7)
    ledger.forget(forgotten)
    again = Ledger(tmp_path / "hook.db")
    assert [again.find(firing) for firing in (begun, finished, forgotten)] == [
        Start(NOON, None),
        Start(NOON, 7),
        None,
    ]


def test_the_newest_start_counts(tmp_path: Path) -> None:
    """Whatever the order of the firings' names, the latest start is found; before any there is none."""
    ledger = Ledger(tmp_path / "hook.db")
    assert ledger.find_newest() is None
    ledger.begin(make_firing("z"), NOON)
    ledger.begin(make_firing("a"), NOON + timedelta(hours=1))
    assert ledger.find_newest() == NOON + timedelta(hours=1)


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    """Firings that would not be believed any more are forgotten."""
    ledger = Ledger(tmp_path / "hook.db")
    ledger.begin(make_firing("old"), NOON)
    ledger.begin(make_firing("new"), NOON + WINDOW + timedelta(seconds=1))
    assert ledger.find(make_firing("old")) is None
    assert ledger.find(make_firing("new")) is not None
