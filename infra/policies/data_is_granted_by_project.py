"""Data, models and files are granted project by project, so that one project's team can't read another's."""

from __future__ import annotations

from collections.abc import Iterator

from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.rights.privileges import OF_CATALOGS, creator, privileges_of


def check(organisation: Organisation) -> Iterator[Violation]:
    """Privileges on a whole catalog that reach into its projects, those to come among them."""
    for item in organisation.declared.of("databricks_grant"):
        reaching = sorted(set(privileges_of(item.values)) - OF_CATALOGS) if "catalog" in item.values else []
        who = item.values["principal"]
        if reaching and who != creator(item.stack):  # who deploys there makes everything in it
            catalog = item.values["catalog"]
            yield Violation(item, f"{who} could {', '.join(reaching)} in every project of {catalog}")
