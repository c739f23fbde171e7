"""What a caller is told: a status, one line, and what to do with it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer; `retry_after` is in seconds."""

    status: int
    message: str
    run_id: int | None = None
    retry_after: int | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        return {"message": self.message} | ({} if self.run_id is None else {"run_id": self.run_id})


class Refused(Exception):  # noqa: N818 - it carries what the caller is told, which need not be an error
    """The request can't be fulfilled; the answer says why."""

    def __init__(self, status: int, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.answer = Answer(status, message, retry_after=retry_after)


class Unanswered(Refused):
    """Whether something was started isn't known."""
