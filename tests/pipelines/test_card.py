"""What a card must have."""

from __future__ import annotations

from pipelines.card import SECTIONS, find_gaps

COMPLETE = "# dev.flights.arrival_delay\n\n" + "\n\n".join(f"## {section}\n\nText." for section in SECTIONS)


def test_complete_card_has_no_gaps() -> None:
    """A card with a text in every section is complete, in whatever order."""
    assert find_gaps(COMPLETE) == []


def test_empty_and_missing_sections_are_gaps() -> None:
    """A heading alone is no text, whether another follows or nothing."""
    first, last = SECTIONS[0], SECTIONS[-1]
    card = COMPLETE.replace(f"## {first}\n\nText.", f"## {first}").replace(
        f"## {last}\n\nText.", f"## {last}\n\n"
    )
    assert find_gaps(card) == [f"no section {first}", f"no section {last}"]
    assert find_gaps("") == [f"no section {section}" for section in SECTIONS]
