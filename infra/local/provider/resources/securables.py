"""The kinds of workspace objects that databricks_permissions takes, and the levels that each knows."""

from __future__ import annotations

from dataclasses import dataclass

_MANAGE = ("CAN_MANAGE", "IS_OWNER")


@dataclass(frozen=True)
class ObjectKind:
    """A kind of object.

    field: Terraform's attribute with its id or path. type_name: as the API answers it. request: the
    segment of the API's path. keeps_caller: whether the caller is kept as a manager when not declared.
    """

    field: str
    type_name: str
    request: str
    levels: tuple[str, ...]
    keeps_caller: bool = False

    @property
    def is_path(self) -> bool:
        """Whether the attribute is a path, whose object id is to be looked up."""
        return self.field.endswith("_path")

    @property
    def managing(self) -> tuple[str, ...]:
        """The levels that let the caller go on managing the object."""
        return (
            self.levels
            if len(self.levels) == 1
            else tuple(level for level in self.levels if level in _MANAGE)
        )


_FILE_LEVELS = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE")
_RUN_LEVELS = ("CAN_READ", "CAN_RUN", "CAN_EDIT", "CAN_MANAGE", "CAN_VIEW")
_CLUSTER_LEVELS = ("CAN_ATTACH_TO", "CAN_RESTART", "CAN_MANAGE")

KINDS: tuple[ObjectKind, ...] = (
    ObjectKind("alert_v2_id", "alertv2", "alertsv2", _FILE_LEVELS, keeps_caller=True),
    ObjectKind("app_name", "apps", "apps", ("CAN_USE", "CAN_MANAGE"), keeps_caller=True),
    ObjectKind("cluster_id", "cluster", "clusters", _CLUSTER_LEVELS, keeps_caller=True),
    ObjectKind("cluster_policy_id", "cluster-policy", "cluster-policies", ("CAN_USE",)),
    ObjectKind("dashboard_id", "dashboard", "dashboards", _FILE_LEVELS),
    ObjectKind("directory_id", "directory", "directories", _FILE_LEVELS),
    ObjectKind("directory_path", "directory", "directories", _FILE_LEVELS),
    ObjectKind("experiment_id", "mlflowExperiment", "experiments", ("CAN_READ", "CAN_EDIT", "CAN_MANAGE")),
    ObjectKind(
        "instance_pool_id",
        "instance-pool",
        "instance-pools",
        ("CAN_ATTACH_TO", "CAN_MANAGE"),
        keeps_caller=True,
    ),
    ObjectKind("job_id", "job", "jobs", ("CAN_VIEW", "CAN_MANAGE_RUN", "IS_OWNER", "CAN_MANAGE")),
    ObjectKind("notebook_id", "notebook", "notebooks", _FILE_LEVELS),
    ObjectKind("notebook_path", "notebook", "notebooks", _FILE_LEVELS),
    ObjectKind("pipeline_id", "pipelines", "pipelines", ("CAN_VIEW", "CAN_RUN", "CAN_MANAGE", "IS_OWNER")),
    ObjectKind("repo_id", "repo", "repos", _FILE_LEVELS),
    ObjectKind("repo_path", "repo", "repos", _FILE_LEVELS),
    ObjectKind(
        "serving_endpoint_id",
        "serving-endpoint",
        "serving-endpoints",
        ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"),
        keeps_caller=True,
    ),
    ObjectKind("sql_alert_id", "alert", "sql/alerts", _RUN_LEVELS, keeps_caller=True),
    ObjectKind(
        "sql_endpoint_id",
        "warehouses",
        "sql/warehouses",
        ("CAN_USE", "CAN_MANAGE", "CAN_MONITOR", "CAN_VIEW", "IS_OWNER"),
        keeps_caller=True,
    ),
    ObjectKind("sql_query_id", "query", "sql/queries", _RUN_LEVELS, keeps_caller=True),
    ObjectKind("workspace_file_id", "file", "files", _FILE_LEVELS),
    ObjectKind("workspace_file_path", "file", "files", _FILE_LEVELS),
)


def kind_of_id(id_: str) -> ObjectKind | None:
    """The kind that an id such as `/sql/warehouses/1f` is of."""
    request = id_.strip("/").rpartition("/")[0]
    return next((kind for kind in KINDS if kind.request == request and not kind.is_path), None)
