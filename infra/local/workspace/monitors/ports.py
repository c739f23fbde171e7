"""What monitors need of services beside the catalog and the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Notifications(Protocol):
    """Tells people what has happened."""

    def require(self, workspace_id: int, /, *, emails: Sequence[str], destinations: Sequence[str]) -> None:
        """InvalidParameterError for what is no address, or no destination."""

    def send(
        self,
        workspace_id: int,
        /,
        *,
        emails: Sequence[str],
        destinations: Sequence[str],
        subject: str,
        text: str,
        payload: Mapping[str, Any],
    ) -> None:
        """Send a message to addresses and destinations, in the background; raises nothing."""
