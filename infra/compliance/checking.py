"""Finds the policies, asks each of them, and tells what breaks one and is not waived."""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType

import infra.policies
from infra.compliance.organisation import Organisation
from infra.compliance.violation import Violation
from infra.config.documents import Document
from infra.config.problems import unknown
from infra.config.settings import AllSettings
from infra.config.waivers import LONGEST, Waivers
from infra.declared.declared import Declared
from infra.rights.effective import EffectiveRights

Policy = Callable[[Organisation], Iterator[Violation]]


class PolicyError(Exception):
    """A file among the policies is none, or fails; its text is one line."""


@dataclass(frozen=True)
class Broken:
    """Violations without a waiver, by policy, and a line for each waiver that is wrong: see `check`."""

    violations: Mapping[str, Sequence[Violation]]
    waivers: tuple[str, ...] = ()


def organisation(declared: Declared, settings: AllSettings) -> Organisation:
    """What policies look at, by what the settings say of production."""
    account = settings.account
    admins = frozenset([account.metastore.owner] if account.metastore.owner else [])
    return Organisation(
        declared=declared,
        rights=EffectiveRights(declared, settings.projects),
        production=account.production,
        admins=admins,
        owners=admins | frozenset(account.production_owners),
        access={name: settings.access(name) for name in declared.environments},
        unprotected=settings.environments[account.production].unprotected,
    )


def check_all(settings: AllSettings, declared: Declared, *, today: date) -> list[str]:
    """Every policy of the project on every stack: a line for whatever has to be mended."""
    subject = organisation(declared, settings)
    return check(subject, settings.waivers, settings.waivers_document, today=today)


def find_policies(package: ModuleType = infra.policies) -> Mapping[str, Policy]:
    """Every policy by its name; PolicyError for a file that can't be imported or has no `check`."""
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
    found = find_broken(subject, waivers, document, today=today, policies=policies)
    lines = [
        f"policy {name}: {violation.resource}: {violation.message}"
        for name, violations in found.violations.items()
        for violation in violations
    ]
    return [*lines, *found.waivers]


def find_broken(
    subject: Organisation,
    waivers: Waivers,
    document: Document,
    *,
    today: date,
    policies: Mapping[str, Policy] | None = None,
) -> Broken:
    """What has to be mended, by policy."""
    policies = find_policies() if policies is None else policies
    violations: dict[str, list[Violation]] = {}
    used: set[tuple[str, str]] = set()
    for name, found in _ask_each(policies, subject).items():
        for violation in found:
            covering = waivers.covering(name, str(violation.resource), today)
            used |= covering
            if not covering:
                violations.setdefault(name, []).append(violation)
    return Broken(violations, tuple(_judge(waivers, document, used, today, policies)))


def ask(name: str, policy: Policy, subject: Organisation) -> list[Violation]:
    """What breaks a policy, each once; PolicyError where it can't tell."""
    try:
        return list(dict.fromkeys(policy(subject)))
    except Exception as error:  # whatever is wrong with a team's own file, it must be told which it is
        raise PolicyError(f"policy {name}: {_told(error)}") from error


def broken(settings: AllSettings, declared: Declared) -> dict[str, list[str]]:
    """The resources that break each policy which is broken, waived or not."""
    subject = organisation(declared, settings)
    asked = _ask_each(find_policies(), subject)
    return {name: [str(each.resource) for each in found] for name, found in asked.items() if found}


def _ask_each(policies: Mapping[str, Policy], subject: Organisation) -> dict[str, list[Violation]]:
    return {name: ask(name, policy, subject) for name, policy in policies.items()}


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
        elif waiver.until > today + LONGEST:
            message = f"ends on {waiver.until}: until {today + LONGEST} at the latest"
            yield str(document.problem((policy, resource), message))
        elif (policy, resource) not in used:
            yield str(document.problem((policy, resource), "waives nothing: take it out"))


def _load(package: ModuleType, name: str) -> Policy:
    try:
        module = importlib.import_module(f"{package.__name__}.{name}")
    except Exception as error:  # as above: a file may do anything while it is imported
        raise PolicyError(f"policy {name}: {_told(error)}") from error
    policy: Policy | None = getattr(module, "check", None)
    if not callable(policy):
        raise PolicyError(f"{module.__file__}: a policy has a function check(organisation)")
    return policy


def _told(error: Exception) -> str:
    """An error as one line, with the place that it comes from."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    words = " ".join(str(error).split())
    return f"{last.filename}:{last.lineno}: {type(error).__name__}: {words}"
