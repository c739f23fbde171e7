"""An environment's workspace, wherever it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable, Token


@dataclass(frozen=True)
class EnvironmentWorkspace:
    """A workspace by its number and the URL that it answers at."""

    number: float
    host: str
    reached_by: Sequence[ITerraformDependable] = ()  # what has to be there before anybody reaches it

    @property
    def id(self) -> str:
        """The workspace's number, as text."""
        return Token.as_string(self.number)
