"""An account to be killed in the middle of a refresh: prints what to look for, and waits."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from databricks.sdk.service.catalog import MonitorSnapshot

from infra.local.workspace.monitors.tables import MetricTables
from infra.local.workspace.platform import LocalAccount
from tests.infra.local.workspace.engine.lake import OWNER
from tests.infra.local.workspace.monitors.observatory import METRICS, Observatory


def main(folder: Path) -> None:
    """Refresh once, then again, and stop for good between the writes of the two metric tables."""
    account = LocalAccount(folder)
    account.start()
    observatory = Observatory(account)
    table = observatory.make_table(pa.table({"x": [1.0, 2.0]}), "victim")
    observatory.monitor(table, snapshot=MonitorSnapshot())
    observatory.refresh(table)
    write = MetricTables.write

    def write_one(*arguments: object, **more: object) -> None:
        if str(arguments[3]).endswith("_drift_metrics"):
            _tell(observatory, table)
            time.sleep(300)
        call: Callable[..., None] = write
        call(*arguments, **more)

    MetricTables.write = write_one  # type: ignore[method-assign] # stops where a kill is worst
    observatory.client.quality_monitors.run_refresh(table)
    time.sleep(300)


def _tell(observatory: Observatory, table: str) -> None:
    house = observatory.lake.house
    found = {"table": table, "metrics": METRICS, "workspace": house.dev, "owner": house.ids[OWNER]}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
