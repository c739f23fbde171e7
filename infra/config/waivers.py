"""What `waivers.yaml` says: policies that are not held for a while, by something, for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase

from pydantic import ConfigDict, Field, RootModel, field_validator

from infra.config.validation import Settings

FILE = "waivers.yaml"
LONGEST = timedelta(days=366)  # that something may be waived before it is thought of again


class Waiver(Settings):
    """Why a policy is not held, and until when."""

    reason: str = Field(min_length=10)
    until: date

    @field_validator("until", mode="before")
    @classmethod
    def _is_a_day(cls, value: object) -> object:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Waivers(RootModel[dict[str, dict[str, Waiver]]]):
    """Waivers by policy, and by the resource as a violation names it; `*` stands for any text."""

    model_config = ConfigDict(frozen=True)

    def all(self) -> Iterator[tuple[str, str, Waiver]]:
        """Every waiver, with its policy and resource."""
        for policy, by_resource in self.root.items():
            for resource, waiver in by_resource.items():
                yield policy, resource, waiver

    def covering(self, policy: str, resource: str, today: date) -> set[tuple[str, str]]:
        """The waivers, by policy and pattern, that cover a violation today."""
        return {
            (policy, pattern)
            for pattern, waiver in self.root.get(policy, {}).items()
            if waiver.until >= today and fnmatchcase(resource, pattern)
        }
