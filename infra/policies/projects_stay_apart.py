"""A project's data and secrets are for whom the access matrix gives something of that project."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.config.destination import ACCOUNT_STACK
from infra.config.vocabulary import PERMISSIONS
from infra.rights.objects import WorkspaceObject
from infra.rights.privileges import OF_CATALOGS, creator
from infra.rights.reason import way


def check(organisation: Organisation) -> Iterator[Violation]:
    """Whoever holds a right on what is one project's, and is given nothing of it."""
    rights = organisation.rights
    for environment in organisation.declared.environments:
        for project in rights.objects.projects(environment):
            schemas, objects = (
                rights.schemas(environment, project),
                _objects(organisation, environment, project),
            )
            holders = {who for schema in schemas for who in rights.privileges.holders(schema)}
            holders |= {who for item in objects for who in item.granted}
            for who in _strangers(organisation, environment, project):
                if holders.isdisjoint(rights.principals.identities(who)):
                    continue
                securables = [each for schema in schemas for each in rights.privileges.below(schema)]
                held = [
                    why
                    for each in securables
                    for privilege, why in rights.privileges.held(who, each).items()
                    if privilege not in OF_CATALOGS
                ]
                permitted = [why for item in objects for _, why in rights.permissions(who, item)]
                for reasons in (*held, *permitted):
                    message = f"{who} reaches {environment}/{project}: {way(reasons)}"
                    yield Violation(reasons[-1].resource, message)


def _objects(organisation: Organisation, environment: str, project: str) -> list[WorkspaceObject]:
    """All that the project has in the workspace."""
    objects = organisation.rights.objects
    return [item for asset in PERMISSIONS for item in objects.of(environment, asset, project)]


def _strangers(organisation: Organisation, environment: str, project: str) -> Iterator[str]:
    """Everybody whom the matrix gives nothing there, but for the admins and who deploys it."""
    access, own = organisation.access[environment], organisation.own(environment)
    insiders = organisation.admins | {creator(environment), creator(ACCOUNT_STACK)}
    for who in organisation.rights.everybody:
        word = who.partition("-")[0] if who in own else who
        if who not in insiders and not access.speaks_of(word, project):
            yield who
