"""Terraform's values as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.provider.wire.msgpack import UNKNOWN, Value, pack, unpack

SCALARS = st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 64) - 1) | st.text() | st.just(UNKNOWN)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(), inner, max_size=20)
)


@settings(max_examples=50)
@given(VALUES)
def test_values_come_back_as_they_went(value: Value) -> None:
    """Any value that Terraform can have survives both ways."""
    assert unpack(pack(value)) == value


@pytest.mark.parametrize("size", [15, 16, 31, 32, 255, 256, 65535, 65536])
def test_lengths_around_each_encoding(size: int) -> None:
    """Text, lists and maps of the sizes at which their encoding changes."""
    for value in ("x" * size, [0] * size, {str(number): number for number in range(size)}):
        assert unpack(pack(value)) == value


def test_refined_unknown_values_are_unknown() -> None:
    """Terraform tells more of an unknown value in an extension of type 12, which is dropped."""
    assert unpack(b"\xc7\x03\x0c\x81\x01\xc2") is UNKNOWN
    assert unpack(b"\x92\xd4\x00\x00\xc0") == [UNKNOWN, None]


def test_fractions_stay_fractions_and_whole_numbers_whole() -> None:
    """Terraform has one type of numbers; APIs take 1.0 for a float where they want 1."""
    assert unpack(pack(1.5)) == 1.5
    assert isinstance(unpack(b"\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00"), int)


def test_garbage_is_refused() -> None:
    """Bytes after the value, or a code that MessagePack does not have."""
    for data in (b"\xc0\xc0", b"\xc1"):
        with pytest.raises(ValueError, match=r"value|code"):
            unpack(data)
