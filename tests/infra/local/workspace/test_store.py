"""The store keeps what was answered, and transactions whole."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.workspace.store import DuplicateKeyError, Store

_WRITER = """
import sys
from pathlib import Path
from infra.local.workspace.store import Store

store = Store(Path(sys.argv[1]))
debits, credits = store.collection("debits"), store.collection("credits")
while True:
    number = store.next_number("entries")
    with store.transaction():
        debits.put(str(number), {"number": number})
        credits.put(str(number), {"number": number})
    print(number, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(tmp_path / "store.db")
    yield opened
    opened.close()


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """Neither its writes, nor its deletions, nor those of a transaction inside of it."""
    things = store.collection("things")
    things.put("kept", {"value": 1})

    def fail() -> None:
        with store.transaction():
            things.put("kept", {"value": 2})
            with store.transaction():
                things.put("inner", {})
            things.delete("kept")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert things.items() == [("kept", {"value": 1})]
    with store.transaction():
        things.put("after", {})
    assert [key for key, _ in things.items()] == ["after", "kept"]


def test_a_taken_key_is_not_inserted(store: Store) -> None:
    """Insert refuses, put replaces; both return copies that change nothing."""
    things = store.collection("things")
    things.insert("a", {"value": 1})
    with pytest.raises(DuplicateKeyError):
        things.insert("a", {"value": 2})
    document = things.get("a")
    assert document == {"value": 1}
    document["value"] = 3
    assert things.get("a") == {"value": 1}


def test_a_prefix_is_taken_literally(store: Store) -> None:
    """Wildcards of SQL are letters like others, and collections do not mix."""
    things = store.collection("things")
    for key in ("a%b", "a%c", "axb", "A%b"):
        things.put(key, {})
    store.collection("other").put("a%z", {})
    assert [key for key, _ in things.items("a%")] == ["a%b", "a%c"]


def test_threads_wait_for_a_transaction(store: Store) -> None:
    """Reading and writing back inside a transaction loses no other thread's write."""
    things = store.collection("things")
    things.put("counter", {"value": 0})

    def count() -> None:
        for _ in range(50):
            with store.transaction():
                value = (things.get("counter") or {})["value"]
                things.put("counter", {"value": value + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert things.get("counter") == {"value": 200}


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """After kill -9 in the middle of writing, every acknowledged transaction is there, and is whole."""
    path = tmp_path / "store.db"
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            acknowledged = [int(writer.stdout.readline()) for _ in range(40)]
            writer.kill()
        store = Store(path)
        debited = [document["number"] for document in store.collection("debits").all()]
        credited = [document["number"] for document in store.collection("credits").all()]
        next_number = store.next_number("entries")
        store.close()
        assert set(acknowledged) <= set(debited)
        assert debited == credited
        assert next_number > max(debited)
