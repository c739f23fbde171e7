"""train: tunes and trains the project's model, judges it on the last month, registers it.

The new version's URI is the task value `model_uri`.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed

import mlflow
import mlflow.sklearn
import pandas as pd
from mlflow.entities import RunInfo
from mlflow.models import infer_signature
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT

from pipelines.card import FILE as CARD
from pipelines.card import Facts, write_card
from pipelines.champion import find_champion
from pipelines.command import start
from pipelines.errors import PipelineError
from pipelines.evaluation import Entrant, judge
from pipelines.examples import Examples, read_examples
from pipelines.explanation.contributions import Explanation, explain
from pipelines.explanation.pictures import draw
from pipelines.lakehouse import Lakehouse
from pipelines.parameters import TrainParameters
from pipelines.progress import say, timed
from pipelines.project import Estimator, Project
from pipelines.projects import find
from pipelines.registry import Registry
from pipelines.scores import Scores, write_table
from pipelines.tasks import set_value
from pipelines.tracking import describe_data, find_experiment
from pipelines.training import FILE as RECIPE
from pipelines.training import Recipe, fit
from pipelines.tuning import tune

UNKNOWN = "unknown"
"""The commit of code that was deployed from no checkout."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step as a job's task."""
    start(TrainParameters, train, arguments)


def train(parameters: TrainParameters) -> None:
    """Register a new version of the model and hand its URI to the later tasks."""
    project = find(parameters.project)
    experiment_id = find_experiment(parameters.experiment)
    lakehouse = Lakehouse.connect(parameters.catalog, parameters.schema)
    with timed("read examples") as note:
        examples = read_examples(lakehouse, project, max_rows=parameters.max_rows, seed=parameters.seed)
        note(
            f"{examples.training_data.rows:,} rows of {examples.first} to {examples.last} to train, "
            f"{examples.held_out_data.rows:,} of {examples.held_out_month} held out"
        )
    tags = _make_tags(parameters, project, examples)
    commit = {} if parameters.code_commit == UNKNOWN else {MLFLOW_GIT_COMMIT: parameters.code_commit}
    with mlflow.start_run(experiment_id=experiment_id, run_name="train", tags={**tags, **commit}) as run:
        version = _train_in_run(parameters, project, examples, tags, run.info)
    model_uri = f"models:/{parameters.model}/{version}"
    say(f"model_uri={model_uri}")
    set_value("model_uri", model_uri)


def _make_tags(parameters: TrainParameters, project: Project, examples: Examples) -> dict[str, str]:
    """Return what the version and its run tell about where they come from, and may be used for."""
    version = {} if examples.table_version is None else {"data_version": str(examples.table_version)}
    return {
        **project.model.documentation.tags,
        "project": parameters.project,
        "code_version": parameters.code_version,
        "code_commit": parameters.code_commit,
        "trained_from": str(examples.first),
        "trained_until": str(examples.last),
        "held_out_month": str(examples.held_out_month),
        "data_digest": examples.training_data.digest,
        **version,
    }


def _train_in_run(
    parameters: TrainParameters, project: Project, examples: Examples, tags: Mapping[str, str], run: RunInfo
) -> str:
    """Return the version that was registered; what is tracked goes to the active run."""
    _log_examples(project, examples)
    hyperparameters = tune(
        project, examples, experiment_id=run.experiment_id, trials=parameters.trials, seed=parameters.seed
    )
    recipe = Recipe(hyperparameters=hyperparameters, seed=parameters.seed, max_rows=parameters.max_rows)
    mlflow.log_params({**hyperparameters, "seed": recipe.seed, "max_rows": recipe.max_rows})
    mlflow.log_param("trials", parameters.trials)
    mlflow.log_text(recipe.dump(), RECIPE)
    with timed("trained"):
        estimator = fit(project, examples, recipe)
    with timed("logged model"):
        source = _log_model(project, estimator, examples.held_out)
    with timed("evaluated"):
        scores = _evaluate(parameters, project, examples, estimator, source)
    with timed("explained"):
        explanation = _explain(project, estimator, examples, recipe.seed)
    facts = Facts(
        project=project,
        model=parameters.model,
        examples=examples,
        recipe=recipe,
        code={"commit": parameters.code_commit, "wheel": parameters.code_version},
        scores=scores,
        explanation=explanation,
    )
    mlflow.log_text(write_card(facts), CARD)
    with timed("registered") as note:
        description = _describe(project, examples, scores, run.run_id)
        registry = Registry(parameters.model)
        version = registry.register(source=source, run_id=run.run_id, tags=tags, description=description)
        note(f"{parameters.model} version {version}")
    return version


