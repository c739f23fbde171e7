"""validate: decides whether a version may challenge the Champion, and writes down why.

Whatever the outcome, each check's result is a tag of the version, and all of them are in its description
and in `validation.md` beside it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import RestException

from pipelines.checks.packaging import check_format, check_metadata, summarise
from pipelines.checks.performance import check_overall, check_slices
from pipelines.checks.result import Result
from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.examples import read_held_out
from pipelines.lakehouse import Lakehouse
from pipelines.months import Month
from pipelines.parameters import ValidateParameters
from pipelines.progress import say, timed
from pipelines.project import Project
from pipelines.projects import find
from pipelines.registry import CHALLENGER, FAILED, PASSED, PENDING, STATUS, Registry, parse_uri
from pipelines.scoring import Scorer

if TYPE_CHECKING:
    import pandas

_HEADING = "## Validation"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(ValidateParameters, validate, arguments)


def validate(parameters: ValidateParameters) -> None:
    """Make the version the Challenger.

    Raises PipelineError, naming what failed, when it does not pass; then it gets no alias.
    """
    project = find(parameters.project)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    name, number = parse_uri(parameters.model_uri)
    registry = Registry(name)
    version = registry.version(number)
    registry.tag(number, STATUS, PENDING)
    with timed("checked"):
        results = _check(project, lakehouse, version)
    _annotate(registry, version, results)
    failed = [result for result in results if not result.passed]
    registry.tag(number, STATUS, FAILED if failed else PASSED)
    if failed:
        listed = "; ".join(f"{result.name} ({result.detail})" for result in failed)
        raise PipelineError(f"{parameters.model_uri} failed {len(failed)} of {len(results)} checks: {listed}")
    registry.give(CHALLENGER, number)
    say(f"{parameters.model_uri} passed {len(results)} checks and is the {CHALLENGER}")


def _check(project: Project, lakehouse: Lakehouse, version: ModelVersion) -> list[Result]:
    metadata = check_metadata(version, project.acceptance.tags)
    try:
        scorer = Scorer.load(version.name, str(version.version))
    except RestException:  # the platform failed, not the model
        raise
    except Exception as error:
        return [metadata, Result("format", passed=False, detail=f"it does not load: {summarise(error)}")]
    packaging = check_format(scorer)
    if not packaging.passed:
        return [metadata, packaging]
    return [metadata, packaging, *_check_predictions(project, lakehouse, version, scorer)]


def _check_predictions(
    project: Project, lakehouse: Lakehouse, version: ModelVersion, scorer: Scorer
) -> list[Result]:
    """Return what the version's predictions of its held-out month show."""
    try:
        month = Month.parse(version.tags.get("held_out_month", ""))
    except ValueError:
        return [Result("performance", passed=False, detail="tag held_out_month names no month to judge on")]
    rows = read_held_out(lakehouse, project, month)
    errors = np.abs(scorer.predict(rows) - rows[project.features.label].to_numpy())
    return [*_judge(project, rows, errors), *(check(scorer.predict, rows) for check in project.checks)]


def _judge(project: Project, rows: "pandas.DataFrame", errors: "np.ndarray[Any, Any]") -> list[Result]:
    limits = project.acceptance
    slices = [
        check_slices(errors, rows[column], limit, fewest=limits.slice_rows)
        for column, limit in limits.slices.items()
    ]
    return [check_overall(errors, limits.overall), *slices]


def _annotate(registry: Registry, version: ModelVersion, results: Sequence[Result]) -> None:
    number = str(version.version)
    for result in results:
        say(f"{result.name}: {result}")
        registry.tag(number, f"check_{result.name}", str(result))
    table = "\n".join(f"| {result.name} | {result} |" for result in results)
    report = f"{_HEADING}\n\n| check | result |\n|---|---|\n{table}\n"
    described = (version.description or "").split(_HEADING)[0].rstrip()
    registry.describe(number, f"{described}\n\n{report}".strip())
    registry.attach(number, report, "validation.md")
