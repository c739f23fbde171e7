"""The thread that writes invocations to inference tables, so that no request waits for it."""

from __future__ import annotations

import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from deltalake.exceptions import DeltaError

from infra.local.workspace.errors import ApiError
from infra.local.workspace.serving.inference_tables import InferenceTable
from infra.local.workspace.serving.invocations import Invocation

_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0
_MOST_WAITING = 20_000
_Entry = tuple[InferenceTable, Invocation]
Append = Callable[[InferenceTable, Sequence[Invocation]], None]


class PayloadLog:
    """Collects invocations for a second, then writes them, one commit a table; the rest at `stop`.

    Delivery is best effort, as on Databricks: what can't be written is said in the log and left out.
    """

    def __init__(self, append: Append) -> None:
        self._append = append
        self._waiting: queue.Queue[_Entry] = queue.Queue(_MOST_WAITING)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inference tables", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, table: InferenceTable, invocation: Invocation) -> None:
        """Have an invocation written soon; returns at once."""
        try:
            self._waiting.put_nowait((table, invocation))
        except queue.Full:
            _log.warning("Too many invocations wait for %s: one is left out", table.name)

    def stop(self) -> None:
        """Return when everything is written."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._write(self._take())

    def _run(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            self._write(self._take())

    def _take(self) -> list[_Entry]:
        taken: list[_Entry] = []
        while True:
            try:
                taken.append(self._waiting.get_nowait())
            except queue.Empty:
                return taken

    def _write(self, entries: Sequence[_Entry]) -> None:
        by_table: dict[InferenceTable, list[Invocation]] = defaultdict(list)
        for table, invocation in entries:
            by_table[table].append(invocation)
        for table, invocations in by_table.items():
            try:
                self._append(table, invocations)
            except (ApiError, DeltaError, OSError, ValueError) as error:  # ValueError: Arrow's, for a column
                _log.warning("%d invocations are not in %s: %s", len(invocations), table.name, error)
