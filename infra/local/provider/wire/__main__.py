"""`python -m infra.local.provider.wire` compiles plugin.proto again after a change to it."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[3]
NOTES = {
    "plugin_pb2.py": "# ruff: noqa - generated from plugin.proto\n# mypy: ignore-errors\n",
    "plugin_pb2.pyi": "# ruff: noqa - generated from plugin.proto\n",
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
