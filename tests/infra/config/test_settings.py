"""Every kind of mistake in the settings is one line: file, line, key, and what would be right."""

from __future__ import annotations

import pytest

from tests.infra.conftest import EnvironmentFiles


def test_shipped_settings_load(files: EnvironmentFiles) -> None:
    """What the project ships describes three environments with the flights project in each."""
    settings = files.load()
    assert list(settings.environments) == ["dev", "prod", "staging"]
    assert all(list(settings.projects_of(name)) == ["flights"] for name in settings.environments)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        pytest.param(
            *("prod.yaml", "  size: 2X-Small", "  sise: 2X-Small"),
            ": warehouse.sise: unknown key (did you mean size?); allowed: size, auto_stop_minutes, id",
            id="unknown key",
        ),
        pytest.param(
            *("dev.yaml", "  name: dev\n", ""),
            ": catalog.name: missing",
            id="missing value",
        ),
        pytest.param(
            *("prod.yaml", "auto_stop_minutes: 10", 'auto_stop_minutes: "10"'),
            ': warehouse.auto_stop_minutes: must be a whole number, not "10"',
            id="wrong type",
        ),
        pytest.param(
            *("prod.yaml", "auto_stop_minutes: 10", "auto_stop_minutes: 0"),
            ": warehouse.auto_stop_minutes: 0: input should be greater than or equal to 1",
            id="out of range",
        ),
        pytest.param(
            *("prod.yaml", "workload_size: Small", "workload_size: Tiny"),
            ": projects.flights.endpoint.workload_size: 'Tiny' is not allowed; "
            "allowed: 'Small', 'Medium', 'Large'",
            id="not one of the allowed values",
        ),
        pytest.param(
            *("prod.yaml", "inference: {alias: Champion,", "inference: {alias: Champion, alias: Best,"),
            ": projects.flights.jobs.inference.alias: stands twice",
            id="key twice",
        ),
        pytest.param(
            *("prod.yaml", "ingest: {from_month: 2013-01", "ingest: {from_month: 2014-01"),
            ": projects.flights.jobs.ingest: from_month is after to_month",
            id="months in the wrong order",
        ),
        pytest.param(
            *("prod.yaml", "  name: prod\n", "  name: dev\n"),
            ": catalog.name: is the catalog of dev already",
            id="a catalog that another environment has",
        ),
        pytest.param(
            *("prod.yaml", "name: mlops-prod", "name: mlops-dev"),
            ": workspace.name: is the workspace of dev already",
            id="a workspace that another environment has",
        ),
        pytest.param(
            *("prod.yaml", "catalog:\n", "catalog: [\n"),
            ": not YAML: did not find expected ',' or ']'",
            id="not YAML",
        ),
        pytest.param(
            *("prod.yaml", "read_only_in: [dev]", "read_only_in: [dve]"),
            ": catalog.read_only_in[0]: unknown environment (did you mean dev?); allowed: dev, staging",
            id="unknown environment",
        ),
        pytest.param(
            *("prod.yaml", "  flights:", "  flight:"),
            ": projects.flight: unknown project (did you mean flights?); allowed: flights",
            id="unknown project",
        ),
        pytest.param(
            *("prod.yaml", "      inference: {", "      inferences: {"),
            ": projects.flights.jobs.inferences: unknown job (did you mean inference?); "
            "allowed: ingest, training, inference, monitoring, retraining, rollback",
            id="unknown job",
        ),
        pytest.param(
            *("prod.yaml", "inference: {alias: Champion,", "inference: {alias: Champion, trials: 3,"),
            ": projects.flights.jobs.inference.trials: unknown value; allowed: from_month, to_month, alias",
            id="a value that no step reads",
        ),
        pytest.param(
            *("prod.yaml", "inference: {alias: Champion,", "inference: {"),
            ": projects.flights.jobs.inference.alias: missing",
            id="a value that a step needs",
        ),
        pytest.param(
            *("prod.yaml", "name: mlops-prod", "id: 12"),
            ": workspace: wants either `name` (it is made) or `id` and `host` (it exists)",
            id="workspace neither made nor named",
        ),
        pytest.param(
            *("account.yaml", "owner: platform-admins", "owner: platform-admin"),
            ": metastore.owner: unknown group (did you mean platform-admins?); "
            "allowed: platform-admins, ml-engineers, data-scientists",
            id="unknown group",
        ),
        pytest.param(
            *("access.yaml", "data-scientists:", "data-scientist:"),
            ": data-scientist: unknown group or principal (did you mean data-scientists?); "
            "allowed: platform-admins, ml-engineers, data-scientists, run, deploy, retrain, "
            "run-dev, run-prod, run-staging",
            id="unknown group in the matrix",
        ),
        pytest.param(
            *("access.yaml", "write: [metastore]", "write: [metastor]"),
            ": deploy.every.write[0]: unknown asset (did you mean metastore?); allowed: data, features, "
            "inference_tables, models, volumes, leftovers, metrics, jobs, endpoints, experiments, alerts, "
            "dashboards, git_folders, secrets, warehouses, compute, catalog, metastore, storage, system, "
            "audit, workspace, principals, budgets",
            id="unknown asset",
        ),
        pytest.param(
            *("access.yaml", "run:  #", "run:\n  prod/flights: {write: [catalog]}\n  #"),
            ": run.prod/flights.write[0]: unknown asset; allowed: data, features, inference_tables, models, "
            "volumes, leftovers, metrics, jobs, endpoints, experiments, alerts, dashboards, git_folders, "
            "secrets",
            id="asset that no project has of its own",
        ),
        pytest.param(
            *("access.yaml", "run:  #", "run:\n  prod/flights: {use: [features]}\n  #"),
            ": run.prod/flights.use[0]: features has no level use; allowed: read, write, manage",
            id="level that means nothing for some of a project's tables",
        ),
        pytest.param(
            *("access.yaml", "use: [principals, budgets]", "use: [principals, metastore]"),
            ": deploy.every.use[1]: metastore has no level use; allowed: write",
            id="level that means nothing for an asset",
        ),
        pytest.param(
            *("access.yaml", "write: [metastore]", "own: [metastore]"),
            ": deploy.every.own: 'own' is not allowed; allowed: 'read', 'use', 'write', 'manage'",
            id="unknown level",
        ),
        pytest.param(
            *("projects/flights.yaml", "    time: scheduled_at\n    feature_table", "    feature_table"),
            ": tables.flight_features: a feature_table needs keys and time: they become its primary key",
            id="feature table without time",
        ),
        pytest.param(
            *("projects/flights.yaml", "nullable: false, comment: Scheduled departure; n", "comment: N"),
            ": tables.flight_features: a feature_table's key is of its columns, with nullable false: "
            "scheduled_at is not",
            id="feature table with a nullable key",
        ),
        pytest.param(
            *("projects/flights.yaml", "validate: {", "validat: {"),
            ": jobs.training.steps.validat: unknown step (did you mean validate?); "
            "allowed: ingest, features, train, validate, approve, deploy, rollback, infer, unpack, "
            "label, observe, decide",
            id="unknown step",
        ),
        pytest.param(
            *("prod.yaml", "approval_minutes: 0", "approval_minutes: 1440"),
            ": projects.flights.jobs.training.approval_minutes: the step approve is ended after 1440 "
            "minutes: wait for less",
            id="a wait that is cut off",
        ),
        pytest.param(
            *("projects/flights.yaml", "then: {run: training,", "then: {run: trainings,"),
            ": jobs.retraining.then.run: unknown job (did you mean training?); "
            "allowed: ingest, training, inference, monitoring, rollback",
            id="a job that runs an unknown one",
        ),
        pytest.param(
            *("projects/flights.yaml", "when: retrain}", "when: retrains}"),
            ": jobs.retraining.then.when: unknown task value (did you mean retrain?); allowed: retrain",
            id="a task value that the step doesn't set",
        ),
        pytest.param(
            *("projects/flights.yaml", "  planes:\n    snapshot: true", "  plane:\n    snapshot: true"),
            ": monitors.plane: unknown table (did you mean planes?); allowed: flights, weather, planes, "
            "flight_features, flight_features_baseline, arrival_delay_predictions, "
            "arrival_delay_predictions_baseline, arrival_delay_requests, operational_metrics",
            id="a monitor of no table",
        ),
        pytest.param(
            *(
                "projects/flights.yaml",
                "    snapshot: true",
                "    snapshot: true\n    granularities: [1 day]",
            ),
            ": monitors.planes: wants granularities, unless it is a snapshot",
            id="windows of a snapshot",
        ),
        pytest.param(
            *("projects/flights.yaml", "time_series: {time: scheduled_at}", "time_series: {time: scheduled}"),
            ": monitors.flight_features.time_series: unknown column (did you mean scheduled_at?); allowed: "
            "flight_id, scheduled_at, carrier, origin, dest, distance, planned_minutes, hour, weekday, "
            "month, temperature, humidity, wind_speed, wind_gust, precipitation, pressure, visibility, "
            "plane_age, plane_seats, plane_engine, carrier_delay_7d, origin_delay_1d, arrival_delay",
            id="a monitor's time that is no column",
        ),
        pytest.param(
            *("projects/flights.yaml", "baseline: flight_features_baseline", "baseline: planes"),
            ": monitors.flight_features.baseline: its columns are not those of flight_features, so they "
            "can't be compared",
            id="a baseline of something else",
        ),
        pytest.param(
            *("projects/flights.yaml", "drift: {monitor: flight_features,", "drift: {monitor: planes,"),
            ": alerts.drift.monitor: unknown monitor with a baseline and a time; allowed: flight_features, "
            "arrival_delay_predictions",
            id="drift of a table without a baseline",
        ),
        pytest.param(
            *(
                "projects/flights.yaml",
                "quality: {monitor: arrival_delay_predictions,",
                "quality: {monitor: planes,",
            ),
            ": alerts.quality.monitor: unknown inference log with a label and a baseline; allowed: "
            "arrival_delay_predictions",
            id="quality of what predicts nothing",
        ),
        pytest.param(
            *("projects/flights.yaml", "freshness: {tables: [flights,", "freshness: {tables: [flight,"),
            ": alerts.freshness.tables[0]: unknown table (did you mean flights?); allowed: flights, weather, "
            "planes, flight_features, flight_features_baseline, arrival_delay_predictions, "
            "arrival_delay_predictions_baseline, arrival_delay_requests, operational_metrics",
            id="freshness of no table",
        ),
        pytest.param(
            *("prod.yaml", "  monitors: 0 0 6 * * ?", "  monitors: at six"),
            ": schedules.monitors: \"at six\": string should match pattern '^\\S+( \\S+){5,6}$'",
            id="no schedule",
        ),
        pytest.param(
            *("prod.yaml", "retraining_hook: https://", "retraining_hook: http://"),
            ': notifications.retraining_hook: "http://retraining.example.com/alerts": string should match '
            "pattern '^https://\\S+$'",
            id="a hook that doesn't hide what it is told",
        ),
        pytest.param(
            *("account.yaml", "production: prod ", "production: prd "),
            ": production: unknown environment (did you mean prod?); allowed: dev, prod, staging",
            id="unknown production",
        ),
        pytest.param(
            *("projects/flights.yaml", "keys: [origin, observed_at]", "keys: [origin, observed]"),
            ": tables.weather.keys[1]: unknown column (did you mean observed_at?); allowed: origin, "
            "observed_at, temperature, dew_point, humidity, wind_direction, wind_speed, wind_gust, "
            "precipitation, pressure, visibility",
            id="unknown column",
        ),
        pytest.param(
            *("projects/flights.yaml", "  artifacts: ", "  artefacts: "),
            ": volumes.artifacts: missing; it holds the code that the jobs run",
            id="no place for the code",
        ),
    ],
)
def test_mistake_is_one_line(files: EnvironmentFiles, file: str, old: str, new: str, problem: str) -> None:
    """A mistake is told with the file and the line that it stands on."""
    files.replace(file, old, new)
    lines = files.problems()
    told = [line for line in lines if line.endswith(problem)]
    assert len(told) == 1, lines
    assert told[0].split(":")[1].isdecimal()


