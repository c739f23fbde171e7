"""A project's secret scope. Secrets are put into it by hand or by CI, never by Terraform's state."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_databricks.secret_acl import SecretAcl
from cdktf_cdktf_provider_databricks.secret_scope import SecretScope
from constructs import Construct

from infra.constructs.principals import Principal


class ProjectSecrets(Construct):
    """A secret scope, and who may read, write or manage it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        levels: Mapping[str, str],
        principals: Mapping[str, Principal],
    ) -> None:
        super().__init__(scope, id_)
        secrets = SecretScope(self, "Scope", name=name)
        self.name = secrets.name
        for who, level in levels.items():
            SecretAcl(self, who, scope=secrets.name, principal=principals[who].name, permission=level)
