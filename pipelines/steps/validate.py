"""validate: decides whether a version may challenge the Champion, and writes down why.

Whatever the outcome, each check's result is a tag of the version, and all of them are in its description
and in `validation.md` beside it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow.entities.model_registry import ModelVersion

from pipelines.checks.candidate import Candidate
from pipelines.checks.check import judge
from pipelines.checks.result import Result
from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import ValidateParameters
from pipelines.progress import say, timed
from pipelines.project import Project
from pipelines.projects import find
from pipelines.registry import CHALLENGER, FAILED, PASSED, PENDING, STATUS, Registry, parse_uri

REPORT = "validation.md"
_HEADING = "## Validation"
_TAG = "check_"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(ValidateParameters, validate, arguments)


def validate(parameters: ValidateParameters) -> None:
    """Make the version the Challenger.

    Raises PipelineError, naming what failed, when it does not pass; then it gets no alias, and loses that
    of the Challenger if it had it.
    """
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    name, number = parse_uri(parameters.model_uri)
    registry = Registry(name)
    version = registry.version(number)
    registry.tag(number, STATUS, PENDING)
    try:
        results = _check(project, lakehouse, registry, version)
    except BaseException:  # a task that is cancelled has shown nothing either
        registry.tag(number, STATUS, FAILED)
        raise
    failed = {name: result for name, result in results.items() if not result.passed}
    registry.tag(number, STATUS, FAILED if failed else PASSED)
    if failed:
        registry.take(CHALLENGER, number)
        listed = "; ".join(f"{name} ({result.detail})" for name, result in failed.items())
        raise PipelineError(f"{parameters.model_uri} failed {len(failed)} of {len(results)} checks: {listed}")
    registry.give(CHALLENGER, number)
    say(f"{parameters.model_uri} passed {len(results)} checks and is the {CHALLENGER}")


def _check(
    project: Project, lakehouse: Lakehouse, registry: Registry, version: ModelVersion
) -> Mapping[str, Result]:
    """Return every check's result, each of which stands with the version then."""
    with TemporaryDirectory(prefix="candidate-") as folder, timed("checked"):
        candidate = Candidate(project, lakehouse, registry, version, Path(folder))
        results = judge(project.validation, candidate)
    _annotate(registry, version, results)
    return results


def _annotate(registry: Registry, version: ModelVersion, results: Mapping[str, Result]) -> None:
    number = str(version.version)
    for key in version.tags:  # of a check that the project has no more
        if key.startswith(_TAG) and key.removeprefix(_TAG) not in results:
            registry.untag(number, key)
    for name, result in results.items():
        registry.tag(number, f"{_TAG}{name}", str(result))
    table = "\n".join(f"| {name} | {_cell(result)} |" for name, result in results.items())
    report = f"{_HEADING}\n\n| check | result |\n|---|---|\n{table}\n"
    described = (version.description or "").split(_HEADING)[0].rstrip()
    registry.describe(number, f"{described}\n\n{report}".strip())
    registry.attach(number, report, REPORT)


def _cell(result: Result) -> str:
    """Return a result as a cell of a Markdown table."""
    return str(result).replace("|", "\\|").replace("\n", " ")