def test_misspelt_key_is_one_line(files: EnvironmentFiles) -> None:
    """The line told is the wrong key's own; that the right one is missing is not told, too."""
    files.replace("prod.yaml", "  size: 2X-Small", "  sise: 2X-Small")
    number = (files.folder / "prod.yaml").read_text().splitlines().index("  sise: 2X-Small") + 1
    (line,) = files.problems()
    assert line.startswith(f"prod.yaml:{number}: warehouse.sise: unknown key (did you mean size?)")


def test_deciding_by_alerts_needs_one(files: EnvironmentFiles) -> None:
    """A job that asks alerts whether to train is of no use where none says so."""
    path = files.folder / "projects" / "flights.yaml"
    path.write_text(path.read_text().replace(", retrain: true", ""))
    (line,) = files.problems()
    assert line.endswith(
        ": jobs.retraining.steps.decide: asks alerts, and none of the project's has `retrain: true`"
    )


def test_all_mistakes_are_told_at_once(files: EnvironmentFiles) -> None:
    """Mistakes in several files come together, in the files' order."""
    files.replace("prod.yaml", "auto_stop_minutes: 10", "auto_stop_minutes: soon")
    files.replace("dev.yaml", "size: 2X-Small", "size: Tiny")
    files.replace("account.yaml", "region: us-east-1\n", "")
    assert [line.split(":")[0] for line in files.problems()] == ["account.yaml", "dev.yaml", "prod.yaml"]


