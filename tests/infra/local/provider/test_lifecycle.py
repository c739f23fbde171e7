"""Every resource type from its creation to its end, through Terraform, against the local account."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.provider.schema.facts import facts_of
from tests.infra.local.provider.conftest import Site
from tests.infra.local.provider.lifecycles import LIFECYCLES
from tests.infra.local.provider.lifecycles.lifecycle import Lifecycle, Values
from tests.infra.local.provider.terraform import Terraform

pytestmark = pytest.mark.slow  # thirty types, several applies each


@pytest.mark.parametrize("life", LIFECYCLES, ids=str)
def test_lifecycle(life: Lifecycle, site: Site, terraform: Terraform) -> None:
    """Create, plan nothing, import, change in place, repair drift, replace, destroy."""
    subject = f"{life.type_name}.subject"
    values = life.values
    _deploy(terraform, site, life, values)
    if life.imported:
        _import(terraform, life, subject)
    if life.change:
        values = values | life.change
        _deploy(terraform, site, life, values, {subject: "update"})
    if life.drift:
        life.drift(site, terraform.values(subject))
        repair = {subject: life.repair} if life.repair else {}
        _deploy(terraform, site, life, values, repair)
    if life.replace:
        values = values | life.replace
        _deploy(terraform, site, life, values, {subject: "replace"})
    terraform.destroy()
    assert terraform.is_empty()


def _deploy(
    terraform: Terraform, site: Site, life: Lifecycle, values: Values, expected: dict[str, str] | None = None
) -> None:
    """Apply the values, of which `expected` comes, and find nothing left to do."""
    terraform.configure(_configuration(site, life, values))
    done = terraform.apply()
    assert expected in (None, done)
    assert terraform.plan() == {}


def _import(terraform: Terraform, life: Lifecycle, subject: str) -> None:
    """Forget the object, import it and find nothing changed but what the API does not tell."""
    state = terraform.values(subject)
    id_ = life.import_id.format(**state) if life.import_id else state[facts_of(life.type_name).id]
    terraform.forget(subject)
    terraform.import_object(subject, id_)
    assert terraform.plan() == ({subject: life.after_import} if life.after_import else {})
    if life.after_import:
        terraform.apply()
        assert terraform.plan() == {}


def _configuration(site: Site, life: Lifecycle, values: Values) -> Values:
    names = {
        "case": str(life),
        "account_id": site.account.account_id,
        "workspace_id": str(site.workspace_id),
        "repository": site.repository,
        "caller": site.workspace.user_name,
    }
    subject = {"provider": "databricks.account"} | values if life.on_account else values
    resources: Values = {}
    for address, content in {**life.helpers, f"{life.type_name}.subject": subject}.items():
        type_name, _, name = address.partition(".")
        resources.setdefault(type_name, {})[name] = _fill(content, names)
    providers = [site.workspace_block, {**site.account_block, "alias": "account"}]
    return {"provider": {"databricks": providers}, "resource": resources}


def _fill(value: Any, names: dict[str, str]) -> Any:
    """The value with the site's names in its text; Terraform's own `${…}` stays."""
    if isinstance(value, dict):
        return {name: _fill(item, names) for name, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, names) for item in value]
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text) if f"${{{name}}}" not in value else value
    return value
