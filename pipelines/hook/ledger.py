"""What was started for which firing: kept in an SQLite file, so that a restart forgets nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.hook.firing import Firing

WINDOW = timedelta(days=30)
"""How long a firing is remembered; one that was evaluated longer ago is not believed."""

_TABLE = """
CREATE TABLE IF NOT EXISTS starts (
    alert_id TEXT NOT NULL,
    firing_id TEXT NOT NULL,
    begun_at REAL NOT NULL,
    run_id INTEGER,
    PRIMARY KEY (alert_id, firing_id)
)
"""


@dataclass(frozen=True)
class Start:
    """What was begun for a firing; `run_id` is None as long as the start isn't known to have succeeded."""

    begun_at: datetime
    run_id: int | None


class Ledger:
    """The starts of the last WINDOW. Each call is a transaction that is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connect() as connection:
            connection.execute(_TABLE)

    def find(self, firing: Firing) -> Start | None:
        """Return what was begun for a firing."""
        with self._connect() as connection:
            row = connection.execute(
                "SELECT begun_at, run_id FROM starts WHERE alert_id = ? AND firing_id = ?", _key(firing)
            ).fetchone()
        return None if row is None else Start(datetime.fromtimestamp(row[0], UTC), row[1])

    def find_newest(self) -> datetime | None:
        """Return when a start was begun last."""
        with self._connect() as connection:
            (newest,) = connection.execute("SELECT max(begun_at) FROM starts").fetchone()
        return None if newest is None else datetime.fromtimestamp(newest, UTC)

    def begin(self, firing: Firing, now: datetime) -> None:
        """Note that a start is begun, before it is: a crash must not leave a run that nobody remembers."""
        with self._connect() as connection:
            connection.execute("DELETE FROM starts WHERE begun_at < ?", ((now - WINDOW).timestamp(),))
            connection.execute("INSERT INTO starts VALUES (?, ?, ?, NULL)", (*_key(firing), now.timestamp()))

    def finish(self, firing: Firing, run_id: int) -> None:
        """Note the run that was started."""
        with self._connect() as connection:
            connection.execute(
                "UPDATE starts SET run_id = ? WHERE alert_id = ? AND firing_id = ?", (run_id, *_key(firing))
            )

    def forget(self, firing: Firing) -> None:
        """Note that nothing was started, so that it may be tried again."""
        with self._connect() as connection:
            connection.execute("DELETE FROM starts WHERE alert_id = ? AND firing_id = ?", _key(firing))

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=10)
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def _key(firing: Firing) -> tuple[str, str]:
    return firing.alert_id, firing.firing_id
