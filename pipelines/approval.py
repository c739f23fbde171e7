"""The tags in which a version's approval stands, and how people set them."""

from pipelines.errors import PipelineError
from pipelines.registry import Registry

DECISION = "approval"
PENDING, APPROVED, REJECTED, TIMED_OUT = "pending", "approved", "rejected", "timed out"
UNTIL = "approval_until"
WHO = "approval_by"
DECIDED_AT = "approval_decided_at"


def answer(registry: Registry, number: str, decision: str, who: str) -> None:
    """Answer the question that stands with a version.

    Raises PipelineError when nobody asks: an answer that is given too early, too late or to another
    version would never be read.
    """
    asked = registry.version(number).tags.get(DECISION, "not set")
    if asked != PENDING:
        raise PipelineError(
            f"models:/{registry.name}/{number} is not waiting for approval: its tag {DECISION} is {asked}"
        )
    registry.tag(number, WHO, who)
    registry.tag(number, DECISION, decision)
