"""Finds the policies, asks each of them, and tells what breaks one and is not waived."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import ModuleType

import infra.policies
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.config.account import Account
from infra.config.documents import Document
from infra.config.problems import unknown
from infra.config.settings import AllSettings
from infra.config.waivers import Waivers
from infra.declared.declared import Declared
from infra.rights.effective import EffectiveRights

Policy = Callable[[Organisation], Iterator[Violation]]


class PolicyError(Exception):
    """A file among the policies is none; its text is one line."""


def organisation(declared: Declared, account: Account) -> Organisation:
    """What policies look at, by what the account's settings say of production."""
    admins = [account.metastore.owner] if account.metastore.owner else []
    owners = frozenset([*account.production_owners, *admins])
    return Organisation(declared, EffectiveRights(declared), account.production, owners)


def check_all(settings: AllSettings, declared: Declared, *, today: date) -> list[str]:
    """Every policy of the project on every stack: a line for whatever has to be mended."""
    subject = organisation(declared, settings.account)
    return check(subject, settings.waivers, settings.waivers_document, today=today)


def find_policies(package: ModuleType = infra.policies) -> Mapping[str, Policy]:
    """Every policy by its name; PolicyError for a file that has no `check`."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return {name: _load(package, name) for name in names}


def check(
    subject: Organisation,
    waivers: Waivers,
    document: Document,
    *,
    today: date,
    policies: Mapping[str, Policy] | None = None,
) -> list[str]:
    """A line for each violation without a waiver, and for each waiver that is unknown, expired or unused."""
    policies = find_policies() if policies is None else policies
    lines, used = [], set()
    for name, policy in policies.items():
        for violation in dict.fromkeys(policy(subject)):
            covering = waivers.covering(name, str(violation.resource), today)
            used |= covering
            if not covering:
                lines.append(f"policy {name}: {violation.resource}: {violation.message}")
    return [*lines, *_judge(waivers, document, used, today, policies)]


def _judge(
    waivers: Waivers,
    document: Document,
    used: set[tuple[str, str]],
    today: date,
    policies: Mapping[str, Policy],
) -> Iterator[str]:
    for policy, resource, waiver in waivers.all():
        if policy not in policies:
            yield str(document.problem((policy,), unknown("policy", policy, policies)))
        elif waiver.until < today:
            message = f"expired on {waiver.until}: mend what it waives, or give a new date"
            yield str(document.problem((policy, resource), message))
        elif (policy, resource) not in used:
            yield str(document.problem((policy, resource), "waives nothing: take it out"))


def _load(package: ModuleType, name: str) -> Policy:
    module = importlib.import_module(f"{package.__name__}.{name}")
    policy: Policy | None = getattr(module, "check", None)
    if not callable(policy):
        raise PolicyError(f"{module.__file__}: a policy has a function check(organisation)")
    return policy
