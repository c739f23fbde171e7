"""A token of continuous integration deploys one environment, and is nobody but its deployer."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.declared.resource import Resource
from infra.rights.privileges import creator


def check(organisation: Organisation) -> Iterator[Violation]:
    """Tokens that stand for another principal, or for the deployers of several environments."""
    federations = organisation.declared.of("databricks_service_principal_federation_policy")
    principals: dict[tuple[str, str], dict[str, bool]] = {}
    for item in federations:
        principals.setdefault(_token(item), {})[str(item.values["service_principal_id"])] = True
    for item in federations:
        who, (_, subject) = str(item.values["service_principal_id"]), _token(item)
        if who not in {creator(name) for name in organisation.declared.environments}:
            yield Violation(item, f"a token of {subject} could act as {who}, which deploys nothing")
        others = [other for other in principals[_token(item)] if other != who]
        if others:
            yield Violation(item, f"a token of {subject} could act as {who} and as {', '.join(others)}")


def _token(item: Resource) -> tuple[str, str]:
    """Whose tokens are meant."""
    oidc = item.values["oidc_policy"]
    return str(oidc.get("issuer")), str(oidc.get("subject"))
