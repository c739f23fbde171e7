"""The Champion that a new version is shown beside, which may be another environment's."""

from mlflow.exceptions import MlflowException

from pipelines.errors import PipelineError, first_line
from pipelines.evaluation import Entrant
from pipelines.examples import Examples
from pipelines.months import Month
from pipelines.registry import CHAMPION, Registry
from pipelines.scoring import Scorer


def find_champion(model: str, examples: Examples) -> tuple[Entrant | None, str]:
    """Return the Champion with its predictions of the held-out rows, and what to mind about it.

    It decides nothing here. So where there is none, or it can't be read or asked, the remark says so, and
    training goes on.
    """
    try:
        registry = Registry(model)
        number = registry.holder(CHAMPION)
        if number is None:
            return None, f"{model} has no {CHAMPION} to compare with."
        until = registry.version(number).tags.get("trained_until", "")
        predictions = Scorer.load(model, number).predict(examples.held_out)
    except (PipelineError, MlflowException, OSError) as error:
        reason = first_line(error)
        return None, f"The {CHAMPION} of {model} could not be compared with: {reason}"
    name = f"{CHAMPION}, version {number} of {model}"
    return Entrant("champion", name, predictions), _remark(name, until, examples)


def _remark(name: str, until: str, examples: Examples) -> str:
    try:
        knows = Month.parse(until) >= examples.held_out_month
    except ValueError:
        return f"{name}, doesn't tell until when it was trained: it may know {examples.held_out_month}."
    if knows:
        return f"{name}, was trained until {until}: it knows {examples.held_out_month} and looks too good."
    return f"{name}, was trained until {until}."
