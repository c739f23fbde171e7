"""What is deployed, as Terraform's state tells it, in the words of the synthesized stacks.

A state knows everything by the ids that the deploy gave it. Rights are compared by names, and by the
references that stand in the synthesized stacks for what only a deploy makes: both replace the ids here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.compliance.checking import organisation
from infra.compliance.organisation import Organisation
from infra.config.destination import ACCOUNT_STACK
from infra.config.settings import AllSettings
from infra.declared.declared import Declared
from infra.declared.permitted import PERMITTED

Json = dict[str, Any]

_MADE = {permitted.type: permitted.id for permitted in PERMITTED.values()}
_PRINCIPALS = ("databricks_group", "databricks_service_principal")
_PRINCIPAL_IDS = {"group_id", "member_id", "principal_id", "service_principal_id"}
_WORKSPACES = ("azurerm_databricks_workspace", "databricks_mws_workspaces")
_BLOCKS_OF_ONE = {"run_as"}  # lists in a state, no lists where they are declared
_SCHEMA = re.compile(r"(.+?)(?:_Monitoring_Metrics)?_Schema_[0-9A-F]{8}")


@dataclass(frozen=True)
class Deployed:
    """The deployed stacks as if they were synthesized, for `Declared`; without those that have no state."""

    documents: dict[str, Json]
    names: Names


def read_deployed(
    states: Mapping[str, Json],
    synthesized: Mapping[str, Json],
    stored: Mapping[str, Json] | None = None,
    assumed: Collection[str] = (),
) -> Deployed:
    """What is deployed, by states as `terraform show -json` prints them, or a plan as its `prior_state`.

    The synthesized stacks of the checkout tell the constructs of what they declare, too; stored states know
    what a plan's does not, as it reads that only while it is applied. Assumed stacks have no state here, and
    are taken as they are synthesized.
    """
    resources = {stack: _resources(state) for stack, state in states.items()}
    names = Names()
    for stack, found in ((stack, _resources(state)) for stack, state in (stored or {}).items()):
        names.learn(stack, found)
    for stack, found in resources.items():
        names.learn(stack, found)
    if ACCOUNT_STACK in assumed:
        names.learn_told(Declared({ACCOUNT_STACK: synthesized[ACCOUNT_STACK]}), resources.values())
    documents = {stack: synthesized[stack] for stack in assumed} | {
        stack: _document(stack, states[stack], resources[stack], names, synthesized.get(stack, {}))
        for stack in states
        if resources[stack]
    }
    return Deployed(documents, names)


def organisation_of(documents: Mapping[str, Json], settings: AllSettings) -> Organisation:
    """What is declared by these stacks and may be done by it; nothing is, where none is the account's."""
    return organisation(Declared({ACCOUNT_STACK: {}, **documents}), settings)


def _resources(state: Json) -> list[Json]:
    return list(state.get("values", {}).get("root_module", {}).get("resources", []))


