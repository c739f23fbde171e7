"""Edits of YAML leave everything else as people wrote it, whatever form they wrote it in."""

from __future__ import annotations

import pytest
import yaml

from infra.scaffolding.yaml_text import YamlText


def rename(text: str) -> str:
    """Another name for what is copied."""
    return text.replace("staging", "qa")


BLOCK = """\
# of both
ml:
  # what staging is for
  staging:  # not prod
    read: [data]
    write:
      - models
      - jobs  # all of them

  prod:
    read: [data]
"""
BRACES = "ml: {staging: {read: [data]}, prod: {read: [data]}}  # both\n"
ALIAS = "ml:\n  prod: &all {read: [data]}\n  staging: *all\n"
ALIAS_IN_BRACES = "ml: {prod: &all {read: [data]}, staging: *all}\n"
LITERAL = "ml:\n  staging: |\n    text\n    more\n  prod: x\n"


@pytest.mark.parametrize("text", [BLOCK, BRACES, ALIAS, ALIAS_IN_BRACES, LITERAL])
def test_a_copy_is_removed_without_a_trace(text: str) -> None:
    """The copy has the same value beside the same others, and its removal gives the text back."""
    copied = YamlText(text).copy(("ml", "staging"), rename)
    before, after = yaml.safe_load(text)["ml"], yaml.safe_load(copied.text)["ml"]
    assert after == {**before, "qa": before["staging"]}
    assert copied.remove(("ml", "qa")).text == text


def test_comments_go_along() -> None:
    """The comment above an entry and those within are the copy's, too, renamed like the rest."""
    copied = YamlText(BLOCK).copy(("ml", "staging"), rename)
    assert "  # what qa is for\n  qa:  # not prod\n" in copied.text
    assert copied.text.count("# all of them") == 2


def test_the_last_entry_takes_its_mapping_along() -> None:
    """A mapping that would be left with nothing to say is removed."""
    text = "a:\n  x: 1\n\n# about b\nb:\n  y: {z: 2}\n"
    assert YamlText(text).remove(("b", "y", "z")).text == "a:\n  x: 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p:\n  a: 1\n", "p:\n  a: 1\n  n:\n    x: 1\n"),
        ("p:\n    a: 1\nq: 2\n", "p:\n    a: 1\n    n:\n      x: 1\nq: 2\n"),
        ("p: {}  # none yet\nq: 2\n", "p:\n  n:\n    x: 1  # none yet\nq: 2\n"),
        ("q: 2\n", "q: 2\np:\n  n:\n    x: 1\n"),
        ("q: 2", "q: 2\np:\n  n:\n    x: 1\n"),
    ],
)
def test_a_block_is_appended(text: str, expected: str) -> None:
    """Below the last entry and indented like it; a mapping that is empty or missing begins with it."""
    assert YamlText(text).append(("p",), "n:\n  x: 1").text == expected


@pytest.mark.parametrize(
    "text", ["in: [dev, test]\n", "in: [test, dev]\n", "in:\n  - dev  # first\n  - test\n", "in: [dev]\n"]
)
def test_a_word_of_a_list_is_added_and_removed(text: str) -> None:
    """After the one that is named, in the list's own form."""
    added = YamlText(text).add_item(("in",), "qa", after="dev")
    words = added.items(("in",))
    assert words[words.index("dev") + 1] == "qa"
    assert added.remove_item(("in",), "qa").text == text


def test_an_emptied_mapping_keeps_its_comment() -> None:
    """What is said about all of its entries is still said."""
    text = "# all of them\np:\n  a: 1\n  b: 2\nq: 3\n"
    assert YamlText(text).empty(("p",)).text == "# all of them\np: {}\nq: 3\n"
