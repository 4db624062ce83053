"""Servers that are no Wise Old Man and no Discord: one that changes what the demo's says, and bare sockets that misbehave."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Twist = Callable[[str, Any], Any]
"""From the path of a request and what the demo's server answers to what is said instead: JSON, or bytes as they are."""

PASSED_ON: Final = ("Authorization", "x-api-key", "User-Agent", "Accept", "Content-Type")
OF_ONE_WIRE: Final = ("content-length", "content-encoding", "transfer-encoding", "connection", "etag")
LET_GO_S: Final = 10.0
HEARD: Final = re.compile(rb"\r\n\r\n|\A\x16")
"""A whole head, or the first byte of TLS, to which there is no answer in plain HTTP but a refusal."""


@contextmanager
def twisted(base_url: str, twist: Twist) -> Iterator[str]:
    """The address of a server that asks the one at *base_url* and says it in its own way."""
    origin = urlsplit(base_url)
    assert origin.hostname is not None

    class Between(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            upstream = HTTPConnection(str(origin.hostname), origin.port or 80, timeout=30)
            upstream.request(
                self.command, self.path, headers={k: v for k in PASSED_ON if (v := self.headers.get(k)) is not None}
            )
            answer = upstream.getresponse()
            body = answer.read()
            upstream.close()
            if answer.status == 200:
                said = twist(self.path.removeprefix(origin.path), json.loads(body))
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in OF_ONE_WIRE:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests speak for themselves."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Between) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{origin.path}"
        server.shutdown()
        thread.join(LET_GO_S)


class Wire:
    """A socket of loopback where *answer* is called with each connection, in a thread of its own, once a request's head has come.

    `heads` is what arrived. With *certificate*, a file of a certificate and its key, it speaks TLS.
    """

    def __init__(self, answer: Callable[[socket.socket], object], certificate: Path | None = None) -> None:
        self.heads: list[bytes] = []
        self.met = 0
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._tls: ssl.SSLContext | None = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    def __enter__(self) -> "Wire":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(LET_GO_S)

    def _listen(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            self.met += 1
            thread = threading.Thread(target=self._serve, args=(wire,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, bare: socket.socket) -> None:
        with bare:
            try:
                wire = self._tls.wrap_socket(bare, server_side=True) if self._tls else bare
                with wire:
                    head = b""
                    while not HEARD.search(head) and (got := wire.recv(65536)):
                        head += got
                    self.heads.append(head)
                    if head:
                        self._answer(wire)
            except OSError:
                return


def head(status: int, **headers: object) -> bytes:
    """The beginning of an answer; `_` in names stands for `-`."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Said\r\nConnection: close\r\n{lines}\r\n".encode()


def speaks_plainly(wire: socket.socket) -> None:
    """Answers as a server does that was taken for another."""
    wire.sendall(head(400, Content_Length=0))


def points_to(place: str, status: int) -> Callable[[socket.socket], object]:
    """Answers that what is wanted lies at *place*."""
    return lambda wire: wire.sendall(head(status, Location=place, Content_Length=0))


def drips(wire: socket.socket) -> None:
    """A byte now and then, for ever: no read takes long, and no answer ends."""
    wire.sendall(head(200, Content_Type="application/json", Content_Length=100_000))
    while True:
        wire.sendall(b" ")
        threading.Event().wait(0.05)


def drips_its_head(wire: socket.socket) -> None:
    """The same before any answer has begun: a header without an end."""
    wire.sendall(b"HTTP/1.1 200 Said\r\nX-Slow: ")
    while True:
        wire.sendall(b"1")
        threading.Event().wait(0.05)


def packed(content: bytes) -> Callable[[socket.socket], object]:
    """Answers *content*, which is gzip."""
    return lambda wire: wire.sendall(
        head(200, Content_Type="application/json", Content_Encoding="gzip", Content_Length=len(content)) + content
    )


def self_signed(folder: Path) -> Path:
    """A file of a certificate for 127.0.0.1 that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    place = folder / "self-signed.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    place.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return place
