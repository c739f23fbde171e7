"""The API's errors: HTTP status, error code and one line, as Databricks answers them.

    ApiError
    ├── InvalidParameterError   400 INVALID_PARAMETER_VALUE
    ├── UnauthenticatedError    401 UNAUTHENTICATED
    ├── PermissionDeniedError   403 PERMISSION_DENIED
    ├── NotFoundError           404 RESOURCE_DOES_NOT_EXIST
    ├── AlreadyExistsError      409 RESOURCE_ALREADY_EXISTS
    ├── ConflictError           409 RESOURCE_CONFLICT
    ├── UnavailableError        503 TEMPORARILY_UNAVAILABLE
    └── NotServedError          501 NOT_IMPLEMENTED
A service that has codes of its own passes `code`, e.g. `TABLE_DOES_NOT_EXIST`.
"""

from __future__ import annotations


class ApiError(Exception):
    """What a caller is told instead of a result."""

    status = 500
    code = "INTERNAL_ERROR"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code


class InvalidParameterError(ApiError):
    """The request can't be right, whoever sends it."""

    status = 400
    code = "INVALID_PARAMETER_VALUE"


class UnauthenticatedError(ApiError):
    """Nobody is known by these credentials."""

    status = 401
    code = "UNAUTHENTICATED"


class PermissionDeniedError(ApiError):
    """The caller lacks a right; says nothing of whether the object exists."""

    status = 403
    code = "PERMISSION_DENIED"


class NotFoundError(ApiError):
    """The caller may know of it, and it is not there."""

    status = 404
    code = "RESOURCE_DOES_NOT_EXIST"


class AlreadyExistsError(ApiError):
    """The name is taken."""

    status = 409
    code = "RESOURCE_ALREADY_EXISTS"


class ConflictError(ApiError):
    """The object is in a state that does not allow this now."""

    status = 409
    code = "RESOURCE_CONFLICT"


class UnavailableError(ApiError):
    """What answers this is not up; the same call may succeed later."""

    status = 503
    code = "TEMPORARILY_UNAVAILABLE"


class NotServedError(ApiError):
    """The route exists on Databricks, not here."""

    status = 501
    code = "NOT_IMPLEMENTED"
