"""What a new version, and what stands beside it, reached on the held-out month."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ERROR = "mean_absolute_error"
"""MLflow's name of the metric that limits and comparisons are about."""


@dataclass(frozen=True)
class Scores:
    """What every entrant reached.

    The table has one row for a metric on all rows, then one for each value of each slice; its columns
    are slice, rows, metric, and one for each entrant.
    """

    table: "pd.DataFrame"
    names: dict[str, str]  # of the entrants, by column
    remark: str  # why the Champion isn't among them, or what to mind about it

    @property
    def overall(self) -> "pd.DataFrame":
        """The metrics on all rows."""
        return self.table[self.table["slice"] == "all"]

    def error(self, key: str) -> float:
        """Return an entrant's mean absolute error."""
        values = dict(zip(self.overall["metric"], self.overall[key], strict=True))
        return float(values[ERROR])


def write_table(scores: Scores, rows: "pd.DataFrame", first: str) -> str:
    """Return rows of the scores' table as Markdown, each named by one of its columns."""
    titles = [first, *(["rows"] if first == "slice" else []), *scores.names]
    head = [first, *(["rows"] if first == "slice" else []), *scores.names.values()]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(_cell(row[title]) for title in titles)} |" for _, row in rows.iterrows()]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return (
        f"{value:.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    )
