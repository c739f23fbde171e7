"""Attributes whose values are objects, as the plugin framework's types have them: databricks_alert_v2."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from infra.local.provider.engine.planning import Planner
from infra.local.provider.engine.reconciliation import Reconciler
from infra.local.provider.resources.mapping import decode, encode
from infra.local.provider.schema.facts import Facts
from infra.local.provider.schema.model import Attribute, Block
from infra.local.provider.wire.msgpack import UNKNOWN
from tests.infra.local.provider.engine.shapes import attribute, block


def _objects(name: str, nesting: str, *parts: Attribute) -> Attribute:
    return replace(attribute(name, [nesting, "nested"]), nested=block(*parts))


_SHAPE: Block = block(
    attribute("id", computed=True),
    _objects(
        "evaluation",
        "single",
        attribute("operator"),
        attribute("limit", "number"),
        attribute("state", computed=True),
        _objects("subscriptions", "set", attribute("mail"), attribute("hook")),
    ),
)
_PLAN = Planner(_SHAPE, Facts()).plan
_RECONCILE = Reconciler(_SHAPE, Facts()).reconcile


def _values(id_: Any = None, **evaluation: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("operator", "limit", "state", "subscriptions"))
    return {"id": id_, "evaluation": empty | evaluation}


def _mail(name: str) -> dict[str, str | None]:
    return {"mail": name, "hook": None}


def test_what_an_object_computes_is_unknown_at_first_and_then_stays() -> None:
    """A new object's state is not known before it is made, and no reason for a change afterwards."""
    config = _values(operator="GT", subscriptions=[_mail("a")])
    assert _PLAN(config, None) == _values(UNKNOWN, **config["evaluation"] | {"state": UNKNOWN})
    state = _values("1", operator="GT", state="OK", subscriptions=[_mail("a")])
    assert _PLAN(config, state) == state


def test_a_set_in_another_order_is_no_change() -> None:
    """An element more is one."""
    config = _values(subscriptions=[_mail("a"), _mail("b")])
    state = _values("1", subscriptions=[_mail("b"), _mail("a")])
    assert _PLAN(config, state) == state
    assert _PLAN(_values(subscriptions=[_mail("a")]), state) == _values("1", subscriptions=[_mail("a")])


def test_an_object_that_is_taken_away_is_planned_away() -> None:
    """Without a configuration it is gone, unless the API computes it."""
    assert _PLAN({"id": None, "evaluation": None}, _values("1", operator="GT"))["evaluation"] is None


def test_the_state_is_what_the_api_tells() -> None:
    """Zero is told from nothing, the order of a set is the state's, drift shows."""
    state = _values("1", operator="GT", state=UNKNOWN, subscriptions=[_mail("a"), _mail("b")])
    told = {"operator": "GT", "limit": 0, "state": "OK", "subscriptions": [_mail("b"), _mail("a")]}
    expected = _values("1", **told | {"subscriptions": state["evaluation"]["subscriptions"]})
    assert _RECONCILE(state, {"id": "1", "evaluation": told}) == expected
    drifted = told | {"operator": "LT", "subscriptions": [_mail("c")]}
    assert _RECONCILE(expected, {"id": "1", "evaluation": drifted}) == _values("1", **drifted)


def test_an_empty_object_that_the_api_drops_stays_empty() -> None:
    """An object with something in it that is gone is drift."""
    gone = {"id": "1", "evaluation": None}
    assert _RECONCILE(_values("1", state=UNKNOWN), gone) == _values("1")
    assert _RECONCILE(_values("1", operator="GT"), gone) == gone


def test_objects_travel_as_json() -> None:
    """What is not set is left out, zero and an empty list are sent; what is not told is nothing."""
    values = _values("1", operator="GT", limit=0, subscriptions=[])
    sent = {"operator": "GT", "limit": 0, "subscriptions": []}
    assert encode(_SHAPE, values, only={"evaluation"}) == {"evaluation": sent}
    body = {"id": "1", "evaluation": {"operator": "GT", "subscriptions": [{"mail": "a"}]}}
    assert decode(_SHAPE, body) == _values("1", operator="GT", subscriptions=[_mail("a")])
