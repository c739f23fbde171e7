"""Plans: what an object will be after apply."""

from __future__ import annotations

from infra.local.provider.engine.planning import Planner, find_replacements
from infra.local.provider.schema.facts import Facts
from infra.local.provider.wire.msgpack import UNKNOWN
from tests.infra.local.provider.engine.shapes import SHAPE, task, values

FACTS = Facts(
    replace=("rights", "name", "channel", "task.retries"),
    defaults={"enabled": True, "task.retries": 3},
    keep=frozenset({"tags", "channel", "task.mail"}),
    same={"name": "case", "rights": "privilege"},
)
PLAN = Planner(SHAPE, FACTS).plan


def test_a_new_object_has_unknowns_and_defaults() -> None:
    """What the API computes is unknown before it is made, in blocks, too; defaults are filled in."""
    planned = PLAN(values(name="a", task=[task("t")]), None)
    assert planned == values(
        id=UNKNOWN, name="a", enabled=True, owner=UNKNOWN, task=[task("t", retries=3, told=UNKNOWN)]
    )


def test_an_unchanged_configuration_plans_the_state() -> None:
    """Computed values stay, and so does what the API filled in where nothing is configured."""
    state = values(
        id="1",
        name="a",
        enabled=True,
        owner="me",
        tags={"team": "x"},
        channel=[{"name": "CURRENT"}],
        task=[task("t", retries=3, told="x", mail=[{"to": ["me"]}])],
    )
    assert PLAN(values(name="a", task=[task("t")]), state) == state


def test_nothing_and_zero_are_the_same() -> None:
    """An API that answers "" or no elements for what was never set plans no change; nor do empty blocks."""
    state = values(id="1", name="", enabled=True, owner="", rights=[], entry=[values_of_entry()])
    assert PLAN(values(entry=[]), state) == state


def values_of_entry() -> dict[str, None]:
    """A block in which nothing is set."""
    return {"user": None, "group": None, "level": None}


def test_an_explicit_false_is_a_change_from_nothing() -> None:
    """After an import nothing is known of an attribute; a configured false is a decision."""
    assert PLAN(values(enabled=False), values(id="1"))["enabled"] is False


def test_other_spellings_are_no_change() -> None:
    """Names in another case and privileges with spaces keep the state's spelling."""
    state = values(id="1", name="Sales", rights=["USE_CATALOG", "SELECT"], enabled=True)
    planned = PLAN(values(name="SALES", rights=["select", "use catalog"]), state)
    assert (planned["name"], planned["rights"]) == ("Sales", ["USE_CATALOG", "SELECT"])


def test_removed_values_are_removed() -> None:
    """What is neither computed nor kept goes when its configuration goes."""
    state = values(id="1", name="a", rights=["SELECT"], task=[task("t", retries=3)], enabled=True)
    planned = PLAN(values(), state)
    assert (planned["name"], planned["rights"], planned["task"]) == (None, None, [])


def test_blocks_are_matched_by_their_key() -> None:
    """A task that moves keeps what was computed for it; a new one is unknown."""
    state = values(
        id="1", task=[task("a", retries=3, told="A"), task("b", retries=3, told="B")], enabled=True
    )
    planned = PLAN(values(task=[task("b"), task("c")]), state)
    assert [item["told"] for item in planned["task"]] == ["B", UNKNOWN]


def test_members_of_sets_are_matched_by_likeness() -> None:
    """A set's order says nothing."""
    entries = [{"user": "u", "group": None, "level": "READ"}, {"user": None, "group": "g", "level": "RUN"}]
    state = values(id="1", entry=entries, enabled=True)
    planned = PLAN(values(entry=entries[::-1]), state)
    assert sorted(planned["entry"], key=str) == sorted(entries, key=str)


def test_unknown_values_stay_unknown() -> None:
    """Also whole blocks, and what has a default."""
    planned = PLAN(values(name=UNKNOWN, enabled=UNKNOWN, task=UNKNOWN), values(id="1", name="a"))
    assert (planned["name"], planned["enabled"], planned["task"]) == (UNKNOWN, UNKNOWN, UNKNOWN)


def test_replacements_name_the_place() -> None:
    """A changed attribute, one within a block of a list, and a block that comes or goes, but no new order."""
    prior = values(name="a", rights=["A", "B"], task=[task("x", retries=1), task("y", retries=1)])
    planned = values(name="b", rights=["B", "A"], task=[task("x", retries=1), task("y", retries=2)])
    assert find_replacements(FACTS, prior, planned) == [["name"], ["task", 1, "retries"]]
    with_channel = values(channel=[{"name": "a"}])
    assert find_replacements(FACTS, with_channel, values()) == [["channel"]]
    assert find_replacements(FACTS, with_channel, values(channel=[{"name": "b"}])) == []


def test_an_unknown_value_may_need_a_replacement() -> None:
    """What is not known yet is taken to differ."""
    assert find_replacements(FACTS, values(name="a"), values(name=UNKNOWN)) == [["name"]]
