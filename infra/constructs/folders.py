"""A project's folder in its workspace: experiments, alerts, dashboards and monitors' files."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.directory import Directory
from constructs import Construct


class ProjectFolder(Construct):
    """A folder of a project's own, which its admins alone manage.

    Where it is disposable it goes with what they left in it; elsewhere that keeps it from being destroyed.
    """

    def __init__(self, scope: Construct, id_: str, *, path: str, disposable: bool) -> None:
        super().__init__(scope, id_)
        self.directory = Directory(self, "Folder", path=path, delete_recursive=disposable)
        self.path = self.directory.path
