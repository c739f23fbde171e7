"""SCIM filters (RFC 7644, 3.4.2.2), as far as Databricks has them."""

from __future__ import annotations

from typing import Any

from scim2_filter_parser import ast
from scim2_filter_parser.lexer import SCIMLexer
from scim2_filter_parser.parser import SCIMParser, SCIMParserError

from infra.local.workspace.errors import InvalidParameterError
from infra.local.workspace.store import Document


class Filter:
    """A filter that resources match or not; text is compared in any case."""

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            self._tree = SCIMParser().parse(SCIMLexer().tokenize(text))
        except (SCIMParserError, ValueError) as error:
            raise self._error(str(error)) from error
        if self._tree is None:
            raise self._error("it is empty")

    def matches(self, resource: Document) -> bool:
        """Whether the filter is true of a resource, or of one value of a multi-valued attribute."""
        return self._is_true(self._tree, resource)

    def _is_true(self, node: ast.AST, resource: Document) -> bool:
        if isinstance(node, ast.Filter):
            if node.namespace is None:
                result = self._is_true(node.expr, resource)
            else:
                items = _attribute(resource, node.namespace.attr_name)
                result = any(self._is_true(node.expr, item) for item in items if isinstance(item, dict))
            return bool(result != node.negated)
        if isinstance(node, ast.LogExpr):
            return self._joined(node, resource)
        return self._compared(node, resource)

    def _joined(self, node: ast.LogExpr, resource: Document) -> bool:
        operator = node.op.lower()
        for side in (node.expr1, node.expr2):
            # The parser gives both operators one precedence: unlike ones side by side would be misread.
            if isinstance(side.expr, ast.LogExpr) and side.expr.op.lower() != operator:
                raise self._error("put parentheses where and meets or")
        first, second = self._is_true(node.expr1, resource), self._is_true(node.expr2, resource)
        return (first and second) if operator == "and" else (first or second)

    def _compared(self, node: ast.AttrExpr, resource: Document) -> bool:
        path = node.attr_path
        if not isinstance(path.attr_name, str):
            raise self._error("a comparison needs an attribute's name")
        values = [
            _text(v) for v in _attribute(resource, path.attr_name, path.sub_attr and path.sub_attr.value)
        ]
        operator = node.value.lower()
        if operator == "pr":
            return any(values)
        wanted = _text(node.comp_value.value)
        if operator == "eq":
            return wanted in values
        if operator == "ne":
            return wanted not in values
        if operator == "co":
            return any(wanted in value for value in values)
        if operator == "sw":
            return any(value.startswith(wanted) for value in values)
        raise self._error(f"operator {operator} is not supported; there are eq, ne, co, sw, pr")

    def _error(self, reason: str) -> InvalidParameterError:
        return InvalidParameterError(f"Invalid filter {self._text!r}: {reason}.", code="invalidFilter")


def _attribute(resource: Document, name: str, sub_attribute: str | None = None) -> list[Any]:
    """All values of an attribute; of complex ones the sub-attribute, `value` where none is named."""
    found = _member(resource, name)
    items = found if isinstance(found, list) else [found]
    if sub_attribute is not None:
        items = [_member(item, sub_attribute) for item in items if isinstance(item, dict)]
    return [item for item in items if item is not None]


def _member(resource: Document, name: str) -> Any:
    for key, value in resource.items():
        if key.lower() == name.lower():
            return value
    return None


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("value", "")
    return str(value).casefold()
