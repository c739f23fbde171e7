"""What a statement that is done here works with, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyarrow as pa

from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine.errors import EngineError
from infra.local.workspace.engine.namespace import Access, Namespace
from infra.local.workspace.engine.session import Session
from infra.local.workspace.identity.caller import Caller


@dataclass(frozen=True, kw_only=True)
class Context:
    """The caller's session, and the catalog that is asked for every right."""

    catalog: UnityCatalog
    caller: Caller
    workspace_id: int
    session: Session
    require: Callable[[Access], None]
    tell: Callable[[str, Mapping[str, str], EngineError | None], None]

    @contextmanager
    def changing(self, action: str, **parameters: str) -> Iterator[None]:
        """Whatever is done or refused inside is an event of Unity Catalog's, as over REST."""
        try:
            yield
        except EngineError as error:
            self.tell(action, parameters, error)
            raise
        self.tell(action, parameters, None)

    @property
    def namespace(self) -> Namespace:
        """What names mean."""
        return self.session.namespace


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Rows made here, or (`forward`) text for Sail that needs `access` and perhaps makes a view."""

    rows: pa.Table = field(default_factory=lambda: pa.table({}))
    forward: str | None = None
    access: Access = field(default_factory=Access)
    view: str | None = None


Statement = Callable[[Context], Outcome]
