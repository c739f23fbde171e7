"""Spark's own engine in the place of the embedded one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from pipelines.lakehouse import Lakehouse
from tests.pipelines.conformance.spark import CATALOG, start_spark
from tests.pipelines.conftest import MakeLakehouse, bring_in, connect, declare_tables


@pytest.fixture(scope="package")
def catalog() -> str:
    """The catalog of Spark's session."""
    return CATALOG


@pytest.fixture(scope="package")
def spark_remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark Connect server with Delta."""
    with start_spark(tmp_path_factory.mktemp("spark")) as remote:
        yield remote


@pytest.fixture(scope="package")
def spark(spark_remote: str) -> Iterator[SparkSession]:
    """A session on Spark, the one that getOrCreate() finds."""
    with connect(spark_remote) as session:
        yield session


@pytest.fixture(scope="package")
def make_lakehouse(
    spark: SparkSession, catalog: str, tmp_path_factory: pytest.TempPathFactory
) -> MakeLakehouse:
    """Returns a schema of the given name on Spark with the tables that flights.yaml declares, empty."""
    return lambda schema: declare_tables(spark, catalog, schema, tmp_path_factory.mktemp(schema))


@pytest.fixture(scope="package")
def ingested(make_lakehouse: MakeLakehouse) -> Lakehouse:
    """A schema on Spark with January to March. Not to be written to."""
    return bring_in(make_lakehouse("flights"), "2013-01", "2013-03")
