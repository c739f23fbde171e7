"""Unity Catalog grants: one resource for each principal, so that others' grants are left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cdktf import ITerraformDependable, TerraformProvider
from cdktf_cdktf_provider_databricks.grant import Grant
from constructs import Construct

from infra.config.access import Rights
from infra.constructs.principals import Principal

SecurableType = Literal["metastore", "catalog", "schema", "model", "table"]


class Grants(Construct):
    """Everybody's privileges on one securable."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        securable_type: SecurableType,
        securable: str,
        rights: Rights,
        principals: Mapping[str, Principal],
        provider: TerraformProvider | None = None,
        after: list[ITerraformDependable] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.by_principal = {
            who: Grant(
                self,
                who,
                metastore=securable if securable_type == "metastore" else None,
                catalog=securable if securable_type == "catalog" else None,
                schema=securable if securable_type == "schema" else None,
                model=securable if securable_type == "model" else None,
                table=securable if securable_type == "table" else None,
                principal=principals[who].name,
                privileges=list(privileges),
                provider=provider,
                depends_on=after,
            )
            for who, privileges in rights.items()
        }
