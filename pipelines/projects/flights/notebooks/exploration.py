# Databricks notebook source
# MAGIC %md
# MAGIC # Arrival delays: what the data says, and what is worth training
# MAGIC
# MAGIC Open this notebook from the project's Git folder in dev and run it all. It reads the feature table of
# MAGIC the catalog that the widget `catalog` names: `dev`, or `prod`, whose data you may read from here. It
# MAGIC writes nothing but runs into an experiment of yours.
# MAGIC
# MAGIC Features, model, metrics and the split by month come from the package `pipelines` beside it, at the
# MAGIC commit that the Git folder is on: what you see here is what the training job does. The compute needs
# MAGIC an ML runtime, or `%pip install lightgbm mlflow optuna scikit-learn` first. As a program:
# MAGIC `PYTHONPATH=. python pipelines/projects/flights/notebooks/exploration.py --catalog=prod`

# COMMAND ----------

import mlflow
from databricks.sdk import WorkspaceClient
from pyspark.sql import functions as F  # noqa: N812 - Spark's own convention

from pipelines.examples import read_examples
from pipelines.exploration.candidates import list_simple, make_own
from pipelines.exploration.pictures import draw_gaps, draw_label, draw_ranking, draw_seasons
from pipelines.exploration.quality import describe_columns, describe_groups, describe_months, find_doubts
from pipelines.exploration.ranking import rank
from pipelines.exploration.recommendation import recommend
from pipelines.lakehouse import Lakehouse
from pipelines.notebook import Notebook
from pipelines.projects.flights import PROJECT
from pipelines.tracking import open_experiment
from pipelines.tuning import tune

notebook = Notebook(globals())
catalog = notebook.ask("catalog", "dev")
schema = notebook.ask("schema", "flights")
max_rows = int(notebook.ask("max_rows", "30000"))  # to train on, 0: all
trials = int(notebook.ask("trials", "10"))  # of the search for hyperparameters, 0: none
seed = int(notebook.ask("seed", "1"))
experiment = notebook.ask("experiment", "") or (
    f"/Users/{WorkspaceClient().current_user.me().user_name}/{PROJECT.name}-exploration"
)

lakehouse = Lakehouse.connect(catalog, schema)
features = lakehouse.read(PROJECT.features.table)
label, unit = PROJECT.features.label, PROJECT.evaluation.unit

# COMMAND ----------

# MAGIC %md
# MAGIC ## Are the data sound?
# MAGIC Each column's missing share, values and range; then what to look into first.

# COMMAND ----------

columns = describe_columns(features)
doubts = find_doubts(features, columns, PROJECT)
notebook.show(columns)
notebook.show("\n".join(doubts) or "Nothing stands out.")

# COMMAND ----------

# MAGIC %md
# MAGIC Months are those of New York. A share of missing values that changes from one month to the next is
# MAGIC the first thing that a monitor will complain about.

# COMMAND ----------

months = describe_months(features, PROJECT)
gaps = draw_gaps(months, PROJECT.model.inputs)
notebook.show(months[["month", "rows", "labelled", "median", "mean", "late"]])
notebook.show(gaps)

# COMMAND ----------

# MAGIC %md
# MAGIC ## What is to be predicted?
# MAGIC Delays have a long tail: the median flight is early, the mean flight late. That is why the error is
# MAGIC counted in absolute minutes.

# COMMAND ----------

labels = features.select(label).where(F.col(label).isNotNull()).toPandas()[label]
distribution = draw_label(labels, label, unit)
notebook.show(distribution)

# COMMAND ----------

# MAGIC %md
# MAGIC ## When and where are delays long?

# COMMAND ----------

groups = [describe_groups(features, PROJECT, name) for name in ("hour", "weekday", "origin")]
seasons = draw_seasons(months, groups, unit)
notebook.show(seasons)

# COMMAND ----------

# MAGIC %md
# MAGIC ## How far do simple models get?
# MAGIC The last month with labels is held out. Everything else trains: the timetable, the median, linear
# MAGIC models, one tree, the project's model as its settings have it, and the same with hyperparameters that
# MAGIC a short search finds. The search never sees the held-out month. Each is a run of the experiment.

# COMMAND ----------

examples = read_examples(lakehouse, PROJECT, max_rows=max_rows, seed=seed)
experiment_id = open_experiment(experiment)
with mlflow.start_run(experiment_id=experiment_id, run_name="exploration") as run:
    mlflow.log_params({"table": examples.table, "max_rows": max_rows, "trials": trials, "seed": seed})
    mlflow.set_tag("held_out_month", str(examples.held_out_month))
    candidates = [
        *list_simple(PROJECT, seed=seed),
        make_own(PROJECT, "the model of the settings", PROJECT.model.hyperparameters, seed=seed),
    ]
    if trials:
        tuned = tune(PROJECT, examples, experiment_id=experiment_id, trials=trials, seed=seed)
        candidates.append(make_own(PROJECT, f"best of {trials} trials", tuned, seed=seed))
    ranking = rank(PROJECT, examples, candidates, experiment_id=experiment_id)
    recommendation = recommend(PROJECT, ranking, "the model of the settings")
    pictures = {
        "gaps.png": gaps,
        "label.png": distribution,
        "seasons.png": seasons,
        "ranking.png": draw_ranking(ranking, PROJECT.heuristic.name, unit),
    }
    for file, picture in pictures.items():
        mlflow.log_figure(picture, file)
    mlflow.log_text(ranking.table.to_csv(index=False), "ranking.csv")
    mlflow.log_text(recommendation.text, "recommendation.txt")

# COMMAND ----------

# MAGIC %md
# MAGIC ## What to do?
# MAGIC `gain` is how much smaller than the timetable's the error is, `gain_at_least` what is sure of it (95%,
# MAGIC whole days resampled). Change the settings only for what is surely better.

# COMMAND ----------

notebook.show(ranking.table)
notebook.show(pictures["ranking.png"])
notebook.show(recommendation.text)
