"""`python -m infra.local.provider.wire` compiles plugin.proto again after a change to it."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

from grpc_tools import protoc  # type: ignore[import-untyped] # no stubs are published

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[3]
NOTE = " - generated from plugin.proto\n# fmt: off\n"
NOTES = {
    "plugin_pb2.py": f"# ruff: noqa: E501, ERA001, I001{NOTE}# mypy: ignore-errors\n",
    "plugin_pb2.pyi": f"# ruff: noqa: A002, E501, I001, RUF023, UP007, UP045{NOTE}"
    "# mypy: disable-error-code=type-arg\n",
}


def compile_messages() -> int:
    """The compiler's exit code; the generated modules stand beside plugin.proto."""
    included = resources.files("grpc_tools") / "_proto"
    proto = FOLDER / "plugin.proto"
    code = protoc.main(
        ["", f"-I{ROOT}", f"-I{included}", f"--python_out={ROOT}", f"--pyi_out={ROOT}", str(proto)]
    )
    for name, note in NOTES.items():
        generated = FOLDER / name
        generated.write_text(note + generated.read_text())
    return int(code)


if __name__ == "__main__":
    sys.exit(compile_messages())
