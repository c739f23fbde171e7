"""The Files API through databricks-sdk, and through bare HTTP where a client would not go."""

from __future__ import annotations

import http.client
import io
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import AlreadyExists, BadRequest, InvalidParameterValue, NotFound, PermissionDenied
from databricks.sdk.service.catalog import VolumeType
from databricks.sdk.service.files import DirectoryEntry

from tests.infra.local.workspace.catalog.lakehouse import Lakehouse


@pytest.fixture
def owner(lakehouse: Lakehouse) -> WorkspaceClient:
    """The volume's owner, in dev."""
    return lakehouse.client("deployer")


def test_a_file_comes_back_as_it_was_sent(owner: WorkspaceClient, volume: str) -> None:
    """Bytes, size and time of a file whose directories did not exist before."""
    path, content = f"{volume}/wheels/ab12/a b+ü.whl", bytes(range(256)) * 100
    owner.files.upload(path, io.BytesIO(content))
    answer = owner.files.download(path)
    assert answer.contents is not None
    assert answer.contents.read() == content
    found = owner.files.get_metadata(path)
    assert found.content_length == len(content)
    assert found.last_modified is not None
    assert found.last_modified.endswith("GMT")
    owner.files.delete(path)
    with pytest.raises(NotFound, match="is not found"):
        owner.files.download(path)
    with pytest.raises(NotFound):
        owner.files.get_metadata(path)


def test_overwriting_can_be_refused(owner: WorkspaceClient, volume: str) -> None:
    """With overwrite=False the file that is there stays."""
    path = f"{volume}/once.txt"
    owner.files.upload(path, io.BytesIO(b"first"), overwrite=False)
    with pytest.raises(AlreadyExists):
        owner.files.upload(path, io.BytesIO(b"second"), overwrite=False)
    assert _read(owner, path) == b"first"
    owner.files.upload(path, io.BytesIO(b"third"), overwrite=True)
    assert _read(owner, path) == b"third"


def test_directories_are_made_listed_and_deleted(owner: WorkspaceClient, volume: str) -> None:
    """A listing tells files from directories; only empty directories can be deleted."""
    owner.files.create_directory(f"{volume}/tree/inner")
    owner.files.upload(f"{volume}/tree/leaf.txt", io.BytesIO(b"leaf"))
    found = [(each.name, each.is_directory, each.file_size) for each in _list(owner, f"{volume}/tree")]
    assert found == [("inner", True, None), ("leaf.txt", False, 4)]
    assert [each.path for each in _list(owner, f"{volume}/tree")][1] == f"{volume}/tree/leaf.txt"
    owner.files.get_directory_metadata(f"{volume}/tree/inner")
    with pytest.raises(NotFound):
        owner.files.get_directory_metadata(f"{volume}/tree/leaf.txt")
    with pytest.raises(BadRequest, match="not empty"):
        owner.files.delete_directory(f"{volume}/tree")
    owner.files.delete_directory(f"{volume}/tree/inner")
    with pytest.raises(NotFound):
        _list(owner, f"{volume}/tree/inner")


def test_a_listing_comes_in_pages(owner: WorkspaceClient, volume: str) -> None:
    """The client's iteration finds every file once."""
    for number in range(5):
        owner.files.upload(f"{volume}/many/{number}", io.BytesIO(b""))
    found = owner.files.list_directory_contents(f"{volume}/many", page_size=2)
    assert [each.name for each in found] == ["0", "1", "2", "3", "4"]


def test_a_large_file_is_sent_whole(owner: WorkspaceClient, volume: str) -> None:
    """From 50 MB on the SDK starts an upload in parts; it arrives all the same."""
    size = 51 * 1024 * 1024
    owner.files.upload(f"{volume}/large.bin", io.BytesIO(b"x" * size))
    assert owner.files.get_metadata(f"{volume}/large.bin").content_length == size
    owner.files.delete(f"{volume}/large.bin")


