"""One transactional store for everything the account remembers.

Documents are JSON objects in named collections, addressed by a string key. A commit
is on disk when the call returns, so what was answered survives a killed process.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (collection, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


class DuplicateKeyError(Exception):
    """A document with this key is there already."""


class Store:
    """Collections of JSON documents in one SQLite file; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}")
        self._lock = threading.RLock()
        self._depth = 0

    def close(self) -> None:
        """Release the file; the store is of no use afterwards."""
        with self._lock:
            self._connection.close()

    def collection(self, name: str) -> Collection:
        """The documents filed under a name, e.g. `catalogs`."""
        return Collection(self, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together, or, after an exception, none. May be nested.

        Other threads wait meanwhile: call nothing slow inside.
        """
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def next_number(self, sequence: str) -> int:
        """The next whole number of a sequence, from 1 on; never given twice."""
        with self._lock:
            query = (
                "INSERT INTO sequences VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 "
                "RETURNING value"
            )
            (value,) = self._connection.execute(query, (sequence,)).fetchone()
            return int(value)

    def execute(self, sql: str, parameters: tuple[Any, ...]) -> sqlite3.Cursor:
        """Run one statement; for collections only."""
        with self._lock:
            return self._connection.execute(sql, parameters)

    def rows(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """All rows of one query; for collections only."""
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()


class Collection:
    """Documents of one kind. What it returns are copies: change them and `put` them back."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    def get(self, key: str) -> Document | None:
        """The document, or None."""
        query = "SELECT body FROM documents WHERE collection = ? AND key = ?"
        rows = self._store.rows(query, (self._name, key))
        return json.loads(rows[0][0]) if rows else None

    def put(self, key: str, document: Document) -> Document:
        """Store a document, replacing what was there; returns it."""
        query = "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)"
        self._store.execute(query, (self._name, key, json.dumps(document)))
        return document

    def insert(self, key: str, document: Document) -> Document:
        """Store a new document; DuplicateKeyError where the key is taken."""
        try:
            query = "INSERT INTO documents VALUES (?, ?, ?)"
            self._store.execute(query, (self._name, key, json.dumps(document)))
        except sqlite3.IntegrityError as error:
            raise DuplicateKeyError(key) from error
        return document

    def delete(self, key: str) -> bool:
        """Forget a document; False where there was none."""
        query = "DELETE FROM documents WHERE collection = ? AND key = ?"
        return self._store.execute(query, (self._name, key)).rowcount > 0

    def items(self, prefix: str = "") -> list[tuple[str, Document]]:
        """Keys and documents whose key starts with the prefix, in the keys' order."""
        query = "SELECT key, body FROM documents WHERE collection = ? AND substr(key, 1, ?) = ? ORDER BY key"
        rows = self._store.rows(query, (self._name, len(prefix), prefix))
        return [(key, json.loads(body)) for key, body in rows]

    def all(self, prefix: str = "") -> list[Document]:
        """The documents whose key starts with the prefix, in the keys' order."""
        return [document for _, document in self.items(prefix)]
