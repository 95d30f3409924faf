"""A server between a browser and the real service that passes answers on, but for those that it lies about."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx

KEPT_HEADERS = ("content-type", "content-security-policy", "cache-control")
PROOF, TRUST = "/api/v1/proof", "/trust.js"


@dataclass(frozen=True)
class Answer:
    """An answer of a server; `body` in pieces where it is sent so slowly that nobody waits for its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    def saying(self, body: bytes | str, status: int | None = None, **headers: str) -> "Answer":
        """The same with another body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(
            self,
            body=body if isinstance(body, bytes) else body.encode(),
            status=status or self.status,
            headers={**self.headers, **named},
        )


Lie = Callable[[Answer], Answer]


@dataclass
class Liar:
    """What is told instead of the truth, by path; truth is asked for once and kept."""

    truth: str
    base: str = ""
    lies: dict[str, Lie] = field(default_factory=dict)
    reports: list[bytes] = field(default_factory=list)
    _kept: dict[str, Answer] = field(default_factory=dict)

    def tells(self, path: str, lie: Lie | None) -> None:
        """From now on this about a path (of a page: `/01/…`); the truth again with None."""
        if lie is None:
            self.lies.pop(path, None)
        else:
            self.lies[path] = lie

    def honest(self, target: str) -> Answer:
        """What the service answers to a GET of a path and query."""
        if target not in self._kept:
            found = httpx.get(f"{self.truth}{target}", timeout=30, trust_env=False)
            headers = {name: found.headers[name] for name in KEPT_HEADERS if name in found.headers}
            self._kept[target] = Answer(found.status_code, headers, found.content)
        return self._kept[target]

    def answer(self, target: str) -> Answer:
        """What is told."""
        told = self.honest(target)
        lie = self.lies.get(urlsplit(target).path)
        return told if lie is None else lie(told)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, liar: Liar, *args: object) -> None:
        self._liar = liar
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes its own three

    def do_GET(self) -> None:
        self._send(self._liar.answer(self.path))

    def do_POST(self) -> None:
        self._liar.reports.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self._send(Answer(201, {"content-type": "application/json"}, b"{}"))

    def _send(self, told: Answer) -> None:
        self.send_response(told.status)
        for name, value in told.headers.items():
            if name != "cache-control":
                self.send_header(name, value)
        still = urlsplit(self.path).path.startswith(("/static/", "/assets/"))
        self.send_header("Cache-Control", "max-age=3600" if still else "no-store")
        self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        try:
            self.wfile.write(told.body)
        except OSError:
            self.close_connection = True  # the browser had enough

    def log_message(self, *args: object) -> None:
        """Quiet."""


@contextmanager
def lying(truth: str) -> Iterator[Liar]:
    """Such a server on a free port, before the service at `truth`."""
    liar = Liar(truth)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, liar))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    liar.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
