"""Where in the access matrix a right is written."""

from __future__ import annotations

from infra.config.access import EVERYWHERE, ROLES
from infra.config.documents import Document
from infra.rights.effective import Right


class MatrixLines:
    """The lines of access.yaml."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def of(self, right: Right) -> list[str]:
        """`access.yaml:27: data-scientists.prod.read: data`, for each entry that names the right's asset."""
        whos = [right.principal]
        whos += [role for role in ROLES if right.principal == f"{role}-{right.environment}"]
        places = [EVERYWHERE, right.environment, right.place]
        found = []
        for path, line in self._document.lines.items():
            if len(path) == 4 and path[0] in whos and path[1] in places and self._at(path) == right.asset:
                found.append(f"{self._document.file}:{line}: {path[0]}.{path[1]}.{path[2]}: {right.asset}")
        return list(dict.fromkeys(found))

    def _at(self, path: tuple[str | int, ...]) -> object:
        value: object = self._document.data
        for part in path:
            value = value[part]  # type: ignore[index] # the path is of a key that was read
        return value
