"""Who last changed a deployed object, and when: as Databricks' system table of the audit log tells."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.sql import (
    ExecuteStatementRequestOnWaitTimeout,
    StatementParameterListItem,
    StatementResponse,
    StatementState,
)

from infra.review.audited import KEYS, PARAMETERS, SEPARATOR, Sought, sought
from infra.review.errors import ReviewError

TABLE = "system.access.audit"
_MONTH = timedelta(days=30)
_ADVICE = (
    "enable the system schema access in account.yaml, and let who runs this `read: [audit]` in access.yaml"
)
_WAIT = "30s"  # in one request; a warehouse that is off starts meanwhile
_POLL_SECONDS = 2.0
_PATIENCE_SECONDS = 600
_RUNNING = (StatementState.PENDING, StatementState.RUNNING)
# One row for each object and action, whatever the log's size, and of the objects that are asked for alone.
_PARAMETERS = [f"request_params['{name}']" for name in PARAMETERS]
_ASKED = "\n    OR ".join(
    f"array_contains(split(:keys, '\\n'), lower(concat_ws('{SEPARATOR}', {', '.join(names)})))"
    for names in ([f"request_params['{name}']" for name in key] for key in KEYS)
)
_QUERY = f"""
SELECT
  max(event_time),
  max_by(coalesce(user_identity.email, user_identity.subject_name), event_time),
  concat(service_name, ' ', action_name),
  {", ".join(_PARAMETERS)}
FROM {TABLE}
WHERE event_date >= :day AND event_time >= :since
  AND response.status_code BETWEEN 200 AND 299
  AND cast(workspace_id AS STRING) IN ('0', :workspace)
  AND coalesce(user_identity.email, user_identity.subject_name, '') <> :ignored
  AND array_contains(split(:actions, '\\n'), concat(service_name, ' ', action_name))
  AND ({_ASKED})
GROUP BY service_name, action_name, {", ".join(_PARAMETERS)}
"""  # noqa: S608 - nothing of it comes from outside


class AuditUnavailable(ReviewError):  # noqa: N818 - a state of the account, not a mistake
    """The audit log can't be read: one line that says what to do about it."""


@dataclass(frozen=True)
class Event:
    """A change: when (UTC), by whom (an e-mail address or an application id), and what was done."""

    at: datetime
    by: str
    action: str  # the service's and the action's name, as the audit log has them


class AuditLog:
    """What the account's audit table tells of changes to deployed objects.

    It asks with SQL, on a warehouse that the client may use. `ignoring` is somebody whose changes don't
    count: who deploys, by application id.
    """

    def __init__(
        self,
        client: WorkspaceClient,
        warehouse_id: str,
        since: timedelta = _MONTH,
        *,
        ignoring: str | None = None,
    ) -> None:
        self._client = client
        self._warehouse_id = warehouse_id
        self._since = since
        self._ignoring = ignoring

    def last_change(self, type_: str, values: Mapping[str, Any]) -> Event | None:
        """The last successful change of an object, by Terraform's type and its attributes in the state.

        None where there was none, or the audit log does not tell of such objects; AuditUnavailable where it
        can't be read.
        """
        return self.last_changes([(type_, values)])[0]

    def last_changes(self, objects: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Event | None]:
        """The last change of each of these objects, in their order: one query for all of them."""
        wanted = [sought(type_, values) for type_, values in objects]
        everything = [trace for traces in wanted for trace in traces]
        rows = list(self._rows(everything)) if everything else []
        return [_last(traces, rows) for traces in wanted]

    def _rows(self, traces: Sequence[Sought]) -> Iterator[tuple[Event, Mapping[str, str | None]]]:
        for at, by, action, *parameters in self._ask(traces):
            event = Event(datetime.fromisoformat(str(at)).astimezone(UTC), str(by), str(action))
            yield event, dict(zip(PARAMETERS, parameters, strict=True))

    def _ask(self, traces: Sequence[Sought]) -> list[list[str | None]]:
        if not self._warehouse_id:
            message = "the audit log can't be read: there is no warehouse to ask it with; name one"
            raise AuditUnavailable(message)
        try:
            return self._answer(self._parameters(traces))
        except DatabricksError as error:
            message = f"the audit log can't be read with the warehouse {self._warehouse_id}: {_line(error)}"
            raise AuditUnavailable(message) from error

    def _parameters(self, traces: Sequence[Sought]) -> list[StatementParameterListItem]:
        first = datetime.now(UTC) - self._since
        keys = sorted({trace.key for trace in traces})
        actions = sorted({action for trace in traces for action in trace.actions})
        return [
            StatementParameterListItem("day", type="DATE", value=first.date().isoformat()),
            StatementParameterListItem("since", type="TIMESTAMP", value=first.isoformat()),
            StatementParameterListItem("workspace", value=str(self._client.get_workspace_id())),
            StatementParameterListItem("ignored", value=self._ignoring or "-"),
            StatementParameterListItem("actions", value="\n".join(actions)),
            StatementParameterListItem("keys", value="\n".join(keys)),
        ]

    def _answer(self, parameters: list[StatementParameterListItem]) -> list[list[str | None]]:
        api = self._client.statement_execution
        response = api.execute_statement(
            _QUERY,
            self._warehouse_id,
            parameters=parameters,
            wait_timeout=_WAIT,
            on_wait_timeout=ExecuteStatementRequestOnWaitTimeout.CONTINUE,
        )
        response = self._finished(response)
        chunk = response.result
        rows: list[list[str | None]] = []
        while chunk:
            rows += [list[str | None](row) for row in chunk.data_array or []]
            index = chunk.next_chunk_index
            chunk = api.get_statement_result_chunk_n(response.statement_id or "", index) if index else None
        return rows

    def _finished(self, response: StatementResponse) -> StatementResponse:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while response.status and response.status.state in _RUNNING and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            response = self._client.statement_execution.get_statement(response.statement_id or "")
        status = response.status
        if status is None or status.state is not StatementState.SUCCEEDED:
            why = status.error.message if status and status.error else status and status.state
            message = f"{TABLE} can't be read ({_line(why)}): {_ADVICE}"
            raise AuditUnavailable(message)
        return response


def _last(traces: Sequence[Sought], rows: Sequence[tuple[Event, Mapping[str, str | None]]]) -> Event | None:
    found = [
        event for event, parameters in rows if any(trace.fits(event.action, parameters) for trace in traces)
    ]
    return max(found, key=lambda event: event.at, default=None)


def _line(reason: object) -> str:
    return str(reason).splitlines()[0] if str(reason) else "no reason is told"
