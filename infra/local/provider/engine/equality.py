"""When two values are the same to the API, however they are spelled."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.provider.wire.msgpack import UNKNOWN, Value

_SQL_TYPES = {
    "integer": "int",
    "long": "bigint",
    "real": "float",
    "short": "smallint",
    "byte": "tinyint",
    "decimal": "decimal(10,0)",
    "dec": "decimal(10,0)",
    "numeric": "decimal(10,0)",
}


def is_zero(value: Value) -> bool:
    """Nothing, or what SDKv2 providers do not tell from nothing: "", 0, false, no elements, empty blocks."""
    if value is UNKNOWN:
        return False
    if isinstance(value, dict):
        return all(is_zero(item) for item in value.values())
    if isinstance(value, list):
        return all(isinstance(item, dict) and is_zero(item) for item in value)
    return not value


def sql_type(name: str) -> str:
    """The spelling that the metastore gives a column type."""
    plain = name.replace("`", "").lower()
    return _SQL_TYPES.get(plain, plain)


def _workspace_path(path: str) -> str:
    return path.removeprefix("/Workspace").rstrip("/")


def _decimal(text: str) -> str:
    """Without what a database's decimal type writes behind the point: `840` for `840.000`."""
    return text.rstrip("0").removesuffix(".") if "." in text else text


def privilege(name: str) -> str:
    """The spelling that Unity Catalog gives a privilege: `USE_CATALOG` for `use catalog`."""
    return name.replace(" ", "_").upper()


_NORMAL_FORMS: dict[str, Callable[[str], str]] = {
    "case": str.casefold,
    "decimal": _decimal,
    "slash": lambda path: path.rstrip("/"),
    "space": lambda text: " ".join(text.split()),
    "sql_type": sql_type,
    "workspace_path": _workspace_path,
    "privilege": privilege,
}


def is_same(before: Value, after: Value, spelling: str | None = None) -> bool:
    """Whether a change from `before` to `after` is none; `spelling` names a rule of facts.json."""
    if before is UNKNOWN or after is UNKNOWN:
        return False
    if is_zero(before) and is_zero(after):
        return True
    if isinstance(before, str) != isinstance(after, str):
        return _is_same_number(before, after)
    if spelling == "prefix":  # the metastore appends its id to the root it was given
        return isinstance(before, str) and isinstance(after, str) and before.startswith(after)
    return bool(_normal(before, spelling) == _normal(after, spelling))


def _is_same_number(before: Value, after: Value) -> bool:
    """Whether a text and a number are the same: Terraform writes 0.05 out, an API answers its binary form."""
    try:
        return float(before) == float(after)
    except (TypeError, ValueError):
        return False


def same_members(before: list[Value], after: list[Value], spelling: str | None = None) -> bool:
    """Whether two sets of scalars hold the same, in whatever order."""
    if UNKNOWN in before or UNKNOWN in after:
        return False
    return {_normal(item, spelling) for item in before} == {_normal(item, spelling) for item in after}


def same_elements(before: list[Value], after: list[Value]) -> bool:
    """Whether two collections of objects hold the same, in whatever order; what is not set is nothing."""
    return sorted(map(_shown, before)) == sorted(map(_shown, after))


def _shown(element: dict[str, Value]) -> str:
    return repr(sorted((name, value) for name, value in element.items() if value is not None))


def _normal(value: Value, spelling: str | None) -> Value:
    if spelling and isinstance(value, str):
        return _NORMAL_FORMS[spelling](value)
    return value
