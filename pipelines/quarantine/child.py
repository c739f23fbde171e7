"""Loads a model in a process of its own, lets it predict its example, and reports how that went.

Started by `inspection` as a script: it imports nothing of this package, and the scratch folder is the only
one it may write to. A pickle is a program, so while the model is loaded and predicts

- it may import and call only what is trusted, by name;
- writing elsewhere, starting processes and reaching out are refused, and told even when the model swallows
  the refusal.

This keeps accidents and plain attacks out. It is no wall against someone who attacks the interpreter
itself; so the process is given no credentials either.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

REPORT = "report.json"
MOST_MEMORY = 16 * 2**30  # bytes; a model that asks for more fails to load, and the job goes on
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = (
    *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink"),
    *("os.truncate", "os.utime"),
)
REACHING_OUT = (
    *("os.exec", "os.fork", "os.forkpty", "os.kill", "os.posix_spawn", "os.spawn", "os.system"),
    *("socket.bind", "socket.connect", "socket.sendto", "sqlite3.connect", "subprocess.Popen"),
)


class Guard:
    """An audit hook that refuses what a model has no reason to do."""

    def __init__(self, scratch: str, trusted: list[str]) -> None:
        self.refused: list[str] = []
        self._scratch = f"{scratch}{os.sep}"
        self._trusted = trusted

    def __call__(self, event: str, values: tuple[Any, ...]) -> None:
        """Raise PermissionError for what is refused."""
        if event == "pickle.find_class":
            self._allow_name(f"{values[0]}.{values[1]}")
        elif event == "open":
            path, _, flags = values
            if flags & WRITING:
                self._allow_change(path)
        elif event in CHANGING:
            for path in values[:2]:  # of a link or a new name, the second is where it leads
                self._allow_change(path)
        elif event in REACHING_OUT:
            self._refuse(f"calls {event}")

    def _allow_name(self, name: str) -> None:
        if not any(name == trusted or name.startswith(f"{trusted}.") for trusted in self._trusted):
            self._refuse(f"unpickles {name}, which the project doesn't trust")

    def _allow_change(self, path: object) -> None:
        if not isinstance(path, str | bytes | os.PathLike):  # a mode, or a file that is open already
            return
        place = os.path.realpath(os.fsdecode(path))
        if not place.startswith(self._scratch) and place != os.devnull:
            self._refuse(f"writes to {place}")

    def _refuse(self, deed: str) -> None:
        self.refused.append(deed)
        raise PermissionError(f"it {deed}")


def measure(folder: str) -> float:
    """Return how large the process got, in megabytes, when the model was loaded and had predicted."""
    from mlflow.pyfunc import load_model  # noqa: PLC0415 - only now is it known where modules are

    model = load_model(folder)
    if model.input_example is not None:
        model.predict(model.input_example)
    return read_largest_size()


def read_largest_size() -> float:
    """Return this process's peak of resident memory in megabytes.

    What getrusage tells on Linux includes the parent that the process was forked from.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def limit_memory() -> None:
    """Let this process have no more than MOST_MEMORY."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def main(folder: str, scratch: str, settings: str) -> None:
    """Write the report of the model in the folder: its size, or why it failed."""
    given = json.loads(settings)
    sys.path[:] = given["path"]
    limit_memory()
    import mlflow.pyfunc  # noqa: F401, PLC0415 - it writes when it is first imported, which isn't the model's doing

    guard = Guard(scratch, given["trusted"])
    sys.addaudithook(guard)
    try:
        found: dict[str, Any] = {"megabytes": measure(folder)}
    except Exception as error:  # whatever the model raises is what is asked for
        found = {"error": f"{type(error).__name__}: {error}"}
    if guard.refused:
        found = {"error": f"it {guard.refused[0]}"}
    Path(scratch, REPORT).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
