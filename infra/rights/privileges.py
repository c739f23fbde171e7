"""Unity Catalog's privileges: granted, inherited from what is above, or held as an owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from infra.config.destination import ACCOUNT_STACK
from infra.declared.declared import Declared
from infra.declared.resource import Resource
from infra.declared.securables import SECURABLES
from infra.rights.principals import Principals
from infra.rights.reason import Reason, Reasons

METASTORE = "the metastore"  # the securable above all catalogs; there is one
EVERYTHING = "ALL_PRIVILEGES"
OWNER = "OWNER"  # no privilege: whoever owns a securable has all of them on it and on what is in it
OF_CATALOGS = {"USE_CATALOG", "CREATE_SCHEMA", "BROWSE"}  # that open nothing of what is in a catalog
_SECURABLES = {
    "databricks_catalog": "catalog",
    "databricks_metastore": "metastore",
    "databricks_registered_model": "model",
    "databricks_schema": "schema",
    "databricks_sql_table": "table",
    "databricks_volume": "volume",
}

_BESIDE_CATALOGS = {"external_location", "storage_credential"}

Held = dict[str, Reasons]


class Privileges:
    """Who holds which privilege on which securable, and why."""

    def __init__(self, declared: Declared, principals: Principals) -> None:
        self._declared, self._principals = declared, principals
        self._cache: dict[tuple[str, str], Held] = {}

    def held(self, principal: str, securable: str) -> Held:
        """Privileges on a securable (its full name) by name, `OWNER` among them; not what leads there.

        What a catalog or a schema has is inherited by all within it. Of the metastore only owning it is.
        """
        key = (principal, securable)
        if key not in self._cache:
            self._cache[key] = self._hold(principal, securable)
        return self._cache[key]

    def why(self, principal: str, privilege: str, securable: str) -> Reasons | None:
        """Why somebody can use a privilege, and why they reach the securable; None where they can't."""
        found: list[Reason] = []
        parts = [] if securable == METASTORE else securable.split(".")
        wanted = [(privilege, securable)]
        wanted += [("USE_CATALOG", parts[0])] if parts else []
        wanted += [("USE_SCHEMA", ".".join(parts[:2]))] if len(parts) > 1 else []
        for name, where in dict.fromkeys(wanted):
            reasons = _by(self.held(principal, where), name)
            if reasons is None:
                return None
            found += reasons
        return tuple(dict.fromkeys(found))

    def holders(self, securable: str) -> list[str]:
        """Everybody who is granted something on a securable, above it or below it, or owns one of these."""
        places = [*_with_those_above(securable), *self._within.get(securable, [])]
        return list(dict.fromkeys(who for where in places for who in self.granted.get(where, {})))

    def below(self, securable: str) -> list[str]:
        """Every securable that something is granted on or that is declared, within one and with it itself."""
        return self._within.get(securable, [])

    def _hold(self, principal: str, securable: str) -> Held:
        found: Held = {}
        for identity, memberships in self._principals.identities(principal).items():
            for where in _with_those_above(securable):
                for privilege, reason in self.granted.get(where, {}).get(identity, []):
                    if where != METASTORE or privilege == OWNER or securable == METASTORE:
                        found.setdefault(privilege, (*memberships, reason))
        return found

    @cached_property
    def _within(self) -> dict[str, list[str]]:
        """By securable: itself and what is in it, as far as something is granted on it or it is declared."""
        found: dict[str, list[str]] = {}
        for where in sorted(self.granted):
            for above in _with_those_above(where):
                found.setdefault(above, []).append(where)
        return found

    @cached_property
    def named(self) -> frozenset[str]:
        """Everybody who is granted something or owns something, declared or not."""
        return frozenset(who for by_principal in self.granted.values() for who in by_principal)

    @cached_property
    def granted(self) -> dict[str, dict[str, list[tuple[str, Reason]]]]:
        """Privileges as they are granted, by securable and principal."""
        found: dict[str, dict[str, list[tuple[str, Reason]]]] = {}
        for item in self._declared.resources:
            for where, principal, privileges, says in _told_by(item):
                entries = found.setdefault(where, {}).setdefault(principal, [])
                entries += [(privilege, Reason(item, says)) for privilege in privileges]
        return found


def _told_by(item: Resource) -> Iterable[tuple[str, str, list[str], str]]:
    """Securable, principal, privileges and words of what a resource grants or makes somebody the owner of."""
    if item.is_data:
        return
    if item.type in ("databricks_grant", "databricks_grants"):
        for kind in (kind for kind in SECURABLES if kind in item.values):
            where = _securable(kind, str(item.values[kind]))
            what = where if kind in {"metastore", *_BESIDE_CATALOGS} else f"{kind} {where}"
            entries = item.values["grant"] if item.type == "databricks_grants" else [item.values]
            for entry in entries:
                principal, privileges = str(entry["principal"]), privileges_of(entry)
                yield where, principal, privileges, f"{', '.join(privileges)} on {what} to {principal}"
    elif item.type in _SECURABLES:
        where, owner = _full_name(item), str(item.values.get("owner") or creator(item.stack))
        kind = _SECURABLES[item.type]
        what = where if kind == "metastore" else f"{kind} {where}"
        yield where, owner, [OWNER], f"{owner} owns {what}"


def privileges_of(values: Mapping[str, Any]) -> list[str]:
    """The privileges of a grant by Databricks' own names, which may be written `all privileges`, too."""
    return [str(name).upper().replace(" ", "_") for name in values["privileges"]]


def _securable(kind: str, name: str) -> str:
    """Its full name; what lies beside the catalogs has its kind before it, as both may be called the same."""
    if kind == "metastore":
        return METASTORE
    return f"{kind} {name}" if kind in _BESIDE_CATALOGS else name


def creator(stack: str) -> str:
    """Who deploys a stack, and owns what it makes where nobody else is named."""
    return "account admins" if stack == ACCOUNT_STACK else f"deploy-{stack}"


def _full_name(item: Resource) -> str:
    if item.type == "databricks_metastore":
        return METASTORE
    parts = ("catalog_name", "schema_name", "name")
    return ".".join(str(item.values[part]) for part in parts if part in item.values)


def _with_those_above(securable: str) -> list[str]:
    if securable == METASTORE:
        return [METASTORE]
    parts = securable.split(".")
    return [*(".".join(parts[:length]) for length in range(len(parts), 0, -1)), METASTORE]


def _by(held: Held, privilege: str) -> Reasons | None:
    """Why a privilege is held: granted itself, with all others, or by its owner."""
    for name in (privilege, *(() if privilege == "MANAGE" else (EVERYTHING,)), OWNER):
        if name in held:
            return held[name]
    return None
