"""States: what is kept of the state before, and what the API's answer changes."""

from __future__ import annotations

from infra.local.provider.engine.reconciliation import Reconciler
from infra.local.provider.schema.facts import Facts
from infra.local.provider.wire.msgpack import UNKNOWN
from tests.infra.local.provider.engine.shapes import SHAPE, task, values

FACTS = Facts(hidden=frozenset({"enabled", "task.retries"}), same={"name": "case", "rights": "privilege"})
RECONCILE = Reconciler(SHAPE, FACTS).reconcile


def test_unknown_values_become_what_the_api_says() -> None:
    """And None where it says nothing."""
    state = values(id=UNKNOWN, owner=UNKNOWN, name="a", task=[task("t", told=UNKNOWN)])
    remote = {"owner": "me", "name": "a", "task": [task("t", told=None)]}
    assert RECONCILE(state, remote) == values(owner="me", name="a", task=[task("t")])


def test_drift_shows() -> None:
    """Changed and removed values, and blocks that somebody else added."""
    state = values(name="a", tags={"x": "1"}, task=[task("t", told="A")])
    remote = values(name="b", tags=None, task=[task("t", told="B"), task("new")])
    assert RECONCILE(state, remote) == values(name="b", task=[task("t", told="B"), task("new")])


def test_spelling_and_order_are_the_states() -> None:
    """The API's own spelling, order in sets and zero values are no drift."""
    state = values(name="Sales", rights=["use catalog", "SELECT"], task=[task("a"), task("b")])
    remote = values(
        name="sales",
        rights=["SELECT", "USE_CATALOG"],
        tags={},
        task=[task("a", mail=[{"to": []}]), task("b")],
        channel=[{"name": ""}],
    )
    assert RECONCILE(state, remote) == state


def test_a_list_is_in_the_api_s_order() -> None:
    """Terraform's lists are ordered: another order is drift, and each element keeps what was its own."""
    state = values(task=[task("b", retries=2), task("a")])
    remote = values(task=[task("a"), task("b")])
    assert RECONCILE(state, remote) == values(task=[task("a"), task("b", retries=2)])


def test_hidden_values_stay() -> None:
    """What the API never returns is kept, in blocks, too."""
    state = values(enabled=True, task=[task("t", retries=5)])
    assert RECONCILE(state, values(enabled=None, task=[task("t")])) == state


def test_what_the_answer_does_not_tell_stays() -> None:
    """An answer in part leaves the rest as it was."""
    state = values(name="a", tags={"x": "1"}, task=[task("t", told="A")])
    assert RECONCILE(state, {"name": "b"}) == state | {"name": "b"}
