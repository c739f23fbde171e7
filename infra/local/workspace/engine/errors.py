"""The engine's errors, as Spark and Databricks SQL word them.

EngineError
├── PrivilegeError            42501 INSUFFICIENT_PERMISSIONS
├── TableNotFoundError        42P01 TABLE_OR_VIEW_NOT_FOUND
├── TableExistsError          42P07 TABLE_OR_VIEW_ALREADY_EXISTS
├── UnsupportedError          0A000 UNSUPPORTED_OPERATION
├── StatementError            42601 PARSE_SYNTAX_ERROR
├── RejectedError             as the catalog answered
└── FailedError               as Sail answered
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.workspace.errors import AlreadyExistsError, ApiError, NotFoundError, PermissionDeniedError

_MISSING_COLUMN = re.compile(r'Identifier\("([^"]+)"\)\]\) is missing from the schema')
ANALYSIS = "org.apache.spark.sql.AnalysisException"
PARSE = "org.apache.spark.sql.catalyst.parser.ParseException"


class EngineError(Exception):
    """What a statement or plan is answered with instead of rows."""

    condition = "INTERNAL_ERROR"
    state = "XX000"
    status = 400  # as the catalog's API would have answered it
    spark_class = ANALYSIS

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = " ".join(message.split()).rstrip()

    def __str__(self) -> str:
        end = "" if self.message.endswith((".", "?", "!")) else "."
        return f"[{self.condition}] {self.message}{end} SQLSTATE: {self.state}"


class PrivilegeError(EngineError):
    """The caller lacks a privilege; says nothing of whether the object exists."""

    condition = "INSUFFICIENT_PERMISSIONS"
    status = 403
    state = "42501"


class TableNotFoundError(EngineError):
    """The name is of no table or view that the caller may know of."""

    condition = "TABLE_OR_VIEW_NOT_FOUND"
    status = 404
    state = "42P01"

    @classmethod
    def of(cls, name: str) -> TableNotFoundError:
        """The error for a name."""
        quoted = ".".join(f"`{part}`" for part in name.split("."))
        return cls(
            f"The table or view {quoted} cannot be found. Verify the spelling and correctness of the "
            "schema and catalog."
        )


class TableExistsError(EngineError):
    """A table of that name is there already."""

    condition = "TABLE_OR_VIEW_ALREADY_EXISTS"
    status = 409
    state = "42P07"

    @classmethod
    def of(cls, name: str) -> TableExistsError:
        """The error for a name."""
        return cls(f"Cannot create table or view {name} because it already exists.")


class UnsupportedError(EngineError):
    """What is asked for is not done here, rather than done wrongly."""

    condition = "UNSUPPORTED_OPERATION"
    state = "0A000"


class StatementError(EngineError):
    """The text is no statement that is understood here."""

    condition = "PARSE_SYNTAX_ERROR"
    state = "42601"
    spark_class = PARSE


class RejectedError(EngineError):
    """The catalog refused for another reason than rights."""

    def __init__(self, message: str, condition: str) -> None:
        super().__init__(message)
        self.condition = condition
        self.state = "42000"


class FailedError(EngineError):
    """Sail could not do it; the message is Sail's own, but for columns that it does not find."""

    def __str__(self) -> str:
        missing = _MISSING_COLUMN.search(self.message)
        if missing is None:
            return self.message
        return (
            "[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION] A column, variable, or function parameter with name "
            f"`{missing.group(1)}` cannot be resolved. SQLSTATE: 42703"
        )


@contextmanager
def catalog_errors(name: str) -> Iterator[None]:
    """Turn what the catalog answers about a securable into the engine's errors."""
    try:
        yield
    except PermissionDeniedError as error:
        raise PrivilegeError(f"Insufficient privileges: {error.message}") from error
    except NotFoundError as error:
        if error.code in {"TABLE_DOES_NOT_EXIST", "TABLE_OR_VIEW_NOT_FOUND", "RESOURCE_DOES_NOT_EXIST"}:
            raise TableNotFoundError.of(name) from error
        raise RejectedError(error.message, error.code) from error
    except AlreadyExistsError as error:
        raise TableExistsError.of(name) from error
    except ApiError as error:
        raise RejectedError(error.message, error.code) from error
