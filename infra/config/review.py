"""What `review.yaml` says: when a review fails, and which differences of a plan are known not to matter."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Literal

from pydantic import Field

from infra.config.validation import Settings
from infra.config.waivers import Waiver

FILE = "review.yaml"


class Noise(Waiver):
    """A difference that every plan tells though nothing changes, with who says so and until when."""

    resource: str = Field(min_length=1)  # a type or an address, as Terraform names it; * stands for any text
    attribute: str = Field(pattern=r"^[^\s.\[\]]+(\.[^\s.\[\]]+)*$")  # a dotted path without indices
    link: str = Field(pattern=r"^https?://\S+$")

    def is_of(self, type_: str, address: str) -> bool:
        """Whether it is about a resource."""
        return any(fnmatchcase(name, self.resource) for name in (type_, address))

    def __str__(self) -> str:
        return f"{self.resource} {self.attribute}"


class Review(Settings):
    """How changes are reviewed."""

    fail_at: Literal["low", "medium", "high", "critical"] = "high"  # the severity from which on it fails
    noise: tuple[Noise, ...] = ()
