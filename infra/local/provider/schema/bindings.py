"""The TypeScript that the installed cdktf bindings were generated from: classes and what they declare.

The bindings' JavaScript carries it in inline source maps. A comment above each property says whether
the attribute is required, optional or computed; the synthesize functions say what is a block.
"""

from __future__ import annotations

import base64
import importlib.metadata
import importlib.util
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

DISTRIBUTION = "cdktf-cdktf-provider-databricks"
_PACKAGE = "cdktf_cdktf_provider_databricks"
_SOURCE_MAP = b"sourceMappingURL=data:application/json;base64,"
_CLASS = re.compile(r"^export class (\w+) extends cdktf\.(\w+)", re.MULTILINE)
_PROPERTY = re.compile(r"^  // (\w+) - computed: (\w+), optional: (\w+), required: (\w+)$", re.MULTILINE)
_COMPLEX = re.compile(r'= new ([\w.]+)\(this, "\w+"(?:, (true|false))?\);')
_GETTER = re.compile(r"return (?:cdktf\.Fn\.(\w+)\()?this\.get(\w+)Attribute\(")
_INPUT = re.compile(r"^  private _\w+\?: (string|number|boolean)\b(\[\])?", re.MULTILINE)
_INPUT_GETTERS = {"string": "String", "number": "Number", "boolean": "Boolean"}
_SYNTHESIS = re.compile(
    r"^    (?:  )?(\w+): \{\n +value: [^\n]*\n +isBlock: (\w+),\n +type: \"(\w+)\",", re.MULTILINE
)
_FUNCTION = re.compile(r"^export function (\w+)ToHclTerraform\(.*?^\}", re.MULTILINE | re.DOTALL)
_TYPE_NAME = re.compile(r"tfResourceType = \"(\w+)\"")


@dataclass(frozen=True)
class Property:
    """One attribute or block of a class, as the bindings declare it."""

    name: str
    required: bool
    optional: bool
    computed: bool
    getter: str = ""
    complex_class: str = ""
    is_set: bool = False
    is_block: bool = False
    synthesized_as: str = ""


@dataclass
class Declaration:
    """A class of the bindings: a resource, a data source, the provider, or the shape of a block."""

    name: str
    base: str
    type_name: str = ""
    properties: list[Property] = field(default_factory=list)


class MissingBindingsError(Exception):
    """The cdktf bindings are not installed or not of a form that can be read."""


def bindings_version() -> str:
    """The version of the installed bindings."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as error:
        message = f"{DISTRIBUTION} is not installed: run `pipenv sync --dev`"
        raise MissingBindingsError(message) from error


def read_folders() -> Iterator[dict[str, Declaration]]:
    """For each resource, data source and the provider: its classes by name."""
    texts: dict[str, list[str]] = {}
    for path, text in _read_sources(_archive()):
        parts = PurePosixPath(path).parts
        if len(parts) > 3:  # package/lib/<type>/…
            texts.setdefault(parts[2], []).append(text)
    for sources in texts.values():
        yield read_declarations("\n".join(sources))


def read_declarations(text: str) -> dict[str, Declaration]:
    """The classes that a type's TypeScript declares, by name."""
    synthesis = _read_synthesis(text)
    declarations = {}
    for head, body in _cut(_CLASS, text):
        name, base = head.groups()
        declarations[name] = _read_class(name, base, body, synthesis)
    return declarations


def _cut(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    heads = list(pattern.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=False):
        yield head, text[head.start() : end]


def _archive() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)  # finds it without starting jsii, as an import would
    if spec is None or spec.origin is None:
        message = f"{DISTRIBUTION} is not installed: run `pipenv sync --dev`"
        raise MissingBindingsError(message)
    archives = sorted((Path(spec.origin).parent / "_jsii").glob("*.tgz"))
    if not archives:
        message = f"{DISTRIBUTION} {bindings_version()} has no jsii archive"
        raise MissingBindingsError(message)
    return archives[0]


def _read_sources(archive: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(archive) as bundle:
        for member in bundle:
            if not member.name.endswith(".js"):
                continue
            stream = bundle.extractfile(member)
            content = stream.read() if stream else b""
            _, found, encoded = content.partition(_SOURCE_MAP)
            if found:
                source_map = json.loads(base64.b64decode(encoded.split()[0]))
                yield member.name, "\n".join(source_map["sourcesContent"])


def _read_synthesis(text: str) -> dict[str, dict[str, tuple[bool, str]]]:
    found = {}
    for function in _FUNCTION.finditer(text):
        found[function.group(1).lower()] = _read_attrs(function.group(0))
    _, _, resource = text.partition("synthesizeHclAttributes()")
    found[""] = _read_attrs(resource)
    return found


def _read_attrs(text: str) -> dict[str, tuple[bool, str]]:
    return {name: (is_block == "true", kind) for name, is_block, kind in _SYNTHESIS.findall(text)}


def _read_class(
    name: str, base: str, body: str, synthesis: dict[str, dict[str, tuple[bool, str]]]
) -> Declaration:
    found = _TYPE_NAME.search(body) if base != "ComplexObject" else None
    declaration = Declaration(name, base, found.group(1) if found else "")
    key = name.removesuffix("OutputReference").lower() if base == "ComplexObject" else ""
    synthesized = synthesis.get(key, {})
    for head, chunk in _cut(_PROPERTY, body):
        declaration.properties.append(_read_property(head, chunk, synthesized))
    return declaration


def _read_property(head: re.Match[str], chunk: str, synthesized: dict[str, tuple[bool, str]]) -> Property:
    name, computed, optional, required = head.groups()
    is_block, kind = synthesized.get(name, (False, ""))
    complex_match = _COMPLEX.search(chunk)
    getter = _GETTER.search(chunk)
    return Property(
        name,
        required=required == "true",
        optional=optional == "true",
        computed=computed == "true",
        getter=getter.group(2) if getter else _input_getter(chunk),
        complex_class=complex_match.group(1) if complex_match else "",
        is_set=bool(complex_match and complex_match.group(2) == "true") or bool(getter and getter.group(1)),
        is_block=is_block,
        synthesized_as=kind,
    )


def _input_getter(chunk: str) -> str:
    """The provider's own attributes have no getters: their inputs tell the type."""
    found = _INPUT.search(chunk)
    if not found:
        return ""
    return "List" if found.group(2) else _INPUT_GETTERS[found.group(1)]
