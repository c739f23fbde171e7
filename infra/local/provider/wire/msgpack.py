"""Terraform's values as bytes: MessagePack, with an extension for values that are not known yet."""

from __future__ import annotations

import struct
from typing import Any, Final

Value = Any
"""A Terraform value: None, bool, int, float, str, list, dict, or UNKNOWN."""


class Unknown:
    """A value that Terraform knows only after something else is applied."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __deepcopy__(self, memo: object) -> Unknown:
        return self  # there is one, compared by identity


UNKNOWN: Final = Unknown()
_UNKNOWN_BYTES = b"\xd4\x00\x00"


def pack(value: Value) -> bytes:
    """The bytes that Terraform reads as this value."""
    out: list[bytes] = []
    _pack(value, out)
    return b"".join(out)


def unpack(data: bytes) -> Value:
    """The value in these bytes; refinements of unknown values are dropped."""
    value, end = _unpack(data, 0)
    if end != len(data):
        message = f"{len(data) - end} bytes follow the value"
        raise ValueError(message)
    return value


def _pack(value: Value, out: list[bytes]) -> None:
    if isinstance(value, dict):
        out.append(_header(len(value), 0x80, 16, (None, 0xDE, 0xDF)))
        for key in sorted(value):
            _pack(key, out)
            _pack(value[key], out)
    elif isinstance(value, list | tuple):
        out.append(_header(len(value), 0x90, 16, (None, 0xDC, 0xDD)))
        for item in value:
            _pack(item, out)
    else:
        out.append(_scalar(value))


def _scalar(value: Value) -> bytes:
    if value is None:
        return b"\xc0"
    if value is UNKNOWN:
        return _UNKNOWN_BYTES
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        return _integer(value)
    return struct.pack(">Bd", 0xCB, value) if isinstance(value, float) else _text(value)


def _text(value: str) -> bytes:
    text = value.encode()
    return _header(len(text), 0xA0, 32, (0xD9, 0xDA, 0xDB)) + text


def _header(size: int, short: int, limit: int, codes: tuple[int | None, int, int]) -> bytes:
    if size < limit:
        return bytes((short | size,))
    if codes[0] is not None and size < 1 << 8:
        return bytes((codes[0], size))
    if size < 1 << 16:
        return struct.pack(">BH", codes[1], size)
    return struct.pack(">BI", codes[2], size)


def _integer(value: int) -> bytes:
    if -32 <= value < 128:
        return struct.pack(">b", value)
    if -(1 << 63) <= value < 1 << 63:
        return struct.pack(">Bq", 0xD3, value)
    if value < 1 << 64:
        return struct.pack(">BQ", 0xCF, value)
    return _text(str(value))  # cty reads numbers of any size from text


_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZED = {
    0xC4: ("bytes", ">B"),
    0xC5: ("bytes", ">H"),
    0xC6: ("bytes", ">I"),
    0xC7: ("extension", ">B"),
    0xC8: ("extension", ">H"),
    0xC9: ("extension", ">I"),
    0xD9: ("text", ">B"),
    0xDA: ("text", ">H"),
    0xDB: ("text", ">I"),
    0xDC: ("list", ">H"),
    0xDD: ("list", ">I"),
    0xDE: ("map", ">H"),
    0xDF: ("map", ">I"),
}
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}


def _unpack(data: bytes, at: int) -> tuple[Value, int]:
    code = data[at]
    at += 1
    if code < 0x80 or code >= 0xE0:
        return code if code < 0x80 else code - 256, at
    if code < 0xC0:
        return _unpack_short(data, at, code)
    if code in _CONSTANTS:
        return _CONSTANTS[code], at
    if code in _NUMBERS:
        return _number(data, at, _NUMBERS[code])
    if code in _FIXED_EXTENSIONS:
        return UNKNOWN, at + 1 + _FIXED_EXTENSIONS[code]
    if code in _SIZED:
        kind, size_format = _SIZED[code]
        size, at = _number(data, at, size_format)
        return _unpack_sized(data, at, kind, int(size))
    message = f"0x{code:02x} is no MessagePack code"
    raise ValueError(message)


def _unpack_short(data: bytes, at: int, code: int) -> tuple[Value, int]:
    if code < 0x90:
        return _unpack_sized(data, at, "map", code & 0x0F)
    if code < 0xA0:
        return _unpack_sized(data, at, "list", code & 0x0F)
    return _unpack_sized(data, at, "text", code & 0x1F)


def _number(data: bytes, at: int, number_format: str) -> tuple[Value, int]:
    value = struct.unpack_from(number_format, data, at)[0]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value, at + struct.calcsize(number_format)


def _unpack_sized(data: bytes, at: int, kind: str, size: int) -> tuple[Value, int]:
    if kind == "text":
        return data[at : at + size].decode(), at + size
    if kind == "list":
        return _unpack_list(data, at, size)
    if kind == "map":
        return _unpack_map(data, at, size)
    if kind == "extension":
        return UNKNOWN, at + 1 + size
    return data[at : at + size], at + size


def _unpack_list(data: bytes, at: int, size: int) -> tuple[Value, int]:
    items = []
    for _ in range(size):
        item, at = _unpack(data, at)
        items.append(item)
    return items, at


def _unpack_map(data: bytes, at: int, size: int) -> tuple[Value, int]:
    items = {}
    for _ in range(size):
        key, at = _unpack(data, at)
        items[key], at = _unpack(data, at)
    return items, at
