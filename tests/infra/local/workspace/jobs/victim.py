"""An account to be killed: starts runs, prints what to look for, and waits."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from databricks.sdk import AccountClient

from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.jobs.factory import Factory, wheel_task
from tests.infra.local.workspace.members import Workspace

_SOURCE = """
import os
import subprocess
import sys
import time
from pathlib import Path

def main():
    child = subprocess.Popen(["sleep", "300"])
    Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid} {os.getppid()}")
    time.sleep(300)

def quick():
    print("done")
"""


def main(folder: Path) -> None:
    """Have one run sleeping and one queued behind another."""
    account = LocalAccount(folder)
    account.start()
    first = account.first_principal()
    client = AccountClient(
        host=account.host,
        account_id=account.account_id,
        client_id=first.client_id,
        client_secret=first.client_secret,
    )
    factory = Factory(account, client, Workspace(account, client, "victim"))
    pids = folder / "pids"
    sleeping = factory.create_demo(
        _SOURCE,
        wheel_task("sleep", "start", str(pids)),
        wheel_task("next", "quick", after="sleep"),
        name="killed",
        email_notifications={"on_failure": ["ops@example.com"]},
    )
    jobs = factory.deployer.client.jobs
    running, queued = (jobs.run_now(sleeping).run_id for _ in range(2))
    while not pids.exists() or not pids.read_text():
        time.sleep(0.05)
    found = {
        "workspace": factory.workspace.id,
        "running": running,
        "queued": queued,
        "pids": pids.read_text(),
    }
    sys.stdout.write(json.dumps({**found, "principal": factory.deployer.principal.id}) + "\n")
    sys.stdout.flush()
    time.sleep(300)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
