"""The model card: what people should know of a version, as one text."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.scores import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.examples import Examples
    from pipelines.explanation.contributions import Explanation
    from pipelines.project import Project
    from pipelines.scores import Scores
    from pipelines.training import Recipe

FILE = "model_card.md"
SECTIONS = (
    "Purpose",
    "Data",
    "Inputs",
    "Training",
    "Evaluation",
    "What matters",
    "Limits",
    "Compliance",
    "Code",
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What there is to tell of one training."""

    project: "Project"
    model: str
    examples: "Examples"
    recipe: "Recipe"
    code: "Mapping[str, str]"  # what of it → its version
    scores: "Scores"
    explanation: "Explanation"


def write_card(facts: Facts) -> str:
    """Return the card as Markdown, with every section of SECTIONS."""
    texts = {
        "Purpose": _list(
            [facts.project.model.documentation.description, *facts.project.model.documentation.uses]
        ),
        "Data": _describe_data(facts.examples),
        "Inputs": _describe_inputs(facts),
        "Training": _describe_training(facts),
        "Evaluation": _describe_scores(facts),
        "What matters": _describe_explanation(facts),
        "Limits": _list(facts.project.model.documentation.limits),
        "Compliance": _list(
            f"{key}: {value}" for key, value in facts.project.model.documentation.tags.items()
        ),
        "Code": _list(f"{name}: `{version}`" for name, version in facts.code.items()),
    }
    body = "\n\n".join(f"## {section}\n\n{texts[section]}" for section in SECTIONS)
    return f"# {facts.model}\n\n{body}\n"


def find_gaps(card: str) -> list[str]:
    """Return which sections a card lacks, or has without a text."""
    texts = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", card, re.MULTILINE))
    return [f"no section {section}" for section in SECTIONS if not texts.get(section, "").strip()]


def _list(lines: "Iterable[str]") -> str:
    return "\n".join(f"- {line}" for line in lines)


def _describe_data(examples: "Examples") -> str:
    version = "not told by the engine" if examples.table_version is None else str(examples.table_version)
    return _list(
        [
            f"Table `{examples.table}`, version {version}.",
            f"Trained on {examples.training_data.rows:,} rows of {examples.first} to {examples.last}, "
            f"digest `{examples.training_data.digest}`.",
            f"Judged on {examples.held_out_data.rows:,} rows of {examples.held_out_month}, held out, "
            f"digest `{examples.held_out_data.digest}`.",
        ]
    )


def _describe_inputs(facts: Facts) -> str:
    """What the inputs are is in their table's comments; here stands what they were like."""
    model, rows = facts.project.model, facts.examples.fitting
    lines = ["| input | kind | missing in training |", "|---|---|---|"]
    for name in model.inputs:
        kind = "category" if name in model.categories else "number"
        lines.append(f"| {name} | {kind} | {float(rows[name].isna().mean()):.1%} |")
    return "\n".join(lines)


def _describe_training(facts: Facts) -> str:
    parameters = [f"{name}: {value:g}" for name, value in facts.recipe.hyperparameters.items()]
    rows = f"about {facts.recipe.max_rows:,}" if facts.recipe.max_rows else "all"
    return _list([*parameters, f"seed: {facts.recipe.seed}", f"rows that it may use: {rows}"])


def _describe_scores(facts: Facts) -> str:
    scores, evaluation = facts.scores, facts.project.evaluation
    meanings = _list(f"{metric.name}: {metric.meaning}" for metric in evaluation.metrics)
    slices = scores.table[scores.table["slice"] != "all"]
    return "\n\n".join(
        [
            f"On {facts.examples.held_out_month}, which it was not trained on; errors in {evaluation.unit}.",
            write_table(scores, scores.overall, "metric"),
            scores.remark,
            meanings,
            "Mean absolute errors by slice:",
            write_table(scores, slices, "slice"),
        ]
    )


def _describe_explanation(facts: Facts) -> str:
    explanation = facts.explanation
    lines = [f"| input | mean absolute SHAP value, {facts.project.evaluation.unit} |", "|---|---|"]
    lines += [f"| {name} | {mean:.2f} |" for name, mean in explanation.ranking]
    return f"Of {len(explanation.inputs):,} held-out rows; pictures are in `shap/`.\n\n" + "\n".join(lines)
