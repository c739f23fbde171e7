"""A task's output in a file of bounded size."""

from __future__ import annotations

import os
import threading
from pathlib import Path

LOG_BYTES = 5 * 1024 * 1024
_CHUNK_BYTES = 1 << 16


class LogPump:
    """Copies what a task writes to a pipe into a file that keeps the last 5 to 10 MB."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader, self.writer = os.pipe()
        self._thread = threading.Thread(target=self._copy, name=f"log {path.name}", daemon=True)
        self._thread.start()

    def finish(self, *, seconds: float) -> None:
        """Close our end and wait until all that was written is in the file."""
        os.close(self.writer)
        self._thread.join(seconds)

    def _copy(self) -> None:
        with os.fdopen(self._reader, "rb", buffering=0) as source, self._path.open("wb", buffering=0) as log:
            size = 0
            while chunk := source.read(_CHUNK_BYTES):
                log.write(chunk)
                size += len(chunk)
                if size > 2 * LOG_BYTES:
                    kept, _ = tail(self._path)
                    log.seek(0)
                    log.truncate()
                    size = log.write(kept)


def tail(path: Path) -> tuple[bytes, bool]:
    """The last 5 MB of a log, and whether there was more; nothing where there is no log."""
    if not path.exists():
        return b"", False
    with path.open("rb") as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - LOG_BYTES))
        return log.read(), size > LOG_BYTES
