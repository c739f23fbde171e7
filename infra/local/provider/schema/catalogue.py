"""All schemas, derived once per version of the bindings and kept serialized in a folder."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from pathlib import Path

from google.protobuf.message import DecodeError

from infra.local.provider.schema import bindings, derivation, facts
from infra.local.provider.schema.facts import Facts, facts_of
from infra.local.provider.schema.model import Block, read_block
from infra.local.provider.wire import plugin_pb2 as pb


class Catalogue:
    """The schemas as Terraform gets them and as the engine walks them."""

    def __init__(self, folder: Path) -> None:
        self.message = _load(folder)
        self.provider = read_block(self.message.provider.block)
        self._blocks: dict[tuple[str, str], Block] = {}
        self._lock = threading.Lock()

    def resource(self, type_name: str) -> Block:
        """A resource type's shape; KeyError for a type that the bindings do not know."""
        return self._block("resource", type_name)

    def data_source(self, type_name: str) -> Block:
        """A data source's shape; KeyError for a type that the bindings do not know."""
        return self._block("data source", type_name)

    def _block(self, kind: str, type_name: str) -> Block:
        with self._lock:
            if (kind, type_name) not in self._blocks:
                found = (
                    self.message.resource_schemas if kind == "resource" else self.message.data_source_schemas
                )
                if type_name not in found:  # a protobuf map would make an empty one
                    raise KeyError(type_name)
                self._blocks[kind, type_name] = read_block(found[type_name].block)
            return self._blocks[kind, type_name]


def _load(folder: Path) -> pb.GetProviderSchema.Response:
    path = folder / f"schemas-{bindings.bindings_version()}-{_fingerprint()}.pb"
    try:
        return pb.GetProviderSchema.Response.FromString(path.read_bytes())
    except (FileNotFoundError, DecodeError):
        response = derivation.derive_schemas()
    for type_name, schema in response.resource_schemas.items():
        _apply_facts(schema, facts_of(type_name))
    _write(path, response.SerializeToString())
    return response


def _fingerprint() -> str:
    """Changes with what decides on the schemas beside the bindings."""
    sources = (facts.PATH, Path(bindings.__file__), Path(derivation.__file__), Path(__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def _write(path: Path, content: bytes) -> None:
    """All of the file or nothing of it, also when two processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def _apply_facts(schema: pb.Schema, found: Facts) -> None:
    schema.version = found.version
    for path in found.sensitive:
        *blocks, name = path.split(".")
        block = schema.block
        for step in blocks:
            block = next(inner.block for inner in block.block_types if inner.type_name == step)
        for attribute in block.attributes:
            attribute.sensitive |= attribute.name == name
