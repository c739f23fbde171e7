"""Where in the access matrix a right is written."""

from __future__ import annotations

from infra.config.access import EVERYWHERE, ROLES
from infra.config.documents import Document, dotted
from infra.config.vocabulary import TABLE_PRIVILEGES
from infra.rights.effective import Right


class MatrixLines:
    """The lines of access.yaml."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def of(self, right: Right) -> list[str]:
        """`access.yaml:27: data-scientists.prod.read: data`, for each entry that gives some of the right."""
        whos = [right.principal]
        whos += [role for role in ROLES if right.principal == f"{role}-{right.environment}"]
        places = [EVERYWHERE, right.environment, right.place]
        assets = [right.asset, *(["data"] if right.asset in TABLE_PRIVILEGES else [])]
        found = []
        for path, line in self._document.lines.items():
            if len(path) == 4 and path[0] in whos and path[1] in places and self._at(path) in assets:
                found.append(f"{self._document.file}:{line}: {dotted(path[:3])}: {self._at(path)}")
        return list(dict.fromkeys(found))

    def _at(self, path: tuple[str | int, ...]) -> object:
        value: object = self._document.data
        for part in path:
            value = value[part]  # type: ignore[index] # the path is of a key that was read
        return value
