"""Git folders: a branch of a repository, to be opened and run in the workspace."""

from __future__ import annotations

from cdktf_cdktf_provider_databricks.repo import Repo
from constructs import Construct

from infra.constructs.permissions import AccessControl, permit


class GitFolder(Construct):
    """A clone of a repository, of its default branch where none is named.

    Terraform keeps it on its branch; new commits come when somebody who may edit it pulls them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        url: str,
        provider: str,
        branch: str | None,
        path: str,
        permissions: AccessControl,
    ) -> None:
        super().__init__(scope, id_)
        repo = Repo(self, "Folder", url=url, git_provider=provider, branch=branch, path=path)
        self.id = repo.id
        self.path = repo.path
        permit(self, permissions, git_folder=repo.id)
