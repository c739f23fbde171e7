"""What stands in the workspace's folders beside files: dashboards and Git folders."""

from __future__ import annotations

import json

from tests.infra.local.provider.lifecycles.lifecycle import WAREHOUSE, Lifecycle, delete, patch

_PAGES = json.dumps({"pages": [{"name": "a", "displayName": "A", "layout": []}]})

LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_dashboard",
        {
            "display_name": "life",
            "parent_path": "/Shared/boards",
            "warehouse_id": "${databricks_sql_endpoint.home.id}",
            "serialized_dashboard": _PAGES,
            "embed_credentials": False,
        },
        helpers=WAREHOUSE,
        change={"display_name": "renamed", "serialized_dashboard": _PAGES.replace("A", "B")},
        replace={"parent_path": "/Shared/other"},
        drift=patch("/api/2.0/lakeview/dashboards/{id}", serialized_dashboard="{}"),
        after_import="update",
    ),
    Lifecycle(
        "databricks_repo",
        {"url": "{repository}", "git_provider": "gitHub", "path": "/Projects/life/code"},
        change={"branch": "next"},
        replace={"path": "/Projects/life/other"},
        drift=delete("/api/2.0/repos/{id}"),
        repair="create",
    ),
)
