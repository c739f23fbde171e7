"""Terraform's requests, answered."""

from __future__ import annotations

import json
from collections.abc import Mapping

from grpc import ServicerContext as Context

from infra.local.provider.engine.diagnostics import EXPECTED, add_error, describe, find_attribute, reporting
from infra.local.provider.engine.objects import Type, UnfinishedError
from infra.local.provider.engine.pairing import Element
from infra.local.provider.engine.resource import DataSource, NotServedError, Resource
from infra.local.provider.engine.sessions import Sessions
from infra.local.provider.schema.catalogue import Catalogue
from infra.local.provider.schema.facts import facts_of
from infra.local.provider.wire import plugin_pb2 as pb
from infra.local.provider.wire.msgpack import pack, unpack

_NOT_SERVED = "{} is not served by the loopback provider: see infra/local/provider/resources"


class ProviderService:
    """The methods of tfplugin6.Provider that Terraform calls, in snake case."""

    def __init__(
        self,
        catalogue: Catalogue,
        sessions: Sessions,
        resources: Mapping[str, Resource],
        data_sources: Mapping[str, DataSource],
    ) -> None:
        self._catalogue = catalogue
        self._sessions = sessions
        self._resources = resources
        self._data_sources = data_sources

    def get_provider_schema(
        self, _request: pb.GetProviderSchema.Request, _context: Context
    ) -> pb.GetProviderSchema.Response:
        """All schemas."""
        return self._catalogue.message

    def validate_provider_config(
        self, _request: pb.ValidateProviderConfig.Request, _context: Context
    ) -> pb.ValidateProviderConfig.Response:
        """Nothing is refused before the block is used."""
        return pb.ValidateProviderConfig.Response()

    def validate_resource_config(
        self, request: pb.ValidateResourceConfig.Request, _context: Context
    ) -> pb.ValidateResourceConfig.Response:
        """Refuses configurations that can't be applied; a type that is not served is only refused a plan."""
        reply = pb.ValidateResourceConfig.Response()
        if request.type_name in self._resources:
            with reporting(reply, f"use {request.type_name}"):
                self._type(request.type_name).check(_unpack(request.config) or {})
        return reply

    def validate_data_resource_config(
        self, request: pb.ValidateDataResourceConfig.Request, _context: Context
    ) -> pb.ValidateDataResourceConfig.Response:
        """Refuses data sources that are not served."""
        reply = pb.ValidateDataResourceConfig.Response()
        with reporting(reply, f"use data.{request.type_name}"):
            self._data_source(request.type_name)
        return reply

    def upgrade_resource_state(
        self, request: pb.UpgradeResourceState.Request, _context: Context
    ) -> pb.UpgradeResourceState.Response:
        """The stored state in today's shape: attributes that are gone are dropped, new ones empty."""
        block = self._catalogue.resource(request.type_name)
        state = block.conform(json.loads(request.raw_state.json))
        return pb.UpgradeResourceState.Response(upgraded_state=_pack(state))

    def configure_provider(
        self, request: pb.ConfigureProvider.Request, context: Context
    ) -> pb.ConfigureProvider.Response:
        """Remembers the provider block for this connection."""
        self._sessions.configure(context.peer(), _unpack(request.config) or {})
        return pb.ConfigureProvider.Response()

    def read_resource(self, request: pb.ReadResource.Request, context: Context) -> pb.ReadResource.Response:
        """The state as the API tells it now."""
        reply = pb.ReadResource.Response(private=request.private)
        state = _unpack(request.current_state) or {}
        with reporting(reply, f"read {request.type_name} {state.get('id')}", state):
            type_ = self._type(request.type_name)
            reply.new_state.CopyFrom(_pack(type_.read(self._sessions.api(context.peer()), state)))
        return reply

    def plan_resource_change(
        self, request: pb.PlanResourceChange.Request, _context: Context
    ) -> pb.PlanResourceChange.Response:
        """What the object will be; calls no API, so that a host may be unknown yet."""
        reply = pb.PlanResourceChange.Response(planned_private=request.prior_private, legacy_type_system=True)
        if _unpack(request.proposed_new_state) is None:
            reply.planned_state.CopyFrom(_pack(None))
            return reply
        config, prior = _unpack(request.config) or {}, _unpack(request.prior_state)
        with reporting(reply, f"plan {request.type_name}", config):
            planned, replacements = self._type(request.type_name).plan(config, prior)
            reply.planned_state.CopyFrom(_pack(planned))
            for path in replacements:
                _add_path(reply.requires_replace.add(), path)
        return reply

    def apply_resource_change(
        self, request: pb.ApplyResourceChange.Request, context: Context
    ) -> pb.ApplyResourceChange.Response:
        """Makes, changes or removes the object."""
        reply = pb.ApplyResourceChange.Response(private=request.planned_private, legacy_type_system=True)
        prior, planned = _unpack(request.prior_state), _unpack(request.planned_state)
        reply.new_state.CopyFrom(request.prior_state)  # what stays when the change fails
        attempt = f"{_operation(prior, planned)} {request.type_name}"
        try:
            api, type_ = self._sessions.api(context.peer()), self._type(request.type_name)
            if planned is None:
                type_.delete(api, prior or {})
            elif prior is None:
                planned = type_.create(api, planned)
            else:
                planned = type_.update(api, prior, planned)
            reply.new_state.CopyFrom(_pack(planned))
        except UnfinishedError as error:
            reply.new_state.CopyFrom(_pack(error.state))  # with an error, Terraform marks it as tainted
            add_error(reply, describe(attempt, error.cause), find_attribute(error.cause, planned or {}))
        except EXPECTED as error:
            add_error(reply, describe(attempt, error), find_attribute(error, planned or prior or {}))
        return reply

    def import_resource_state(
        self, request: pb.ImportResourceState.Request, _context: Context
    ) -> pb.ImportResourceState.Response:
        """A state with the id alone, which Terraform reads next."""
        reply = pb.ImportResourceState.Response()
        with reporting(reply, f"import {request.type_name} {request.id}"):
            state = self._type(request.type_name).import_state(request.id)
            reply.imported_resources.add(type_name=request.type_name, state=_pack(state))
        return reply

    def read_data_source(
        self, request: pb.ReadDataSource.Request, context: Context
    ) -> pb.ReadDataSource.Response:
        """What the data source tells."""
        reply = pb.ReadDataSource.Response()
        config = _unpack(request.config) or {}
        with reporting(reply, f"read data.{request.type_name}", config):
            told = self._data_source(request.type_name)(self._sessions.api(context.peer()), config)
            reply.state.CopyFrom(_pack(self._catalogue.data_source(request.type_name).conform(config | told)))
        return reply

    def stop_provider(self, _request: pb.StopProvider.Request, _context: Context) -> pb.StopProvider.Response:
        """Ends nothing: calls that run are short, and other Terraform processes go on."""
        return pb.StopProvider.Response()

    def _type(self, type_name: str) -> Type:
        if type_name not in self._resources:
            raise NotServedError(_NOT_SERVED.format(type_name))
        return Type(self._resources[type_name], self._catalogue.resource(type_name), facts_of(type_name))

    def _data_source(self, type_name: str) -> DataSource:
        if type_name not in self._data_sources:
            raise NotServedError(_NOT_SERVED.format(f"data.{type_name}"))
        return self._data_sources[type_name]


def _unpack(value: pb.DynamicValue) -> Element | None:
    decoded: Element | None = unpack(value.msgpack) if value.msgpack else None
    return decoded


def _pack(value: Element | None) -> pb.DynamicValue:
    return pb.DynamicValue(msgpack=pack(value))


def _operation(prior: Element | None, planned: Element | None) -> str:
    if planned is None:
        return "delete"
    return "create" if prior is None else "update"


def _add_path(message: pb.AttributePath, path: list[str | int]) -> None:
    for step in path:
        if isinstance(step, int):
            message.steps.add(element_key_int=step)
        else:
            message.steps.add(attribute_name=step)
