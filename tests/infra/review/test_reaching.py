"""Hosts that answer, and those that don't."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.review.errors import ReviewError
from infra.review.reaching import check_answers


class Refusing(BaseHTTPRequestHandler):
    """Answers that nobody may look."""

    def do_HEAD(self) -> None:
        """As a workspace answers who brings no token."""
        self.send_error(401)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing is told."""


@pytest.fixture
def host() -> Iterator[str]:
    """A host that answers with an error."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_error_is_an_answer(host: str) -> None:
    """What it says is for Terraform to tell."""
    check_answers("prod", host)


def test_tls_that_is_not_trusted_is_an_answer(host: str) -> None:
    """Here it is no TLS at all."""
    check_answers("prod", host.replace("http:", "https:"))


def test_nobody_answers() -> None:
    """The stack, the address and why are told in one line."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ReviewError, match=f"^prod can't be planned: {nobody} does not answer .*refused"):
            check_answers("prod", nobody)


def test_no_address() -> None:
    """What is no address is told as that."""
    with pytest.raises(ReviewError, match=r"prod can't be planned: prod\.example is no address"):
        check_answers("prod", "prod.example")
