"""Arrival delays of the flights that leave New York."""

from pipelines.project import FeatureTable, Monitoring, Project, Source
from pipelines.projects.flights.evaluation import EVALUATION
from pipelines.projects.flights.features import HISTORY, build_features
from pipelines.projects.flights.heuristic import HEURISTIC
from pipelines.projects.flights.model import MODEL
from pipelines.projects.flights.settings import TIME_ZONE
from pipelines.projects.flights.source import read_flights, read_planes, read_weather
from pipelines.projects.flights.validation import VALIDATION

PROJECT = Project(
    name="flights",
    time_zone=TIME_ZONE,
    sources=(
        Source(table="planes", keys=("tail_number",), time=None, read=read_planes),
        Source(table="weather", keys=("origin", "observed_at"), time="observed_at", read=read_weather),
        Source(table="flights", keys=("flight_id",), time="scheduled_at", read=read_flights),
    ),
    features=FeatureTable(
        table="flight_features",
        key="flight_id",
        time="scheduled_at",
        label="arrival_delay",
        history=HISTORY,
        build=build_features,
    ),
    model=MODEL,
    evaluation=EVALUATION,
    validation=VALIDATION,
    heuristic=HEURISTIC,
    predictions_table="arrival_delay_predictions",
    monitoring=Monitoring(
        payload_table="arrival_delay_payload",
        requests_table="arrival_delay_requests",
        features_baseline="flight_features_baseline",
        predictions_baseline="arrival_delay_predictions_baseline",
        operational_table="operational_metrics",
    ),
)
