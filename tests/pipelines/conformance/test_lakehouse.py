"""The tests of the lakehouse, on Spark."""

import pytest

from tests.pipelines.test_lakehouse import *  # noqa: F403 - these tests are what the module is for

pytestmark = pytest.mark.slow
