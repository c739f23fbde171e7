"""The outcome of one check of a model version."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Whether a check passed, and what it saw."""

    passed: bool
    detail: str

    def __str__(self) -> str:
        return f"{'passed' if self.passed else 'failed'}: {self.detail}"
