"""The outcome of one check of a model version."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Whether a check passed, and what it saw."""

    name: str  # letters, digits and _: it becomes part of a tag's key
    passed: bool
    detail: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'}: {self.detail}"
