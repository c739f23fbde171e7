"""What a version must pass before it may challenge the Champion."""

from pipelines.checks.check import Check
from pipelines.checks.documentation import complies, is_documented
from pipelines.checks.packaging import has_signature, has_tags, loads
from pipelines.checks.performance import mean_error, mean_error_by
from pipelines.checks.reproducibility import trains_again
from pipelines.checks.resources import answers_within, fits_in
from pipelines.projects.flights.checks import check_gaps, check_plausible

# Errors in minutes. Mean absolute errors were 18 to 31 over the held-out months of 2013, those of the
# timetable 19 to 34: a model beyond these limits is broken, not unlucky with its month.
VALIDATION = (
    loads(),
    has_signature(),
    has_tags(
        *("project", "code_version", "code_commit", "trained_from", "trained_until"),
        *("held_out_month", "data_digest"),
    ),
    is_documented(),
    complies({"data_classification": ("public", "internal"), "personal_data": ("none",)}),
    mean_error(at_most=36),
    mean_error_by("carrier", at_most=60, fewest_rows=200),
    mean_error_by("origin", at_most=40, fewest_rows=200),
    Check("plausible", check_plausible),
    Check("gaps", check_gaps),
    answers_within(milliseconds=250),
    fits_in(megabytes=1024),
    trains_again(within=1e-6),
)
