"""Everything that is tried, by the kind of asset that it is tried on."""

from __future__ import annotations

from tests.e2e.access.catalogue import costs, models, tables, top, volumes, watching, work, workspace
from tests.e2e.access.operations import Operation

OPERATIONS: tuple[Operation, ...] = (
    *workspace.OPERATIONS,
    *tables.OPERATIONS,
    *models.OPERATIONS,
    *volumes.OPERATIONS,
    *work.OPERATIONS,
    *watching.OPERATIONS,
    *top.OPERATIONS,
    *costs.OPERATIONS,
)
