"""What every request passes through: an id, one log line, metrics, security headers."""

import re
import time
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from api.metrics import REQUEST_SECONDS, REQUESTS

log = structlog.get_logger("access")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")

CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_ORIGIN: Final = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def policy_with(rpcs: Iterable[str]) -> str:
    """The policy of a page that asks these endpoints itself: `connect-src` holds their origins, and no more."""
    origins = []
    for url in rpcs:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if _ORIGIN.fullmatch(origin):
            origins.append(origin)
    return CONTENT_SECURITY_POLICY.replace(
        "connect-src 'self'", " ".join(["connect-src 'self'", *dict.fromkeys(origins)])
    )


SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

PRIVATE: Final = "private, no-store"
"""Of answers to somebody: no cache keeps them, a browser's neither."""

# Any page may check for itself: what is public here needs no credentials, and says the same to everybody.
OPEN_PATHS: Final = (
    *("/api/v1/verify", "/api/v1/proof", "/api/v1/blobs/", "/api/v1/scans"),
    *("/trust.json", "/trust.js", "/checkpoint", "/tile/", "/passport/", "/verify.html", "/dossier/"),
)


class RequestContext:
    """Gives each request an id, logs it once without query or personal data, counts it, and adds headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        if method == "HEAD":  # answered as a GET; the server sends no body
            scope = {**scope, "method": "GET"}
        request_id = _request_id(scope)
        scope.setdefault("state", {}).update(request_id=request_id, method=method)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        started, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(OPEN_PATHS):
                    headers.setdefault("Access-Control-Allow-Origin", "*")
                headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                if (
                    scope["state"].get("private") or "set-cookie" in headers
                ):  # somebody's own: no cache keeps it
                    headers["Cache-Control"] = PRIVATE
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "unmatched")
            REQUESTS.labels(method, route, str(status)).inc()
            REQUEST_SECONDS.labels(method, route).observe(seconds)
            log.info(
                "request",
                method=method,
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def _request_id(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
    return given if _REQUEST_ID.fullmatch(given) else str(uuid7())
