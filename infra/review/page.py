"""A review as a page: Markdown for a pull request, JSON for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from infra.review.finding import Finding, Section, Severity
from infra.review.reviewing import Review
from infra.review.stacks import StackReview

Json = dict[str, Any]

_SIGN = re.compile(r"[\\`*\[\]<>|#]|(?<!\w)_|_(?!\w)")  # an underscore within a word is none
_SIGNS = {Severity.CRITICAL: "🟥", Severity.HIGH: "🟧", Severity.MEDIUM: "🟨", Severity.LOW: "⬜"}
_SHOWN = 4  # reasons of a finding, or findings of one severity, before the others fold


def markdown(review: Review) -> str:
    """The page, in a few lines where little changes."""
    return "\n".join([f"### {title(review)}", "", *_body(review)]) + "\n"


def title(review: Review) -> str:
    """`Review of prod: 1 critical, 2 low`."""
    names = ", ".join(stack.name for stack in review.stacks)
    counts = [
        f"{count} {severity.word}"
        for severity in sorted(Severity, reverse=True)
        if (count := sum(finding.severity == severity for finding in review.findings))
    ]
    return f"Review of {names}: {', '.join(counts) or 'nothing changes for anybody'}"


def summary(stack: StackReview) -> str:
    """`prod: 1 to add, 0 to change, 0 to destroy`, or why there is no plan."""
    if stack.waits_for:
        first, *others = stack.waits_for
        more = f" and {len(others)} more" if others else ""
        return f"{stack.name} waits for the account to be deployed, which does not tell {first}{more} yet"
    if stack.plan is None:
        return f"{stack.name} can't be planned"
    plan = stack.plan
    imported = sum(change.imported for change in plan.changes)
    added, destroyed = plan.count("create", "replace"), plan.count("delete", "replace", "forget")
    words = [f"{added} to add", f"{plan.count('update')} to change", f"{destroyed} to destroy"]
    return f"{stack.name}: {', '.join([*([f'{imported} to import'] if imported else []), *words])}"


def empty_sections(review: Review) -> list[str]:
    """The sections in which nothing was found; what no section has words for need not be named."""
    return [section.value for section in Section if section != Section.OTHER and not review.of(section)]


def _body(review: Review) -> Iterator[str]:
    yield " · ".join(summary(stack) for stack in review.stacks)
    for section in Section:
        if findings := review.of(section):
            yield ""
            yield f"**{section.value}**"
            yield from _findings(findings)
    for line in review.noise:
        yield ""
        yield f"**Noise** {line}"
    for remark in review.remarks:
        yield ""
        yield f"> {remark}"
    if empty := empty_sections(review):
        yield ""
        yield f"Nothing in {', '.join(empty)}."


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    lows = [finding for finding in findings if finding.severity == Severity.LOW]
    folded = lows if len(lows) > _SHOWN else []
    for finding in findings:
        if finding not in folded:
            yield from finding_lines(finding)
    if folded:
        yield f"<details><summary>{_SIGNS[Severity.LOW]} {len(folded)} of low severity</summary>"
        yield ""
        for finding in folded:
            yield from finding_lines(finding)
        yield ""
        yield "</details>"


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding as an entry of a list, its reasons below it."""
    where = f" ({finding.stack})" if finding.stack and finding.stack not in finding.text else ""
    yield f"- {_SIGNS[finding.severity]} **{finding.severity.word}** {plain(finding.text)}{where}"
    for line in finding.why[:_SHOWN]:
        yield f"  - {plain(line)}"
    if len(finding.why) > _SHOWN:
        yield f"  - and {len(finding.why) - _SHOWN} more"


def plain(text: str) -> str:
    """Text whose signs Markdown would take for its own."""
    return " ".join(_SIGN.sub(r"\\\g<0>", text).split())


def as_json(review: Review) -> Json:
    """All of it, nothing folded."""
    return {
        "title": title(review),
        "worst": review.worst.word if review.worst else None,
        "stacks": [{"name": stack.name, "summary": summary(stack)} for stack in review.stacks],
        "findings": [finding_json(finding) for finding in review.findings],
        "noise": list(review.noise),
        "remarks": list(review.remarks),
    }


def finding_json(finding: Finding) -> Json:
    """A finding with all that it tells."""
    return {
        "section": finding.section.value,
        "severity": finding.severity.word,
        "stack": finding.stack,
        "text": finding.text,
        "why": list(finding.why),
        "addresses": list(finding.addresses),
    }
