"""What kind of principal a name is of, where the API tells the name alone."""

from __future__ import annotations

import uuid


def is_service_principal(name: str) -> bool:
    """Whether it is an application id, which is a UUID; users are known by their mail address."""
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True


def principal_field(name: str) -> str:
    """The field that carries the name in access control lists and `run_as`."""
    return "service_principal_name" if is_service_principal(name) else "user_name"
