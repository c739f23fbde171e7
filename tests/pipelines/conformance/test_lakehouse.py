"""The tests of the lakehouse, on Spark."""

import pytest

from tests.pipelines.test_lakehouse import *

pytestmark = pytest.mark.slow
