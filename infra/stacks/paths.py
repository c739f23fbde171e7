"""Where a synthesized resource tells the path of its construct: in its comment, out of cdktf's sight.

cdktf writes the path as the comment's `metadata.path`, and shows it behind the resource's address in what
Terraform prints. For that it tries every resource's address, as a regular expression of its own, on every
line: with fifty projects half a billion of them for a first plan. An address spells the path anyhow.
"""

from __future__ import annotations

import json
from pathlib import Path

from infra.declared.declared import read_stacks, stack_files


def move_paths(folder: Path) -> None:
    """Rewrite the stacks in a folder: each resource's comment is its construct's path and nothing else."""
    files = stack_files(folder)
    for name, document in read_stacks(folder).items():
        for kind in ("resource", "data"):
            for named in document.get(kind, {}).values():
                for resource in named.values():
                    if "//" in resource:  # cdktf tells no path of another stack's state
                        resource["//"] = {"path": resource["//"]["metadata"]["path"]}
        files[name].write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")
