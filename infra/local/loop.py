"""The whole loop on this machine: account, stacks, people, jobs, prediction."""

from __future__ import annotations

import os
import time

from databricks.sdk import AccountClient, WorkspaceClient
from rich.console import Console

from infra.local import daemon
from infra.local.champion import Endpoint
from infra.local.folder import Folder
from infra.local.people import IdentityProvider
from infra.local.report import alerts_table, jobs_table, monitors_table, print_endpoint, stacks_table
from infra.local.runs import Runs
from infra.local.stacks import Stacks
from infra.local.watching import Watching

PRODUCTION = "prod"  # the environment whose loop is closed; its deployer's profile has its name
OPERATOR = "emil-prod"  # an ML engineer runs prod's jobs; nobody deploys, runs and reads as one principal


def close_the_loop(folder: Folder, *, again: bool) -> None:
    """Bring everything to where an endpoint answers, doing only what is not done; prints as it goes."""
    console = Console()
    progress = _Progress(console)
    running = daemon.start(folder)
    progress.say(f"account     {running.host} (log {folder.log})")
    os.environ.update(running.environment, MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false")
    stacks = Stacks(running)
    first, *others = stacks.synthesize()
    progress.say(f"synthesized {', '.join([first, *others])}")
    deployments = []
    for stack in [first, *others]:
        deployments.append(stacks.deploy(stack))
        done = deployments[-1]
        progress.say(
            f"deployed    {stack}: {done.added} added, {done.changed} changed, {done.destroyed} destroyed"
        )
        if stack == first:
            made = IdentityProvider(folder).bring_in()
            progress.say(f"credentials {', '.join(made) if made else 'nothing new'}")
    client = WorkspaceClient(profile=OPERATOR)
    runs = Runs(client, lambda line: progress.say(f"running     {line}"))
    results = runs.bring_up_to_date("ingest", "training", again=again)
    endpoint = Endpoint(client, _endpoint_name(client), OPERATOR)
    answer = endpoint.ask()  # what it was asked is monitored, too
    again = again or any(result.ran for result in results)
    results += runs.bring_up_to_date("inference", "monitoring", again=again)
    again = again or any(result.ran for result in results)
    watching = Watching(WorkspaceClient(profile=PRODUCTION), AccountClient(profile="account"), progress.say)
    refreshed = watching.refresh(PRODUCTION, again=again)
    states = watching.evaluate(again=again)
    console.print(stacks_table(deployments), jobs_table(results))
    console.print(monitors_table(refreshed), alerts_table(states))
    print_endpoint(console, endpoint.champion(), answer)


def _endpoint_name(client: WorkspaceClient) -> str:
    names = [endpoint.name for endpoint in client.serving_endpoints.list() if endpoint.name]
    if not names:
        raise LookupError("prod has no serving endpoint")
    return names[0]


class _Progress:
    """Lines with the seconds since the start before them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._start = time.monotonic()

    def say(self, line: str) -> None:
        seconds = time.monotonic() - self._start
        self._console.print(f"[dim]{seconds:5.0f} s[/dim]  {line}", highlight=False, soft_wrap=True)
