"""A webhook's receiver: an HTTPS server on loopback with a certificate of its own."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import queue
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Received:
    """One call: who called, `user:password` as basic authentication spells it, and with what."""

    user: str
    payload: dict[str, Any]


class Receiver:
    """Listens while the context lasts; `received` holds the calls in their order.

    `answers` are the statuses of the next calls; after these every call is answered with 200.
    """

    def __init__(self, folder: Path) -> None:
        self.received: queue.Queue[Received] = queue.Queue()
        self.answers: list[int] = []
        self.certificate = folder / "receiver.pem"
        _write_certificate(self.certificate)
        receiver = self

        class Handler(_Handler):
            owner = receiver

        self._server = _Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}/hook"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def next(self, seconds: float = 10) -> Received:
        """The next call; queue.Empty where none comes."""
        return self.received.get(timeout=seconds)

    def trust(self, account_folder: Path) -> None:
        """Let an account trust the receiver's certificate."""
        trusted = account_folder / "tls" / "trusted"
        trusted.mkdir(parents=True, exist_ok=True)
        trusted.joinpath(f"{self.certificate.parent.name}.pem").write_bytes(
            _public(self.certificate.read_bytes())
        )


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that does not trust the certificate hangs up; that is its own business."""


class _Handler(BaseHTTPRequestHandler):
    owner: Receiver

    def do_POST(self) -> None:
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, _, credentials = self.headers.get("Authorization", "").partition(" ")
        self.owner.received.put(Received(base64.b64decode(credentials).decode(), payload))
        self.send_response(self.owner.answers.pop(0) if self.owner.answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class calls it so)
        """Tests read what was received, not a log."""


def _write_certificate(path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, encryption_algorithm=serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(pem))


def _public(content: bytes) -> bytes:
    return content[content.index(b"-----BEGIN CERTIFICATE") :]
