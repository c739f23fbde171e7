"""A review as a coloured table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.review.finding import Finding, Section, Severity
from infra.review.page import empty_sections, summary, title
from infra.review.reviewing import Review

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "dim",
}


def show(review: Review, console: Console) -> None:
    """Print it."""
    console.print(Text(title(review), style="bold"))
    for stack in review.stacks:
        console.print(Text(summary(stack)), soft_wrap=True)
    for section in Section:
        if findings := review.of(section):
            console.print(_table(section, findings))
    for line in (*(f"Noise: {line}" for line in review.noise), *review.remarks):
        console.print(Text(line, style="dim"), soft_wrap=True)
    if empty := empty_sections(review):
        console.print(Text(f"Nothing in {', '.join(empty)}.", style="dim"))


def _table(section: Section, findings: list[Finding]) -> Table:
    table = Table(title=section.value, title_justify="left", show_header=False, expand=True)
    table.add_column(width=8)
    table.add_column(max_width=8)
    table.add_column(ratio=1)
    for finding in findings:
        style = _STYLES[finding.severity]
        table.add_row(
            Text(finding.severity.word, style=style), finding.stack, Text("\n").join(_lines(finding))
        )
    return table


def _lines(finding: Finding) -> Iterator[Text]:
    yield Text(finding.text)
    for line in finding.why:
        yield Text(f"  {line}", style="dim")
