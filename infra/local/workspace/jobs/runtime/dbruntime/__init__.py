"""What a job finds of the Databricks runtime: the namespace that `databricks.sdk.runtime` imports.

Stands on the path of a task's process only. `spark`, `sql`, `table` and `udf` connect when they
are first used. What serverless compute has not either (`sc`, `sqlContext`) and what only a
notebook has (`display`, `displayHTML`, `getArgument`) says so when it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from dbruntime.utilities import DbUtils  # type: ignore[import-not-found] # on the path of tasks only

_ABSENT = ("display", "displayHTML", "getArgument", "sc", "sqlContext")


class UserNamespaceInitializer:
    """Gives the objects that Databricks puts into a program's namespace."""

    _instance: UserNamespaceInitializer | None = None

    def __init__(self) -> None:
        self._namespace: dict[str, Any] = {
            "dbutils": DbUtils(),
            "spark": LazySession(),
            "sql": lambda *arguments, **options: _session().sql(*arguments, **options),
            "table": lambda name: _session().table(name),
            "udf": _udf,
            **{name: Absent(name) for name in _ABSENT},
        }

    @classmethod
    def getOrCreate(cls) -> UserNamespaceInitializer:  # noqa: N802 - the name that the SDK calls
        """The one initializer of the process."""
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def get_namespace_globals(self) -> dict[str, Any]:
        """The objects by their names."""
        return self._namespace


class LazySession:
    """The Spark session, connected when it is first used."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_session(), name)


class Absent:
    """Something that a job on this compute does not have."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{self._name} is not there in a job on serverless compute ({name}).")

    def __call__(self, *_arguments: object, **_options: object) -> NoReturn:
        """Say so."""
        raise NotImplementedError(f"{self._name} is not there in a job on serverless compute.")


def _session() -> Any:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - a second of imports that few jobs need here

    return SparkSession.builder.getOrCreate()


def _udf(*arguments: Any, **options: Any) -> Callable[..., Any]:
    from pyspark.sql.functions import udf  # noqa: PLC0415 - as above

    return udf(*arguments, **options)  # type: ignore[no-any-return] # pyspark is not typed here
