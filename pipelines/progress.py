"""A job's log: what is being done, how much of it, how long it took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def say(line: str) -> None:
    """Print one line at once."""
    print(line, flush=True)  # noqa: T201 - standard output is the job's log


@contextmanager
def timed(task: str) -> Iterator[Callable[[str], None]]:
    """Say what was done and the seconds it took; call the yielded function to say how much it was."""
    started = time.perf_counter()
    notes: list[str] = []
    yield notes.append
    seconds = time.perf_counter() - started
    say("  ".join([task, *notes, f"{seconds:.1f} s"]))
