"""Where a purge may be, and what it must be allowed to do."""

from __future__ import annotations

from collections.abc import Iterator

from infra.config.access import RUN, AccessMatrix, EnvironmentAccess
from infra.config.documents import Document
from infra.config.environment import Environment
from infra.config.problems import Problem


def check_purge(
    document: Document, name: str, environment: Environment, matrix: AccessMatrix
) -> Iterator[Problem]:
    """What is to last is never purged, and what is purged must be the purging principal's to drop."""
    if environment.purge is None:
        return
    if not environment.catalog.disposable:
        message = "is only where the catalog is disposable: what people leave here is kept"
        yield document.problem(("purge",), message)
    access = EnvironmentAccess(matrix, name, list(environment.projects))
    for project in environment.projects:
        if "MANAGE" not in access.schema_grants(project).get(RUN, ()):
            message = f"drops what others left in {project}: access.yaml must let {RUN} manage leftovers"
            yield document.problem(("purge",), message)
