"""Several files change together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.scaffolding.changes import Changes
from tests.infra.scaffolding.contents import contents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "kept.yaml").write_text("a: 1\n")
    (tmp_path / "changed.yaml").write_text("b: 2\n")
    return tmp_path


def test_all_are_made(folder: Path) -> None:
    """Files are written, changed and removed, and folders come and go with them."""
    changes = {
        folder / "new" / "deep" / "file.py": "x = 1\n",
        folder / "changed.yaml": "b: 3\n",
        folder / "old" / "kept.yaml": None,
    }
    assert Changes(changes).lines(folder) == [
        "write  new/deep/file.py",
        "change changed.yaml",
        "remove old/kept.yaml",
    ]
    Changes(changes).make()
    assert contents(folder) == {"new/deep/file.py": b"x = 1\n", "changed.yaml": b"b: 3\n"}
    assert not (folder / "old").exists()


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_none_is_made_when_one_can_not_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """Whatever goes wrong on the way, files and folders are as before."""
    before = contents(folder)
    write = Path.write_bytes

    def fail(path: Path, content: bytes) -> int:
        if content == b"the last one":
            raise error
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    changes = {
        folder / "new" / "deep" / "file.py": "x = 1\n",
        folder / "changed.yaml": "b: 3\n",
        folder / "old" / "kept.yaml": None,
        folder / "last.yaml": "the last one",
    }
    with pytest.raises(type(error)):
        Changes(changes).make()
    assert contents(folder) == before
    assert not (folder / "new").exists()
