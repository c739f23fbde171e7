"""Experiments: to which workspace each belongs, and who may do what with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from infra.local.workspace.errors import AlreadyExistsError, NotFoundError
from infra.local.workspace.identity.caller import Caller
from infra.local.workspace.mlflow import locations, names
from infra.local.workspace.mlflow.proxy import MlflowError, Proxy, show_experiment, tags
from infra.local.workspace.mlflow.rights import MANAGE, READ
from infra.local.workspace.permissions.model import Parent, Permissions
from infra.local.workspace.store import Document, Store
from infra.local.workspace.tree.model import Tree

OBJECT_TYPE = "experiments"
_DELETED = "deleted"
_OWNER_TAG = "mlflow.ownerEmail"


class Experiments:
    """Experiments of all workspaces, each seen in its own only."""

    def __init__(self, store: Store, proxy: Proxy, *, permissions: Permissions, tree: Tree) -> None:
        self._unfinished = store.collection("unfinished_experiments")
        self._proxy = proxy
        self._permissions = permissions
        self._tree = tree
        self._workspaces: dict[str, int] = {}
        tree.cleared_by.append(self._find_in)

    def require(self, caller: Caller, workspace_id: int, experiment_id: str, level: str) -> None:
        """Raise unless the experiment is this workspace's and the caller holds the level on it."""
        if self._workspace_of(experiment_id) != workspace_id:
            raise NotFoundError(f"Node ID {experiment_id} does not exist.")
        self._permissions.require(caller, workspace_id, OBJECT_TYPE, experiment_id, level)

    def create(self, caller: Caller, workspace_id: int, request: Document) -> str:
        """The id of a new experiment; its creator manages it."""
        path = names.check(request.get("name"))
        parent = self._parent(caller, workspace_id, path)
        locations.check_location(request.get("artifact_location"))
        own = [tag for tag in request.get("tags", []) if tag.get("key") != _OWNER_TAG]
        name = names.inside(workspace_id, path)
        document = {**request, "name": name, "tags": [*own, {"key": _OWNER_TAG, "value": caller.name}]}
        experiment_id = self._begun(caller, name)
        if experiment_id is None:
            self._unfinished.put(_unfinished_key(caller, name), {})
            experiment_id = self._create(caller, document)
        self._permissions.created(workspace_id, OBJECT_TYPE, experiment_id, caller, parent=parent)
        self._unfinished.delete(_unfinished_key(caller, name))
        return experiment_id

    def _begun(self, caller: Caller, name: str) -> str | None:
        """The experiment that this caller had made when the account was killed, before it had a list."""
        if self._unfinished.get(_unfinished_key(caller, name)) is None:
            return None
        experiment = self._look_up("experiments/get-by-name", experiment_name=name)
        if experiment is None or tags(experiment).get(_OWNER_TAG) != caller.name:
            return None
        return str(experiment["experiment_id"])

    def get(self, caller: Caller, workspace_id: int, experiment_id: str) -> Document:
        """An experiment, deleted ones too."""
        self.require(caller, workspace_id, experiment_id, READ)
        return show_experiment(self._read(experiment_id))

    def get_by_name(self, caller: Caller, workspace_id: int, path: str) -> Document:
        """The experiment at a path; a deleted one only where no other has taken the name since."""
        experiment = self._find(workspace_id, names.check(path))
        if experiment is None:
            raise NotFoundError(f"Node {path} does not exist.")
        experiment_id = experiment["experiment_id"]
        self._permissions.require(caller, workspace_id, OBJECT_TYPE, experiment_id, READ)
        return show_experiment(experiment)

    def search(self, caller: Caller, workspace_id: int, request: Document) -> Document:
        """The experiments that a filter finds and the caller may read, and the next page's token."""
        request = {**request, "max_results": int(request.get("max_results", 1000))}
        request["filter"] = names.inside_filter(workspace_id, request.get("filter", ""))
        while True:
            found = self._proxy.post("experiments/search", request)
            seen = [show_experiment(e) for e in found.get("experiments", []) if self._reads(caller, e)]
            token = found.get("next_page_token")
            if seen or not token:
                return {"experiments": seen, **({"next_page_token": token} if token else {})}
            request["page_token"] = token

    def rename(self, caller: Caller, workspace_id: int, experiment_id: str, new_path: object) -> None:
        """Give an experiment another name."""
        self.require(caller, workspace_id, experiment_id, MANAGE)
        path = names.check(new_path)
        parent = self._parent(caller, workspace_id, path)
        self._rename(experiment_id, names.inside(workspace_id, path))
        self._permissions.moved(workspace_id, OBJECT_TYPE, experiment_id, parent)

    def delete(self, caller: Caller, workspace_id: int, experiment_id: str) -> None:
        """Mark an experiment and its runs deleted; its name is free again."""
        self.require(caller, workspace_id, experiment_id, MANAGE)
        experiment = self._read(experiment_id)
        if experiment["lifecycle_stage"] == _DELETED:
            raise NotFoundError(f"Node ID {experiment_id} does not exist.")
        self._delete(workspace_id, experiment)

    def restore(self, caller: Caller, workspace_id: int, experiment_id: str) -> None:
        """Bring a deleted experiment back, unless its name was taken meanwhile."""
        self.require(caller, workspace_id, experiment_id, MANAGE)
        path = show_experiment(self._read(experiment_id))["name"]
        taken = self._find(workspace_id, path)
        if taken and taken["lifecycle_stage"] != _DELETED:
            raise AlreadyExistsError(f"Node named '{path}' already exists.")
        self._proxy.post("experiments/restore", {"experiment_id": experiment_id})
        self._rename(experiment_id, names.inside(workspace_id, path))

    def _delete(self, workspace_id: int, experiment: Document) -> None:
        experiment_id, path = experiment["experiment_id"], show_experiment(experiment)["name"]
        self._rename(experiment_id, names.inside_deleted(workspace_id, path, experiment_id))
        self._proxy.post("experiments/delete", {"experiment_id": experiment_id})

    def _find_in(self, workspace_id: int, folders: Sequence[Parent]) -> Callable[[], None] | None:
        """What deletes the experiments in some folders, which go with them."""
        filed = map(self._read, self._permissions.filed_in(workspace_id, OBJECT_TYPE, folders))
        found = [experiment for experiment in filed if experiment["lifecycle_stage"] != _DELETED]

        def clear() -> None:
            for experiment in found:
                self._delete(workspace_id, experiment)

        return clear if found else None

    def _parent(self, caller: Caller, workspace_id: int, path: str) -> tuple[str, str]:
        """The directory that an experiment of this path inherits from, if it can be made there."""
        directory = path.rpartition("/")[0] or "/"
        self._tree.require_directory(workspace_id, directory, caller)
        if self._tree.find(workspace_id, path):
            raise AlreadyExistsError(f"Node named '{path}' already exists.")
        node = self._tree.find(workspace_id, directory)
        return "directories", str(node["object_id"] if node else 0)

    def _reads(self, caller: Caller, experiment: Document) -> bool:
        name = names.outside(experiment["name"])
        return name is not None and self._permissions.allows(
            caller, name.workspace_id, OBJECT_TYPE, experiment["experiment_id"], READ
        )

    def _create(self, caller: Caller, document: Document) -> str:
        try:
            return str(self._proxy.post("experiments/create", document)["experiment_id"])
        except MlflowError as error:
            if error.code != "RESOURCE_ALREADY_EXISTS":
                raise
            self._unfinished.delete(_unfinished_key(caller, document["name"]))
            name = names.outside(document["name"])
            raise AlreadyExistsError(f"Node named '{name.path if name else ''}' already exists.") from error

    def _rename(self, experiment_id: str, name: str) -> None:
        self._proxy.post("experiments/update", {"experiment_id": experiment_id, "new_name": name})

    def _workspace_of(self, experiment_id: str) -> int | None:
        if experiment_id not in self._workspaces:
            name = names.outside(self._read(experiment_id)["name"])
            if name is None:
                return None
            self._workspaces[experiment_id] = name.workspace_id
        return self._workspaces[experiment_id]

    def _read(self, experiment_id: str) -> Document:
        found = self._look_up("experiments/get", experiment_id=experiment_id)
        if found is None:
            raise NotFoundError(f"Node ID {experiment_id} does not exist.")
        return found

    def _find(self, workspace_id: int, path: str) -> Document | None:
        name = names.inside(workspace_id, path)
        found = self._look_up("experiments/get-by-name", experiment_name=name)
        if found or "'" in path:  # the filter's grammar has no way to write a quote
            return found
        query = f"name LIKE '{names.inside_deleted(workspace_id, path, '%')}'"
        request = {
            "filter": query,
            "view_type": "ALL",
            "order_by": ["last_update_time DESC"],
            "max_results": 1,
        }
        experiments = self._proxy.post("experiments/search", request).get("experiments", [])
        return experiments[0] if experiments else None

    def _look_up(self, path: str, **query: str) -> Document | None:
        try:
            document: Document = self._proxy.get(path, **query)["experiment"]
        except MlflowError as error:
            if error.status != 404:
                raise
            return None
        return document


def _unfinished_key(caller: Caller, name: str) -> str:
    return f"{caller.principal.id}/{name}"
