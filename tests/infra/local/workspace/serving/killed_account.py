"""An account in a process of its own, to be killed: run with its folder, prints its models' processes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from infra.local.workspace.platform import LocalAccount


def main() -> None:
    """Start everything, say so, and wait for the end."""
    account = LocalAccount(Path(sys.argv[1]))
    account.start()
    account.mlflow.start()
    while account.mlflow.backend.child is None:  # it is started beside this thread
        time.sleep(0.01)
    print(*[pid for _, pid in account.serving.processes()], flush=True)  # noqa: T201 (the test reads it)
    time.sleep(300)


if __name__ == "__main__":
    main()
