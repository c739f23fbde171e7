"""How many rows tables have, and how long ago they were last written."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pyspark.errors import PySparkException

from pipelines.errors import PipelineError, first_line
from pipelines.lakehouse import Lakehouse
from pipelines.observations.metric import Days, Metric
from pipelines.progress import say

_HISTORY = 200  # commits that are searched for one that wrote
_WRITES = frozenset(
    (
        *(
            "WRITE",
            "STREAMING UPDATE",
            "COPY INTO",
            "MERGE",
            "UPDATE",
            "DELETE",
            "TRUNCATE",
            "RESTORE",
            "CLONE",
        ),
        *("CREATE TABLE AS SELECT", "REPLACE TABLE AS SELECT", "CREATE OR REPLACE TABLE AS SELECT"),
    )
)
"""Operations that change rows. Catalogs tell when a table's description changed, and a table is optimised
by itself, so neither shows that data goes on arriving."""


def observe_tables(lakehouse: Lakehouse, tables: Sequence[str], days: Days) -> list[Metric]:
    """Return rows and hours_since_write of tables, as of today.

    Tables that aren't there, may not be read or were never written are said, and have fewer metrics.
    """
    return [metric for table in tables for metric in _measure(lakehouse, table, days)]


def _measure(lakehouse: Lakehouse, table: str, days: Days) -> Iterator[Metric]:
    try:
        yield Metric("table", table, "rows", days.last, lakehouse.read(table).count())
        written = find_last_write(lakehouse, table)
    except PipelineError as error:
        say(str(error))
        return
    if written is None:
        say(f"table {lakehouse.name(table)} was not written within its last {_HISTORY} commits")
    else:
        hours = max(0.0, (days.now - written).total_seconds() / 3600)
        yield Metric("table", table, "hours_since_write", days.last, hours)


def find_last_write(lakehouse: Lakehouse, table: str) -> datetime | None:
    """Return when rows of a table were last changed, None when its latest commits changed none.

    Raises PipelineError where the engine doesn't tell a table's history.
    """
    name = lakehouse.name(table)
    try:
        # pandas, as it has instants in the session's time zone (UTC) on every engine
        history = lakehouse.spark.sql(f"DESCRIBE HISTORY {name} LIMIT {_HISTORY}").toPandas()
    except PySparkException as error:
        reason = first_line(error)
        raise PipelineError(f"when table {name} was written isn't told: {reason}") from error
    writes = history[history["operation"].isin(_WRITES)]["timestamp"]
    if writes.empty:
        return None
    newest: datetime = writes.max().to_pydatetime()
    return newest.replace(tzinfo=UTC) if newest.tzinfo is None else newest
