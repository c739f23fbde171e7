"""One configuration per resource type, and how each changes in the course of its life."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles import (
    account,
    costs,
    folders,
    identity,
    machine_learning,
    monitors,
    notifications,
    unity,
    workspace,
)
from tests.infra.local.provider.lifecycles.lifecycle import Lifecycle

LIFECYCLES: tuple[Lifecycle, ...] = (
    *account.LIFECYCLES,
    *costs.LIFECYCLES,
    *identity.LIFECYCLES,
    *unity.LIFECYCLES,
    *workspace.LIFECYCLES,
    *folders.LIFECYCLES,
    *machine_learning.LIFECYCLES,
    *monitors.LIFECYCLES,
    *notifications.LIFECYCLES,
)
