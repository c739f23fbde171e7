"""Whom notifications go to."""

from __future__ import annotations

from tests.infra.local.provider.lifecycles.lifecycle import Lifecycle, delete

_WEBHOOK = {"url": "https://127.0.0.1/hook", "username": "alerts", "password": "one"}

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_notification_destination",
        {"display_name": "life", "config": {"generic_webhook": _WEBHOOK}},
        change={
            "display_name": "renamed",
            "config": {"generic_webhook": {**_WEBHOOK, "password": "two"}},
        },
        replace={"config": {"email": {"addresses": ["ops@example.com"]}}},
        drift=delete("/api/2.0/notification-destinations/{id}"),
        repair="create",
        after_import="update",
    ),
)
