"""What people and CI do with what is deployed: `python -m pipelines run flights-rollback`.

Where, and as whom, comes from the environment, as for every Databricks client: a profile, a token, OIDC.
"""

import argparse
import sys
from collections.abc import Sequence

import mlflow
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors.base import DatabricksError

from pipelines.approval import APPROVED, REJECTED, answer
from pipelines.errors import PipelineError, first_line
from pipelines.job_run import run_job
from pipelines.registry import Registry, parse_uri

ANSWERS = {"approve": APPROVED, "reject": REJECTED}


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the process's exit status: 0, or 1 with what went wrong in a line."""
    given = _make_parser().parse_args(arguments)
    try:
        given.do(given)
    except (PipelineError, DatabricksError) as error:
        print(f"pipelines: {first_line(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("pipelines: no longer followed; what was started goes on", file=sys.stderr)
        return 130
    return 0


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines", description="Work with what is deployed.")
    commands = parser.add_subparsers(required=True)
    run = commands.add_parser("run", help="start a deployed job and follow it to its end")
    run.add_argument("job", help="its name, such as flights-rollback")
    run.add_argument("parameters", nargs="*", type=_parse_parameter, metavar="name=value")
    run.set_defaults(do=_run)
    for name, decision in ANSWERS.items():
        command = commands.add_parser(name, help=f"{name} the deployment of a version that waits for it")
        command.add_argument("model_uri", help="such as models:/prod.flights.arrival_delay/3")
        command.set_defaults(do=_answer, answer=decision)
    return parser


def _parse_parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not like name=value")
    return name, value


def _connect() -> WorkspaceClient:
    try:
        return WorkspaceClient()
    except ValueError as error:
        raise PipelineError(f"no way to a workspace: {error}") from error


def _run(given: argparse.Namespace) -> None:
    run_job(_connect(), given.job, dict(given.parameters))


def _answer(given: argparse.Namespace) -> None:
    """Answer for the caller, with the caller's name."""
    name, number = parse_uri(given.model_uri)
    who = _connect().current_user.me().user_name or "an unknown caller"
    mlflow.set_tracking_uri("databricks")
    mlflow.set_registry_uri("databricks-uc")
    answer(Registry(name), number, given.answer, who)
    print(f"{given.model_uri} is {given.answer} by {who}")


if __name__ == "__main__":
    sys.exit(main())