def test_a_part_of_a_file_is_read(lakehouse: Lakehouse, owner: WorkspaceClient, volume: str) -> None:
    """Range and If-Unmodified-Since, which resumed downloads rely on."""
    owner.files.upload(f"{volume}/digits", io.BytesIO(b"0123456789"))
    modified = owner.files.get_metadata(f"{volume}/digits").last_modified or ""
    path = f"/api/2.0/fs/files{volume}/digits"
    ask = {
        "bytes=2-4": (206, b"234"),
        "bytes=7-": (206, b"789"),
        "bytes=-2": (206, b"89"),
        "bytes=10-": (416, None),
    }
    for header, (status, content) in ask.items():
        answer = _request(lakehouse, "GET", path, {"Range": header, "If-Unmodified-Since": modified})
        assert answer[0] == status
        assert content in (None, answer[1])
    old = {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert _request(lakehouse, "GET", path, old)[0] == 412


def test_rights_on_the_volume_decide(lakehouse: Lakehouse, owner: WorkspaceClient, volume: str) -> None:
    """READ VOLUME reads, WRITE VOLUME writes, and nothing else does either."""
    owner.files.upload(f"{volume}/shared.txt", io.BytesIO(b"shared"))
    alice, bob = lakehouse.client("alice@example.com"), lakehouse.client("bob@example.com")
    assert _read(alice, f"{volume}/shared.txt") == b"shared"
    for attempt in (
        lambda: alice.files.upload(f"{volume}/shared.txt", io.BytesIO(b"mine")),
        lambda: alice.files.delete(f"{volume}/shared.txt"),
        lambda: alice.files.create_directory(f"{volume}/mine"),
    ):
        with pytest.raises(PermissionDenied, match="WRITE VOLUME"):
            attempt()
    for path in (f"{volume}/shared.txt", f"{volume}/missing.txt"):
        with pytest.raises(PermissionDenied, match="USE CATALOG"):
            _read(bob, path)
    assert _read(owner, f"{volume}/shared.txt") == b"shared"


@pytest.mark.parametrize(
    "path",
    [
        "{v}/../../../../../store.db",
        "{v}/..%2f..%2f..%2f..%2fstore.db",
        "{v}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/store.db",
        "{v}/a%00b",
        "{v}/a%5C..%5Cb",
        "/Volumes/main/flights",
        "/Volumes/../store.db",
        "/etc/passwd",
        "etc/passwd",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
def test_no_path_leaves_its_volume(lakehouse: Lakehouse, volume: str, path: str, method: str) -> None:
    """Dots, encoded or not, control characters and unknown roots are refused."""
    status, _ = _request(lakehouse, method, f"/api/2.0/fs/files{path.format(v=volume)}", {})
    assert status in (400, 501)
    assert (lakehouse.account.folder / "store.db").is_file()


def test_a_link_leads_nowhere_outside(lakehouse: Lakehouse, owner: WorkspaceClient, volume: str) -> None:
    """A symbolic link that somebody put into a volume's folder is neither followed out nor listed."""
    folder = _folder(lakehouse)
    owner.files.create_directory(f"{volume}/links")
    (folder / "links/out").symlink_to(lakehouse.account.folder)
    with pytest.raises(InvalidParameterValue, match="leads out"):
        owner.files.download(f"{volume}/links/out/store.db")
    with pytest.raises(InvalidParameterValue, match="leads out"):
        owner.files.upload(f"{volume}/links/out/new.txt", io.BytesIO(b""))
    assert _list(owner, f"{volume}/links") == []


def test_a_volume_is_not_deleted_as_a_directory(owner: WorkspaceClient, volume: str) -> None:
    """Its root is Unity Catalog's."""
    with pytest.raises(InvalidParameterValue, match="is a root"):
        owner.files.delete_directory(volume)
    with pytest.raises(InvalidParameterValue, match="is a root"):
        owner.files.upload(volume, io.BytesIO(b""))


def test_dropping_a_volume_removes_its_files(owner: WorkspaceClient, volume: str) -> None:
    """Nothing is left on disk, and its paths are gone."""
    assert volume.startswith("/Volumes/main/flights/")
    made = owner.volumes.create("main", "flights", "short", VolumeType.MANAGED)
    owner.files.upload("/Volumes/main/flights/short/a", io.BytesIO(b"a"))
    place = Path(urlsplit(made.storage_location or "").path)
    assert (place / "a").read_bytes() == b"a"
    owner.volumes.delete("main.flights.short")
    assert not place.exists()
    with pytest.raises(NotFound, match=r"Volume 'main\.flights\.short' does not exist"):
        _read(owner, "/Volumes/main/flights/short/a")


def _read(client: WorkspaceClient, path: str) -> bytes:
    contents = client.files.download(path).contents
    assert contents is not None
    return bytes(contents.read())


def _list(client: WorkspaceClient, path: str) -> list[DirectoryEntry]:
    return list(client.files.list_directory_contents(path))


def _folder(lakehouse: Lakehouse) -> Path:
    location = lakehouse.client("deployer").volumes.read("main.flights.artifacts").storage_location
    return Path(urlsplit(location or "").path)


def _request(lakehouse: Lakehouse, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    client = lakehouse.client("deployer")
    connection = http.client.HTTPConnection(urlsplit(client.config.host or "").netloc, timeout=10)
    try:
        connection.request(
            method, path, headers={"Authorization": f"Bearer {client.config.token}", **headers}
        )
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
