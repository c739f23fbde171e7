"""Only what a team listed, with its reason and for a while, is taken out of a plan, and it is counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from infra.config.review import Noise
from infra.config.settings import AllSettings
from infra.review.finding import Severity
from infra.review.noise import Sifted, sift
from infra.review.plan import Change, Plan
from tests.infra.review.plans import Json, change, plan, replaced
from tests.infra.synthesis import Synthesized

TODAY = date(2026, 11, 26)
LINK = "https://github.com/databricks/terraform-provider-databricks/issues/4254"
TABLE = "databricks_sql_table"


def _noise(resource: str = TABLE, attribute: str = "effective_properties", **values: Any) -> Noise:
    text = {"reason": "the platform writes it", "link": LINK, "until": "2027-05-26", **values}
    return Noise.model_validate({"resource": resource, "attribute": attribute, **text})


def _table(name: str = "planes", version: str = "1", **values: Any) -> Json:
    return {
        "name": name,
        "effective_properties": {"delta.lastUpdateVersion": version},
        "comment": "Planes",
        **values,
    }


def _sift(entry: Noise, *changes: Json) -> Sifted:
    return sift([plan("prod", *changes)], [entry], TODAY)


def _left(sifted: Sifted) -> tuple[Change, ...]:
    [left] = sifted.plans
    return left.changes


WRITTEN = change(TABLE, "planes", before=_table(), after=_table(version="2"))
COMMENTED = change(TABLE, "weather", before=_table("weather"), after=_table("weather", "2", comment="Rain"))


def test_only_noise_leaves_an_empty_plan() -> None:
    """A change of nothing but a listed attribute is gone, and is told of with its entry."""
    sifted = _sift(_noise(), WRITTEN)
    assert not _left(sifted)
    assert sifted.line == f"1 difference, 1 entry: databricks_sql_table effective_properties (1, {LINK})"
    assert not sifted.findings
    assert not sifted.unused


def test_what_else_changes_stays() -> None:
    """One listed and one other attribute: the change is told without the listed one."""
    sifted = _sift(_noise(), WRITTEN, COMMENTED)
    [left] = _left(sifted)
    assert left.address == f"{TABLE}.weather"
    assert left.attributes == ("comment",)
    assert sum(sifted.hidden.values()) == 2
    assert sifted.line.startswith("2 differences, 1 entry: ")


def test_several_entries_are_counted_each() -> None:
    """Two entries about one resource hide two differences."""
    entries = [_noise(), _noise(resource=f"{TABLE}.wea*", attribute="comment")]
    sifted = sift([plan("prod", WRITTEN), plan("dev", COMMENTED)], entries, TODAY)
    assert [len(left.changes) for left in sifted.plans] == [0, 0]
    assert sifted.hidden == {entries[0]: 2, entries[1]: 1}
    assert sifted.line.startswith("3 differences, 2 entries: ")


@pytest.mark.parametrize(
    "resource", ["databricks_sql_endpoint", "databricks_sql", f"{TABLE}.weather", "*.weather"]
)
def test_entry_is_of_what_it_names(resource: str) -> None:
    """Another type or address is not hidden, nor is what only begins alike."""
    sifted = _sift(_noise(resource=resource), WRITTEN)
    assert len(_left(sifted)) == 1
    assert sifted.line == "nothing hidden"
    assert len(sifted.unused) == 1


@pytest.mark.parametrize("resource", [TABLE, f"{TABLE}.planes", f"{TABLE}.*", "databricks_*"])
def test_entry_names_a_type_or_an_address(resource: str) -> None:
    """Any text stands for *."""
    assert not _left(_sift(_noise(resource=resource), WRITTEN))


def _endpoint(route: str | None, version: str = "1") -> Json:
    entities = [{"name": "a", "entity_version": version}]
    return {"config": [{"served_entities": entities, "traffic_config": [{"routes": [{"name": route}]}]}]}


@pytest.mark.parametrize(
    ("attribute", "after", "left"),
    [
        ("config.traffic_config", _endpoint("b"), 0),
        ("config.traffic_config.routes.name", _endpoint("b"), 0),
        ("config", _endpoint("b"), 0),
        ("config.traffic_config", _endpoint("b", "2"), 1),
        ("config.served_entities", _endpoint("b"), 1),
        ("config.traffic", _endpoint("b"), 1),
        ("traffic_config", _endpoint("b"), 1),
        ("config.traffic_config", {"config": []}, 1),
    ],
)
def test_nested_attribute_by_its_path(attribute: str, after: Json, left: int) -> None:
    """A path goes through blocks without indices, and covers only what is at it or below."""
    changed = change("databricks_model_serving", before=_endpoint("a"), after=after)
    sifted = _sift(_noise(resource="databricks_model_serving", attribute=attribute), changed)
    assert len(_left(sifted)) == left


def test_key_of_a_map_may_have_dots() -> None:
    """One property of a table can be listed by itself."""
    entry = _noise(attribute="effective_properties.delta.lastUpdateVersion")
    assert not _left(_sift(entry, WRITTEN))


def test_what_only_the_deploy_tells_can_be_noise() -> None:
    """An attribute that is not known yet is hidden as one that is; another one is not."""
    after = {"name": "planes", "comment": "Planes"}
    computed = change(TABLE, before=_table(), after=after, unknown={"effective_properties": True})
    assert not _left(_sift(_noise(), computed))
    more = change(TABLE, before=_table(), after=after, unknown={"effective_properties": True, "owner": True})
    [left] = _left(_sift(_noise(), more))
    assert left.attributes == ("owner",)


@pytest.mark.parametrize(
    "kept",
    [
        change(TABLE, after=_table()),
        change(TABLE, before=_table()),
        replaced(TABLE, before=_table(), by="effective_properties", to={}),
    ],
    ids=["made", "destroyed", "replaced"],
)
def test_what_is_made_or_goes_is_no_noise(kept: Json) -> None:
    """Only an update is sifted."""
    sifted = _sift(_noise(), kept)
    assert len(_left(sifted)) == 1
    assert not sifted.hidden


def test_drift_is_sifted_and_counted_once() -> None:
    """What was changed outside of the code by noise alone is no drift, and no second difference."""
    [written] = plan("prod", WRITTEN).changes
    both = Plan("prod", (written,), (written,), {}, frozenset(), {})
    sifted = sift([both], [_noise()], TODAY)
    assert not sifted.plans[0].drifted
    assert sum(sifted.hidden.values()) == 1


@pytest.mark.parametrize(
    ("until", "text"),
    [
        ("2026-11-25", "expired on 2026-11-25 and hides nothing: take it out, or give a new date"),
        ("2027-11-28", "ends on 2027-11-28 and hides nothing: until 2027-11-27 at the latest"),
    ],
)
def test_entry_out_of_its_time_hides_nothing(until: str, text: str) -> None:
    """An expired entry, or one for longer than a year, is told and hides nothing."""
    sifted = _sift(_noise(until=until), WRITTEN)
    assert len(_left(sifted)) == 1
    [finding] = sifted.findings
    assert finding.text == f"noise databricks_sql_table effective_properties {text}"
    assert finding.severity == Severity.LOW
    assert not sifted.unused


@pytest.mark.parametrize("until", ["2026-11-26", "2027-11-27"])
def test_entry_s_first_and_last_day(until: str) -> None:
    """It hides until the end of its day, and may end in a year."""
    assert not _left(_sift(_noise(until=until), WRITTEN))


def test_nothing_is_sifted_of_nothing() -> None:
    """Without changes an entry is unused, and without entries every change stays."""
    assert _sift(_noise()).unused == (_noise(),)
    sifted = sift([plan("prod", WRITTEN)], [], TODAY)
    assert len(_left(sifted)) == 1
    assert sifted.line == "nothing hidden"


def test_shipped_entries_are_of_what_the_stacks_declare(
    settings: AllSettings, stacks: dict[str, Synthesized]
) -> None:
    """Each shipped entry names a type of the shipped stacks, with a date that an entry may have."""
    declared = {type_ for stack in stacks.values() for type_ in stack.document["resource"]}
    assert settings.review.noise
    for entry in settings.review.noise:
        assert any(entry.is_of(type_, type_) for type_ in declared)
        assert not sift([], [entry], TODAY).findings