def test_missing_file_is_told(files: EnvironmentFiles) -> None:
    """A file that should be there and is not is named."""
    (files.folder / "access.yaml").unlink()
    assert files.problems() == ["access.yaml: the file is missing"]


def test_project_s_features_are_its_own(files: EnvironmentFiles) -> None:
    """A right on one project's features is on none where it declares none."""
    files.replace("projects/flights.yaml", "feature_table: true", "feature_table: false")
    files.replace("access.yaml", "run:  #", "run:\n  prod/flights: {read: [inference_tables, features]}\n  #")
    assert [line.partition(": ")[2] for line in files.problems()] == [
        "run.prod/flights.read[1]: flights has no features: none of its tables is a feature_table"
    ]


def test_file_s_name_must_do_as_a_name(files: EnvironmentFiles) -> None:
    """An environment is called like its file, so the file must be called like an environment."""
    (files.folder / "staging.yaml").rename(files.folder / "Staging 2.yaml")
    lines = files.problems()
    assert "Staging 2.yaml: the file's name can't be used; wants lower case letters, digits, _" in lines


def test_new_environment_is_one_file(files: EnvironmentFiles) -> None:
    """A copied file is a new environment, and it may be named in the others."""
    text = (files.folder / "dev.yaml").read_text()
    (files.folder / "lab.yaml").write_text(
        text.replace("mlops-dev", "mlops-lab").replace("name: dev", "name: lab")
    )
    files.replace("prod.yaml", "read_only_in: [dev]", "read_only_in: [dev, lab]")
    assert "lab" in files.load().environments


def test_a_table_that_is_gone_is_told_where_it_is_named(files: EnvironmentFiles) -> None:
    """By its monitor and the freshness alert; the alert on that monitor is no mistake of its own."""
    files.replace(
        "projects/flights.yaml", "  flight_features:\n    comment: What", "  features:\n    comment: What"
    )
    keys = [problem.split(": ")[1] for problem in files.problems()]
    assert keys == ["monitors.flight_features", "alerts.freshness.tables[1]"]
