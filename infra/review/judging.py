"""How much a change of somebody's rights matters."""

from __future__ import annotations

from dataclasses import dataclass

from infra.config.destination import ACCOUNT_STACK
from infra.review.finding import Severity


@dataclass(frozen=True)
class Judge:
    """Judges by who it is, and where."""

    production: str
    insiders: frozenset[str]  # who owns production, its own service principals and the account's admins
    new: frozenset[str]  # environments that are not deployed yet
    own: frozenset[str] = frozenset()  # every environment's own service principals

    def of(self, principal: str, stack: str, *, gained: bool, changes: bool) -> Severity:
        """In production who gains what, by who they are; elsewhere, and what is lost, matters less."""
        if stack == ACCOUNT_STACK:
            serious = gained and changes and principal not in self.insiders | self.own
            return Severity.HIGH if serious else Severity.MEDIUM if gained else Severity.LOW
        if stack in self.new and stack != self.production:
            return Severity.LOW
        if stack != self.production:
            return Severity.MEDIUM if gained else Severity.LOW
        if not gained or principal in self.insiders:
            return Severity.MEDIUM
        return Severity.CRITICAL if changes else Severity.HIGH
