"""Where engines most easily differ in features: the clock's changes, on Spark."""

import pytest

from tests.pipelines.projects.flights.test_features import (  # noqa: F401 - pytest finds them by these names
    january,
    lakehouse,
    test_clocks_are_new_yorks_when_they_change,
)

pytestmark = pytest.mark.slow
