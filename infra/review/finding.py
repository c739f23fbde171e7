"""What a review finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How much a finding wants to be looked at; a team sets from which one on a review fails."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As review.yaml and the pages write it."""
        return self.name.lower()


class Section(StrEnum):
    """The parts of a page, in their order."""

    ACCESS = "Access"
    DATA = "Data"
    SERVICE = "Traffic and service"
    MONEY = "Money"
    POLICIES = "Policies"
    OTHER = "Other changes"


@dataclass(frozen=True)
class Finding:
    """One line of a page."""

    section: Section
    severity: Severity
    stack: str
    text: str  # one sentence: who or what, where, from what to what
    why: tuple[str, ...] = ()  # what says so, most telling first
    addresses: tuple[str, ...] = ()  # the changes of the plan that it tells of, as Terraform names them
