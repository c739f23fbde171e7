"""The tests of the lakehouse, on Spark."""

import pytest
from pyspark.sql import SparkSession

from tests.pipelines.test_lakehouse import *  # noqa: F403 - these tests are what the module is for

pytestmark = pytest.mark.slow


def test_the_engine_is_spark(spark: SparkSession) -> None:
    """What the steps connect to runs on Java, which the embedded engine does not."""
    assert SparkSession.builder.getOrCreate() is spark
    (row,) = spark.sql("SELECT java_method('java.lang.System', 'getProperty', 'java.version')").collect()
    assert row[0]
