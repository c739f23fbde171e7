"""Only production's owners and its own principals change its data, models and files, now or as they come."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.privileges import OWNER
from infra.rights.reason import way

_CHANGES = ("MODIFY", "WRITE_VOLUME", "APPLY_TAG", "MANAGE", "ALL_PRIVILEGES", OWNER)


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whoever else may change anything in production's catalog, by a grant at any height or as an owner."""
    catalog = organisation.rights.catalog(organisation.production)
    privileges = organisation.rights.privileges
    for who in organisation.outsiders():
        for securable in privileges.below(catalog):
            for privilege, reasons in privileges.held(who, securable).items():
                if privilege in _CHANGES or privilege.startswith("CREATE_"):
                    what = "change all of" if privilege == OWNER else privilege
                    message = f"{who} could {what} {securable}: {way(reasons)}"
                    yield Violation(reasons[-1].resource, message)