@dataclass
class Names:
    """What stands for an id: of principals, anywhere in a text; of everything else, in its own attributes."""

    texts: dict[str, str] = field(default_factory=dict)  # by what nothing else looks like: a UUID
    principals: dict[str, dict[str, str]] = field(default_factory=dict)  # by stack
    workspaces: dict[str, str] = field(default_factory=dict)
    objects: dict[tuple[str, str, str], str] = field(default_factory=dict)  # by stack, attribute and id

    def learn(self, stack: str, resources: list[Json]) -> None:
        """Take what a stack's resources are called."""
        own = self.principals.setdefault(stack, {})
        for item in resources:
            values, type_ = item["values"], item["type"]
            if type_ in _PRINCIPALS:
                self._learn_principal(own, values)
            elif type_ == "databricks_current_user":
                own.setdefault(str(values["id"]), f"${{{stack}:data.{type_}.{item['name']}.id}}")
            elif type_ == "databricks_budget_policy":
                self.texts[str(values["policy_id"])] = _reference(stack, item, "policy_id")
            elif type_ in _WORKSPACES:
                self.workspaces[str(values["workspace_id"])] = _reference(stack, item, "workspace_id")
            for attribute, referred in PERMITTED.items():
                if referred.type == type_ and values.get(referred.id):
                    reference = _reference(stack, item, referred.id)
                    self.objects[stack, attribute, str(values[referred.id])] = reference

    def learn_told(self, account: Declared, found: Iterable[list[Json]]) -> None:
        """Take from what the account's stack has told others what its own state is not there to tell."""
        remote = [item for items in found for item in items if item["type"] == "terraform_remote_state"]
        for name, value in (pair for item in remote for pair in item["values"]["outputs"].items()):
            told = account.output(ACCOUNT_STACK, name)
            if told is None:
                continue  # it is no longer declared
            stands = str(told)
            if name.endswith("_workspace_id"):
                self.workspaces[str(value)] = stands
            elif name.endswith(("_application_id", "_policy_id")):
                self.texts[str(value)] = stands
            elif name.endswith("_id"):
                self.principals.setdefault(ACCOUNT_STACK, {})[str(value)] = stands

    def _learn_principal(self, own: dict[str, str], values: Json) -> None:
        own[str(values["id"])] = str(values["display_name"])
        if application_id := values.get("application_id"):
            self.texts[str(application_id)] = str(values["display_name"])

    def value(self, stack: str, attribute: str, value: Any) -> Any:
        """A value with every id in it replaced."""
        if isinstance(value, dict):
            return {key: self.value(stack, key, item) for key, item in value.items() if item is not None}
        if isinstance(value, list):
            return [self.value(stack, attribute, item) for item in value]
        if isinstance(value, str | int) and not isinstance(value, bool):
            return self._text(stack, attribute, value)
        return value

    def _text(self, stack: str, attribute: str, value: str | int) -> str | int:
        text = str(value)
        if attribute in _PRINCIPAL_IDS:
            return self.principals[stack].get(text) or self.principal(text)
        if attribute == "workspace_id":
            return self.workspaces.get(text, value)
        if (stack, attribute, text) in self.objects:
            return self.objects[stack, attribute, text]
        if isinstance(value, int):
            return value
        for known, word in self.texts.items():
            if known in text:
                text = text.replace(known, word)
        return text

    @property
    def account_principals(self) -> Mapping[str, str]:
        """The names of the account's principals by their ids."""
        return self.principals.get(ACCOUNT_STACK, {})

    def principal(self, number: str) -> str:
        """The name of one of the account's principals."""
        return self.account_principals.get(number, number)

    def output(self, stack: str, name: str, value: Any) -> Any:
        """What a stack tells, replaced by what its name says that it is."""
        if name.endswith("_workspace_id"):
            return self.workspaces.get(str(value), value)
        replaced = self.value(stack, name, value)
        return self.principal(replaced) if name.endswith("_id") and isinstance(replaced, str) else replaced


def _reference(stack: str, item: Json, attribute: str) -> str:
    return f"${{{stack}:{item['type']}.{item['name']}.{attribute}}}"


def _document(stack: str, state: Json, resources: list[Json], names: Names, synthesized: Json) -> Json:
    projects = sorted(_projects(resources), key=len, reverse=True)
    found: Json = {"resource": {}, "data": {}, "output": {}}
    for item in resources:
        kind = "resource" if item["mode"] == "managed" else "data"
        declared = synthesized.get(kind, {}).get(item["type"], {}).get(item["name"], {})
        values = {key: names.value(stack, key, _block(key, value)) for key, value in item["values"].items()}
        values = {key: value for key, value in values.items() if value is not None and value != []}
        if made := _MADE.get(item["type"]):
            values.pop(made, None)  # as in a synthesized stack, where only references stand for it
        values["//"] = declared.get("//") or {"path": _path(stack, item["name"], projects)}
        found[kind].setdefault(item["type"], {})[item["name"]] = values
    for name, output in state["values"].get("outputs", {}).items():
        found["output"][name] = {"value": names.output(stack, name, output.get("value"))}
    return found


def _block(key: str, value: Any) -> Any:
    single = key in _BLOCKS_OF_ONE and isinstance(value, list) and len(value) == 1
    return value[0] if single else value


def _projects(resources: list[Json]) -> Iterator[str]:
    for item in resources:
        if item["type"] == "databricks_schema" and (match := _SCHEMA.fullmatch(item["name"])):
            yield match[1]


def _path(stack: str, name: str, projects: list[str]) -> str:
    """The construct path of what is no longer declared, by its name, which cdktf makes of that path.

    cdktf leaves out a part that repeats the one before: a schema's own part does.
    """
    readable = name.rpartition("_")[0] or name
    project = next((item for item in projects if readable.startswith(f"{item}_")), None)
    rest = readable.removeprefix(f"{project}_") if project else readable
    parts = [stack, *([project] if project else []), *rest.split("_")]
    return "/".join([*parts, "Schema"] if rest == "Schema" else parts)
