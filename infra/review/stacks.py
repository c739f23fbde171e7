"""The stacks under review: planned, waiting for another one, or refused by Terraform."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from infra.config.destination import ACCOUNT_STACK
from infra.config.problems import unknown
from infra.review.errors import ReviewError
from infra.review.plan import Plan, read_plan
from infra.review.reaching import check_answers
from infra.review.terraform import Refusal, Terraform

Json = dict[str, Any]
Value = TypeVar("Value")

PLAN = "plan.tfplan"
_ACCOUNT_S = re.compile(r"data\.terraform_remote_state\.Account\.outputs\.(\w+)")


@dataclass(frozen=True)
class StackReview:
    """A stack with its plan, or with why there is none."""

    name: str
    plan: Plan | None = None
    waits_for: tuple[str, ...] = ()  # outputs of the account's stack that are not there yet
    refused: Refusal | None = None

    @property
    def failed(self) -> bool:
        """Whether it could not be planned, for another reason than that data is kept from being destroyed."""
        return self.refused is not None and not self.refused.keeps_data


@dataclass(frozen=True)
class Planned:
    """The stacks under review, and the states that all stacks had before."""

    stacks: tuple[StackReview, ...]
    states: Mapping[str, Json]  # as the plans found them, where there are any
    stored: Mapping[str, Json]  # as the last deploy left them
    remarks: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()  # stacks whose states are not known: they are taken as they are declared

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The plans that there are."""
        return tuple(stack.plan for stack in self.stacks if stack.plan)


def check_stacks(chosen: Sequence[str], known: Sequence[str]) -> None:
    """ReviewError where one is chosen that is none."""
    for name in chosen:
        if name not in known:
            raise ReviewError(unknown(f"stack {name}", name, known))


def told_by(states: Mapping[str, Json], end: str) -> dict[str, str]:
    """What the account's stack tells of each environment, under names that end so."""
    outputs = states.get(ACCOUNT_STACK, {}).get("values", {}).get("outputs", {})
    return {
        name.removesuffix(end): str(item["value"]) for name, item in outputs.items() if name.endswith(end)
    }


def plan_stacks(
    output: Path, synthesized: Mapping[str, Json], chosen: Sequence[str], *options: str
) -> Planned:
    """Plan the chosen stacks in the folder they were synthesized into.

    A plan stays as `plan.tfplan` in its stack's folder. Nothing is locked, as nothing is changed.
    ReviewError where a stack under review or the account's can't be initialised or read, or its host
    does not answer; a state of another stack that can't be read is a remark, as rights that come from there
    are not seen.
    """
    runners = {name: Terraform(name, output / "stacks" / name) for name in synthesized}
    wanted = {ACCOUNT_STACK, *chosen}
    found = dict(_each(synthesized, lambda name: (name, _state(runners[name], wanted))))
    states = {name: state for name, state in found.items() if isinstance(state, dict)}
    remarks = tuple(state for state in found.values() if isinstance(state, str))
    hosts = {ACCOUNT_STACK: _account_host(synthesized), **told_by(states, "_workspace_host")}
    _each((name for name in chosen if name in hosts), lambda name: check_answers(name, hosts[name]))
    told = _outputs(states.get(ACCOUNT_STACK, {}))
    waiting = {name: _missing(synthesized[name], told) for name in chosen if name != ACCOUNT_STACK}
    stacks = _each(chosen, lambda name: _review(runners[name], waiting.get(name, ()), options))
    if stacks and all(stack.failed for stack in stacks):
        raise ReviewError(str(stacks[0].refused))
    return Planned(tuple(stacks), {**states, **_refreshed(stacks)}, states, remarks)


def read_stacks_plans(files: Mapping[str, Path], synthesized: Mapping[str, Json]) -> Planned:
    """Plans that were made before, as JSON; ReviewError where one is not of this checkout."""
    stacks = []
    for name, file in files.items():
        if name not in synthesized:
            raise ReviewError(f"{file}: no stack is called {name}; a plan's file is named after its stack")
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ReviewError(f"{file}: can't be read: {error}") from None
        plan = read_plan(name, text, str(file))
        _check_same(plan, synthesized[name], file)
        stacks.append(StackReview(name, plan))
    states = _refreshed(stacks)
    assumed = tuple(name for name in synthesized if name not in files)
    remark = (
        f"no plan of {', '.join(assumed)} was given: what the settings declare is taken as deployed there"
    )
    return Planned(tuple(stacks), states, states, (remark,) if assumed else (), assumed)


def _refreshed(stacks: Iterable[StackReview]) -> dict[str, Json]:
    """The states as the plans found them: with what was changed outside of the code since."""
    return {stack.name: stack.plan.prior for stack in stacks if stack.plan}


def _check_same(plan: Plan, synthesized: Json, file: Path) -> None:
    declared = {
        f"{type_}.{name}" for type_, named in synthesized.get("resource", {}).items() for name in named
    }
    planned = {address for address in plan.addresses if not address.startswith("data.")}
    if differing := sorted(declared ^ planned):
        raise ReviewError(
            f"{file}: the plan is of another version of the code: {differing[0]} is in one of them only"
        )


def _each(names: Iterable[str], do: Callable[[str], Value]) -> list[Value]:
    """Several at a time: Terraform waits for the network most of the time."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(do, names))


def _state(terraform: Terraform, wanted: set[str]) -> Json | str:
    try:
        terraform.initialise()
        state = terraform.state()
    except ReviewError as error:
        if terraform.stack in wanted:
            raise
        return f"rights that come from {terraform.stack} are not seen: {error}"
    return state


def _review(terraform: Terraform, missing: tuple[str, ...], options: Sequence[str]) -> StackReview:
    if missing:
        return StackReview(terraform.stack, waits_for=missing)
    file = terraform.folder.resolve() / PLAN
    refused = terraform.plan(file, *options)
    if refused:
        return StackReview(terraform.stack, refused=refused)
    return StackReview(
        terraform.stack, read_plan(terraform.stack, terraform.show(file), f"{terraform.stack}'s plan")
    )


def _account_host(synthesized: Mapping[str, Json]) -> str:
    return str(synthesized[ACCOUNT_STACK]["provider"]["databricks"][0]["host"])


def _outputs(state: Json) -> set[str]:
    return set(state.get("values", {}).get("outputs", {}))


def _missing(synthesized: Json, told: set[str]) -> tuple[str, ...]:
    """What a stack reads of the account's and that this does not tell yet."""
    read = _ACCOUNT_S.findall(json.dumps(synthesized))
    return tuple(name for name in dict.fromkeys(read) if name not in told)
