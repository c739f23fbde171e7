"""Whatever is written into the settings, loading ends well or with lines that say what is wrong."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.config.problems import ConfigurationError
from tests.infra.conftest import copy_files

VALUES = [None, "", "x", -1, 0, 2.5, True, [], [1], {}, {"x": "y"}, "2013-13"]
LINE = re.compile(r"[\w/.-]+\.yaml(:\d+)?: .+")


def nodes(root: yaml.Node) -> list[yaml.Node]:
    """Every value below a node, and the node."""
    if isinstance(root, yaml.MappingNode):
        return [root, *(node for _, value in root.value for node in nodes(value))]
    if isinstance(root, yaml.SequenceNode):
        return [root, *(node for value in root.value for node in nodes(value))]
    return [root]


@given(data=st.data(), value=st.sampled_from(VALUES))
@settings(max_examples=40)
def test_any_value_is_taken_or_told(data: st.DataObject, value: object) -> None:
    """No value of any key ends in a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        files = copy_files(Path(folder))
        file = data.draw(st.sampled_from(sorted(files.folder.rglob("*.yaml"))), label="file")
        text = file.read_text()
        root = yaml.compose(text, yaml.SafeLoader)
        assert root is not None
        node = data.draw(st.sampled_from(nodes(root)), label="node")
        changed = yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip()
        file.write_text(text[: node.start_mark.index] + changed + "\n" + text[node.end_mark.index :])
        try:
            files.load()
        except ConfigurationError as error:
            lines = str(error).replace(f"{files.folder}/", "").splitlines()
            assert lines
            assert all(LINE.fullmatch(line) for line in lines), lines
