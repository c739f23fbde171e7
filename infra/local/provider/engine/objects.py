"""One object's life: planned, made, read, changed, removed, imported."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from databricks.sdk.core import DatabricksError

from infra.local.provider.client import Api, is_missing
from infra.local.provider.engine.checks import find_conflicts
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.planning import Path, Planner, find_replacements
from infra.local.provider.engine.reconciliation import Reconciler
from infra.local.provider.engine.resource import Call, InvalidError, Resource
from infra.local.provider.schema.facts import Facts
from infra.local.provider.schema.model import Block
from infra.local.provider.wire.msgpack import UNKNOWN, Value


class UnfinishedError(Exception):
    """An object was made, and a later step failed: `state` holds what is known of it."""

    def __init__(self, state: Element, cause: Exception) -> None:
        super().__init__(str(cause))
        self.state = state
        self.cause = cause


@dataclass(frozen=True)
class Type:
    """A resource type: its shape, its facts and its calls."""

    resource: Resource
    block: Block
    facts: Facts

    def check(self, config: Element) -> None:
        """InvalidError or NotServedError for a configuration that can't be applied."""
        for attribute, message in find_conflicts(self.facts, config):
            raise InvalidError(message, attribute)
        self.resource.check(config)

    def plan(self, config: Element, prior: Element | None) -> tuple[Element, list[Path]]:
        """The planned object, and the paths whose change needs a new one."""
        planned = copy.deepcopy(Planner(self.block, self.facts).plan(config, prior))
        more = self.resource.plan(config, prior, planned)
        if prior is None:
            return planned, []
        added: list[Path] = [[name] for name in more]
        return planned, find_replacements(self.facts, prior, planned) + added

    def create(self, api: Api, planned: Element) -> Element:
        """Make what is planned; returns its state."""
        planned = _known(planned)
        id_ = self.resource.create(Call(api, self.block, planned))
        try:
            self.resource.finish(Call(api, self.block, planned, id_))
            return self._read_back(api, id_, planned)
        except Exception as error:
            raise UnfinishedError(self._settle(id_, planned), error) from error

    def read(self, api: Api, state: Element) -> Element | None:
        """The state as the API tells it now; None when the object is gone."""
        remote = self.resource.read(Call(api, self.block, state, self._id(state)))
        return None if remote is None else self._reconcile(self._id(state), state, remote)

    def update(self, api: Api, prior: Element, planned: Element) -> Element:
        """Change the object to what is planned; returns its state."""
        planned = _known(planned)
        id_ = self.resource.update(Call(api, self.block, planned, self._id(prior), prior))
        return self._read_back(api, id_, planned)

    def delete(self, api: Api, state: Element) -> None:
        """Remove the object; one that is gone already is removed."""
        try:
            self.resource.delete(Call(api, self.block, state, self._id(state)))
        except DatabricksError as error:
            if not is_missing(error):
                raise

    def import_state(self, id_: str) -> Element:
        """The state that a read completes."""
        return self.block.empty() | {self.facts.id: id_} | self.resource.import_state(id_)

    def _id(self, state: Element) -> str:
        return str(state[self.facts.id])

    def _read_back(self, api: Api, id_: str, planned: Element) -> Element:
        remote = self.resource.read(Call(api, self.block, planned, id_))
        if remote is None:
            message = f"the API no longer knows {id_}, which it has just accepted"
            raise DatabricksError(message)
        return self._reconcile(id_, planned, remote)

    def _reconcile(self, id_: str, state: Element, remote: Element) -> Element:
        return Reconciler(self.block, self.facts).reconcile(state, remote) | {self.facts.id: id_}

    def _settle(self, id_: str, planned: Element) -> Element:
        return self._reconcile(id_, planned, {})


def _known(value: Value) -> Value:
    """A copy in which nothing stands for what only the API can tell."""
    if isinstance(value, dict):
        return {name: _known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return None if value is UNKNOWN else value
