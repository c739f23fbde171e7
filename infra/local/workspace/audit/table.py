"""`system.access.audit`: who did what and when, for those who may select from the schema.

What differs from Databricks: it has changes of what the stacks declare, and no reads; where a list of
permissions is changed there is one event, with the list as `access_control_list`, not one for each entry;
there are no sessions; an event is in the table a second after its request, not minutes; and none is ever
taken away.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import pyarrow as pa
from deltalake.exceptions import DeltaError

from infra.local.workspace.audit.trail import Trail
from infra.local.workspace.catalog.model import UnityCatalog
from infra.local.workspace.engine import delta
from infra.local.workspace.store import Document

TABLE = "system.access.audit"
_log = logging.getLogger(__name__)
_PAUSE_SECONDS = 1.0
_WRITER = "audit"
COMMITS_TOGETHER = 64  # after so many their files are joined, or reading would slow down with each
_TEXT = pa.string()
_COLUMNS = (
    ("account_id", "string", _TEXT, "The account"),
    ("workspace_id", "string", _TEXT, "The workspace; 0 for events of the account"),
    ("version", "string", _TEXT, "Version of this schema"),
    ("event_time", "timestamp", pa.timestamp("us", "UTC"), "When it was answered"),
    ("event_date", "date", pa.date32(), "The day of that"),
    ("source_ip_address", "string", _TEXT, "Where the request came from"),
    ("user_agent", "string", _TEXT, "The client that sent it"),
    ("session_id", "string", _TEXT, "The session it came from; none here"),
    (
        "user_identity",
        "struct<email:string,subject_name:string>",
        pa.struct([("email", _TEXT), ("subject_name", _TEXT)]),
        "Who asked: a user's e-mail address, a service principal's application id",
    ),
    ("service_name", "string", _TEXT, "The service that was asked"),
    ("action_name", "string", _TEXT, "What for"),
    ("request_id", "string", _TEXT, "Id of the request"),
    ("request_params", "map<string,string>", pa.map_(_TEXT, _TEXT), "Its parameters"),
    (
        "response",
        "struct<status_code:int,error_message:string,result:string>",
        pa.struct([("status_code", pa.int32()), ("error_message", _TEXT), ("result", _TEXT)]),
        "What was answered",
    ),
    ("audit_level", "string", _TEXT, "WORKSPACE_LEVEL or ACCOUNT_LEVEL"),
    ("event_id", "string", _TEXT, "Id of the event"),
    (
        "identity_metadata",
        "struct<run_by:string,run_as:string,acting_resource:string>",
        pa.struct([("run_by", _TEXT), ("run_as", _TEXT), ("acting_resource", _TEXT)]),
        "As whom it was done, where that is another; none here",
    ),
)
_SCHEMA = pa.schema([(name, kind) for name, _, kind, _ in _COLUMNS])


class AuditTable:
    """Writes once a second what happened, in one commit; the rest at `stop`."""

    def __init__(self, catalog: UnityCatalog, trail: Trail) -> None:
        self._catalog = catalog
        self._trail = trail
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)

    def start(self) -> None:
        """Have the table, and begin to write."""
        columns: list[Document] = [
            {"name": name, "type_text": type_text, "comment": comment}
            for name, type_text, _, comment in _COLUMNS
        ]
        made = self._catalog.system.keep(TABLE, columns, "Who changed what and when")
        delta.write_empty(self._catalog.table_location(TABLE), made)
        self._thread.start()

    def stop(self) -> None:
        """Return when everything is written."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
            self._write()

    def _run(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            self._write()

    def _write(self) -> None:
        if not (waiting := self._trail.waiting()):
            return
        location = self._catalog.table_location(TABLE)
        try:
            written = delta.last_number(
                location, _WRITER
            )  # of a process that ended before it could forget them
            if rows := [_row(event) for number, event in waiting if number > written]:
                last, _ = waiting[-1]
                delta.append(location, pa.Table.from_pylist(rows, schema=_SCHEMA), numbered=(_WRITER, last))
                if delta.version_of(location) % COMMITS_TOGETHER == 0:
                    delta.compact(location)
        except (DeltaError, OSError) as error:  # they are kept, and tried again
            _log.warning("%d events are not in %s yet: %s", len(waiting), TABLE, error)
            return
        self._trail.forget([number for number, _ in waiting])


def _row(event: Document) -> Document:
    moment = datetime.fromtimestamp(event["event_time"], UTC)
    params = list(event["request_params"].items())
    return {**event, "event_time": moment, "event_date": moment.date(), "request_params": params}
