"""Notification destinations in memory, as the REST API serves them: the local workspace does not."""

from __future__ import annotations

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Json = dict[str, Any]
ROOT = "/api/2.0/notification-destinations"
SECRETS = ("url", "password", "username", "integration_key", "oauth_token")


class FakeWorkspace:
    """Listens on a free loopback port while the context lasts."""

    def __init__(self) -> None:
        destinations: dict[str, Json] = {}

        class Handler(_Handler):
            kept = destinations

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.host = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    kept: dict[str, Json]

    def do_GET(self) -> None:
        self._answer_kept(lambda document: document)

    def do_PATCH(self) -> None:
        body = self._body()
        self._answer_kept(lambda document: {**document, **body})

    def do_DELETE(self) -> None:
        self._answer_kept(lambda document: self.kept.pop(document["id"]), keep=False)

    def do_POST(self) -> None:
        if self.path != ROOT:
            self._answer(404, {"error_code": "NOT_FOUND", "message": f"no {self.path}"})
            return
        document = {"id": str(uuid.uuid4()), **self._body()}
        self.kept[document["id"]] = document
        self._answer(200, _told(document))

    def _answer_kept(self, change: Any, *, keep: bool = True) -> None:
        document = self.kept.get(self.path.removeprefix(f"{ROOT}/"))
        if document is None:
            self._answer(404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"no {self.path}"})
            return
        changed = change(document)
        if keep:
            self.kept[document["id"]] = changed
        self._answer(200, _told(changed))

    def _body(self) -> Json:
        body: Json = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def _answer(self, status: int, body: Json) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _told(document: Json) -> Json:
    """Secrets are told to be set, and nothing more of them."""
    ((kind, settings),) = document["config"].items()
    open_settings = {name: value for name, value in settings.items() if name not in SECRETS}
    hidden = {f"{name}_set": True for name in settings if name in SECRETS}
    return {**document, "config": {kind: open_settings | hidden}, "destination_type": kind.upper()}
