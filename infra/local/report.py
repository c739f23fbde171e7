"""The tables with which `make local` ends."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.local.champion import Answer, Champion
from infra.local.runs import JobResult
from infra.local.stacks import Deployment
from infra.local.watching import AlertState, Refreshed


def stacks_table(deployments: Sequence[Deployment]) -> Table:
    """What each stack holds, what this deploy did, and what it took."""
    table = Table("Stack", title="Stacks", title_justify="left")
    for heading in ("Resources", "Added", "Changed", "Destroyed", "Seconds"):
        table.add_column(heading, justify="right")
    for d in deployments:
        numbers = (d.resources, d.added, d.changed, d.destroyed)
        table.add_row(d.stack, *map(str, numbers), f"{d.seconds:.1f}")
    return table


def jobs_table(results: Sequence[JobResult]) -> Table:
    """Each job's newest successful run, task by task."""
    table = Table("Job", "Tasks (seconds)", "Run", title="Jobs of prod", title_justify="left")
    for result in results:
        tasks = " → ".join(f"{task.task} {task.seconds:.0f}" for task in result.tasks)
        table.add_row(result.job, tasks, "now" if result.ran else "done before")
    return table


def monitors_table(results: Sequence[Refreshed]) -> Table:
    """Each monitored table, and how many rows of metrics were computed of it."""
    table = Table("Table", title="Monitors of prod", title_justify="left")
    for heading in ("Profile rows", "Drift rows", "Seconds"):
        table.add_column(heading, justify="right")
    table.add_column("Refreshed")
    for result in results:
        counts = (f"{result.profile_rows:,}", f"{result.drift_rows:,}")
        table.add_row(
            result.table.rpartition(".")[2],
            *counts,
            f"{result.seconds:.1f}",
            "now" if result.ran else "before",
        )
    return table


_STYLES = {"OK": "green", "TRIGGERED": "bold red", "ERROR": "bold red"}


def alerts_table(states: Sequence[AlertState]) -> Table:
    """Each alert's state, with the number that it goes by and the limit above which it is triggered."""
    table = Table("Alert", "State", title="Alerts of prod", title_justify="left")
    for heading in ("Value", "Limit"):
        table.add_column(heading, justify="right")
    table.add_column("Evaluated at")
    for state in states:
        numbers = ["" if number is None else f"{number:.4g}" for number in (state.value, state.limit)]
        style = _STYLES.get(state.state, "yellow")
        table.add_row(
            state.name, Text(state.state, style), *numbers, state.evaluated_at[:16].replace("T", " ")
        )
    return table


def print_endpoint(console: Console, champion: Champion, answer: Answer) -> None:
    """The Champion's metrics beside the heuristic's, and how to ask the endpoint for a prediction."""
    table = Table("Model", "Version", title="Champion", title_justify="left")
    table.add_column("Mean absolute error", justify="right")
    table.add_column("The heuristic's", justify="right")
    table.add_row(champion.name, champion.version, f"{champion.error:.2f}", f"{champion.heuristic_error:.2f}")
    console.print(table)
    console.print(f"Endpoint    {answer.url}", soft_wrap=True, highlight=False)
    console.print(f"Prediction  {answer.prediction}", soft_wrap=True, highlight=False)
    console.print("Ask again:", highlight=False)
    console.print(answer.curl, soft_wrap=True, highlight=False, markup=False)
