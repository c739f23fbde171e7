"""The arrival delay's model: gradient-boosted trees on categories and numbers, gaps allowed."""

from pipelines import trees
from pipelines.project import Documentation, Model
from pipelines.projects.flights.features import WEATHER
from pipelines.projects.flights.settings import HYPERPARAMETERS, SEARCH

CATEGORIES = ("carrier", "origin", "dest", "plane_engine")

# The month is a feature but no input: the model predicts months it has never seen.
NUMBERS = (
    "distance",
    "planned_minutes",
    "hour",
    "weekday",
    *WEATHER,
    "plane_age",
    "plane_seats",
    "carrier_delay_7d",
    "origin_delay_1d",
)


DOCUMENTATION = Documentation(
    description=(
        "Predicts how many minutes late a flight from New York will arrive (negative: early), from what is "
        "known at its scheduled departure. Cancelled and diverted flights are not modelled."
    ),
    uses=(
        "Telling passengers and crews at the scheduled departure what delay to expect.",
        "Not for safety, crew rest or compensation: single predictions are often half an hour off.",
    ),
    limits=(
        "Trained on departures from EWR, JFK and LGA only.",
        "Knows nothing that happens after the scheduled departure, and no weather at the destination.",
        "It minimises the absolute error, so long delays are predicted too short.",
        "It is trained on past months: a season, carrier or airport that is new is predicted less well.",
    ),
    tags={"data_classification": "public", "personal_data": "none"},
)

MODEL = Model(
    categories=CATEGORIES,
    numbers=NUMBERS,
    estimator=trees.grow(CATEGORIES, NUMBERS),
    hyperparameters=HYPERPARAMETERS,
    search=trees.search_within(SEARCH),
    explain=trees.explain,
    requirements=trees.REQUIREMENTS,
    pickled=trees.PICKLED,
    documentation=DOCUMENTATION,
)