def _log_examples(project: Project, examples: Examples) -> None:
    label = project.features.label
    for rows, fingerprint, context in (
        (examples.fitting, examples.training_data, "training"),
        (examples.held_out, examples.held_out_data, "held out"),
    ):
        dataset = describe_data(
            rows[[label]].join(project.model.frame(rows)),
            table=examples.table,
            version=examples.table_version,
            label=label,
            digest=fingerprint.digest,
        )
        mlflow.log_input(dataset, context=context)
        name = context.replace(" ", "_")
        mlflow.log_params({f"{name}_rows": fingerprint.rows, f"{name}_digest": fingerprint.digest})
    if examples.table_version is not None:
        mlflow.log_param("data_version", examples.table_version)


def _log_model(project: Project, estimator: Estimator, rows: pd.DataFrame) -> str:
    """Return the logged model's URI; its signature asks for every input, and lets numbers be missing."""
    complete = project.model.frame(rows).dropna()
    if complete.empty:
        raise PipelineError("no held-out row has all inputs: there is no example for the model's signature")
    example = complete.head(5)
    logged = mlflow.sklearn.log_model(
        estimator,
        name="model",
        signature=infer_signature(example, estimator.predict(example)),
        input_example=example,
        pip_requirements=[f"{name}=={installed(name)}" for name in project.model.requirements],
        serialization_format=mlflow.sklearn.SERIALIZATION_FORMAT_CLOUDPICKLE,
    )
    return f"models:/{logged.model_id}"


def _evaluate(
    parameters: TrainParameters, project: Project, examples: Examples, estimator: Estimator, source: str
) -> Scores:
    """Return the version's scores beside the Champion's and the heuristic's."""
    held_out = examples.held_out
    champion, remark = find_champion(parameters.champion_model, examples)
    say(remark)
    entrants = [
        Entrant("version", "this version", estimator.predict(project.model.frame(held_out))),
        *([champion] if champion else []),
        Entrant("heuristic", project.heuristic.name, project.heuristic.predict(held_out)),
    ]
    scores = judge(project, examples, entrants, model_id=source.removeprefix("models:/"), remark=remark)
    told = ", ".join(f"{name} {scores.error(key):.3f}" for key, name in scores.names.items())
    say(f"mean absolute error on {examples.held_out_month}: {told}")
    return scores


def _explain(project: Project, estimator: Estimator, examples: Examples, seed: int) -> Explanation:
    """Return what matters to the model; pictures of it are with the run."""
    explanation = explain(project, estimator, examples.held_out, seed)
    for file, picture in draw(explanation, project.evaluation.unit).items():
        mlflow.log_figure(picture, file)
    return explanation


def _describe(project: Project, examples: Examples, scores: Scores, run_id: str) -> str:
    version = "" if examples.table_version is None else f" at version {examples.table_version}"
    return "\n\n".join(
        [
            project.model.documentation.description,
            f"Trained on {examples.training_data.rows:,} rows of {examples.first} to {examples.last} from "
            f"{examples.table}{version}. `{CARD}` and pictures are with run {run_id}.",
            f"## Evaluation\n\nOn {examples.held_out_month}, held out:",
            write_table(scores, scores.overall, "metric"),
            scores.remark,
        ]
    )
