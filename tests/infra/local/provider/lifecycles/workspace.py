"""Files and secrets."""

from __future__ import annotations

import base64

from tests.infra.local.provider.lifecycles.lifecycle import VOLUME, Lifecycle, post


def _content(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "databricks_file",
        {"path": "${databricks_volume.home.volume_path}/a.txt", "content_base64": _content("one")},
        helpers=VOLUME,
        change={"content_base64": _content("two")},
        replace={"path": "${databricks_volume.home.volume_path}/b.txt"},
        drift=lambda site, state: site.workspace.upload(
            f"/api/2.0/fs/files{state['path']}", b"x", overwrite=True
        ),
        after_import="update",
    ),
    Lifecycle(
        "databricks_workspace_file",
        {"path": "/Shared/notes/a.txt", "content_base64": _content("one")},
        change={"content_base64": _content("two")},
        replace={"path": "/Shared/notes/b.txt"},
        drift=post("/api/2.0/workspace/delete", path="{path}"),
        repair="create",
        after_import="update",
    ),
    Lifecycle(
        "databricks_directory",
        {"path": "/Shared/life"},
        change={"delete_recursive": True},
        replace={"path": "/Shared/other"},
        drift=post("/api/2.0/workspace/delete", path="{path}"),
        repair="create",
    ),
    Lifecycle(
        "databricks_secret_scope",
        {"name": "life"},
        replace={"name": "other"},
        drift=post("/api/2.0/secrets/scopes/delete", scope="{name}"),
        repair="create",
    ),
    Lifecycle(
        "databricks_secret",
        {"scope": "${databricks_secret_scope.home.name}", "key": "password", "string_value": "one"},
        helpers={"databricks_secret_scope.home": {"name": "home-{case}"}},
        replace={"string_value": "two"},
        drift=post("/api/2.0/secrets/delete", scope="{scope}", key="{key}"),
        repair="create",
        after_import="replace",
    ),
    Lifecycle(
        "databricks_secret_acl",
        {"scope": "${databricks_secret_scope.home.name}", "principal": "users", "permission": "READ"},
        helpers={"databricks_secret_scope.home": {"name": "home-{case}"}},
        replace={"permission": "WRITE"},
        drift=post(
            "/api/2.0/secrets/acls/put", scope="{scope}", principal="{principal}", permission="MANAGE"
        ),
        repair="replace",
    ),
)
