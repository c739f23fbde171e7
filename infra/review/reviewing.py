"""Reviews planned stacks: everything that the page tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from infra.compliance.checking import find_broken, organisation
from infra.config.destination import ACCOUNT_STACK
from infra.config.settings import AllSettings
from infra.config.stateful import workspace_path
from infra.declared.declared import Declared, construct_paths
from infra.review.access import AccessChanges
from infra.review.data import Guard, find_data, find_refused
from infra.review.deployed import organisation_of, read_deployed
from infra.review.finding import Finding, Section, Severity
from infra.review.judging import Judge
from infra.review.money import find_money
from infra.review.noise import sift
from infra.review.plan import Change, Plan
from infra.review.reality import Reality
from infra.review.service import find_service
from infra.review.single_rights import Address
from infra.review.stacks import Planned, StackReview

Json = dict[str, Any]


@dataclass(frozen=True)
class Review:
    """What a change means."""

    stacks: tuple[StackReview, ...]
    findings: tuple[Finding, ...]  # the most severe of each section first
    remarks: tuple[str, ...]  # what could not be looked at
    noise: tuple[str, ...] = ()  # what was left out, counted

    def of(self, section: Section) -> list[Finding]:
        """A section's findings."""
        return [finding for finding in self.findings if finding.section == section]

    @property
    def worst(self) -> Severity | None:
        """The highest severity that was found."""
        return max((finding.severity for finding in self.findings), default=None)


def review(
    settings: AllSettings, synthesized: Mapping[str, Json], planned: Planned, reality: Reality, *, today: date
) -> Review:
    """Compare what is deployed with what the plans make of it."""
    sifted = sift(planned.plans, settings.review.noise, today)
    deployed = read_deployed(planned.states, synthesized, planned.stored, planned.assumed)
    chosen = {stack.name for stack in planned.stacks}
    after = {name: document for name, document in deployed.documents.items() if name not in chosen}
    after |= {name: synthesized[name] for name in synthesized if name in chosen}
    changes = [change for plan in sifted.plans for change in plan.changes]
    seen = reality.complete(deployed, after, changes)
    access = _access(settings, seen.before, seen.after, seen.overwritten)
    findings = [*access.findings(), *_policies(settings, synthesized, today), *sifted.findings]
    guards = {stack: _guard(settings, stack, synthesized) for stack in chosen}
    for stack in planned.stacks:
        findings += _refused(stack, guards[stack.name])
    for plan in sifted.plans:
        findings += _of_plan(plan, guards[plan.stack], production=plan.stack == settings.account.production)
    findings += _others(sifted.plans, {*access.told, *_told(findings)})
    findings.sort(key=lambda finding: -finding.severity)
    noise = (sifted.line,) if sifted.hidden else ()
    return Review(planned.stacks, tuple(findings), (*planned.remarks, *seen.remarks), noise)


def _access(
    settings: AllSettings,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    overwritten: frozenset[Address],
) -> AccessChanges:
    had, has = organisation_of(before, settings), organisation_of(after, settings)
    new = frozenset(after) - frozenset(before)
    own = frozenset[str]().union(*(has.own(name) for name in has.declared.environments))
    judge = Judge(has.production, has.insiders, new, own)
    return AccessChanges(had.rights, has.rights, judge, overwritten)


def _policies(settings: AllSettings, synthesized: Mapping[str, Json], today: date) -> Iterator[Finding]:
    subject = organisation(Declared(synthesized), settings)
    broken = find_broken(subject, settings.waivers, settings.waivers_document, today=today)
    for policy, violations in broken.violations.items():
        by_stack: dict[str, list[str]] = {}
        for violation in violations:
            by_stack.setdefault(violation.resource.stack, []).append(violation.message)
        for stack, (example, *others) in by_stack.items():
            why = (f"and {len(others)} more, which python -m infra tells",) if others else ()
            yield Finding(Section.POLICIES, Severity.CRITICAL, stack, f"{policy}: {example}", why)
    for line in broken.waivers:
        yield Finding(Section.POLICIES, Severity.CRITICAL, "", line)


def _refused(stack: StackReview, guard: Guard) -> Iterator[Finding]:
    """What Terraform refuses: data that production keeps is told as that, anything else in its own words."""
    if stack.refused:
        kept = list(find_refused(stack.name, stack.refused.diagnostics, guard))
        yield from kept or [Finding(Section.OTHER, Severity.CRITICAL, stack.name, str(stack.refused))]


def _of_plan(plan: Plan, guard: Guard, *, production: bool) -> Iterator[Finding]:
    yield from find_data(plan, guard)
    yield from find_service(plan, production)
    yield from find_money(plan, production)


def _guard(settings: AllSettings, stack: str, synthesized: Mapping[str, Json]) -> Guard:
    """What may be lost of a stack."""
    paths = {address: path.partition("/")[2] for address, path in construct_paths(synthesized[stack]).items()}
    if stack == ACCOUNT_STACK:
        names = [name for name, item in settings.environments.items() if item.catalog.disposable]
        return Guard(
            production=True,
            unprotected=settings.account.unprotected,
            paths=paths,
            file="account.yaml",
            disposable_at=tuple(workspace_path(name) for name in names),
        )
    environment = settings.environments[stack]
    return Guard(
        production=stack == settings.account.production,
        unprotected=environment.unprotected,
        disposable=environment.catalog.disposable,
        paths=paths,
        file=f"{stack}.yaml",
    )


def _told(findings: Sequence[Finding]) -> set[Address]:
    return {(finding.stack, address) for finding in findings for address in finding.addresses}


def _others(plans: Sequence[Plan], told: set[Address]) -> Iterator[Finding]:
    """Changes that no other section has a word for, so that a page never leaves one out."""
    for plan in plans:
        for change in plan.changes:
            if (plan.stack, change.address) not in told:
                yield Finding(Section.OTHER, Severity.LOW, plan.stack, _other(change), (), (change.address,))


def _other(change: Change) -> str:
    words = "import" if change.imported else change.kind
    of = f": {', '.join(change.attributes)}" if change.kind == "update" else ""
    return f"{words} {change.type} {change.label}{of}"
