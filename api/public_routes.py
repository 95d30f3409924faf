"""The routes that anybody may call, and why. All others declare who may ({api.access})."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Public:
    """A route that anybody may call.

    Attributes:
        why: the reason.
        ours: a request that changes something must come from a page of ours, as with a cookie.
    """

    why: str
    ours: bool = False


_PAGE: Final = Public("a page without anybody's data")
_BUYER: Final = Public("whoever scans a tem, without an account")
_PROOF: Final = Public("whoever checks: the log is public")
_RUNNING: Final = Public("whoever watches over the service: figures, no names")
_FILES: Final = Public("files that are the same for everybody")
_ENTERING: Final = Public("who is not in yet: the invitation's secret or the passkey says who", ours=True)

PUBLIC: Final[Mapping[tuple[str, str], Public]] = {
    ("GET", "/"): _PAGE,
    ("GET", "/offline"): _PAGE,
    ("GET", "/scan"): _PAGE,
    ("GET", "/ui"): _PAGE,
    ("GET", "/docs"): _PAGE,
    ("GET", "/openapi.json"): _PAGE,
    ("GET", "/manifest.webmanifest"): _PAGE,
    ("GET", "/sw.js"): _PAGE,
    ("GET", "/static"): _FILES,
    ("GET", "/assets"): _FILES,
    ("GET", "/app"): Public("the app's shell; what it shows, it asks for with the session"),
    ("GET", "/join"): Public("the app's shell; the invitation stands in the fragment, which is not sent"),
    ("GET", "/guide/{role}"): _PAGE,
    ("GET", "/api/v1/labels/layouts"): Public("what sheets there are"),
    ("GET", "/api/v1/labels/test-sheet.pdf"): Public("an empty sheet, to calibrate a printer"),
    ("GET", "/verify"): _BUYER,
    ("GET", "/01/{rest:path}"): _BUYER,
    ("GET", "/00/{sscc}"): _BUYER,
    ("GET", "/og/{verdict}.png"): _BUYER,
    ("GET", "/og/{gtin}/{lot}.png"): _BUYER,
    ("GET", "/report"): _BUYER,
    ("POST", "/report"): _BUYER,
    ("POST", "/opening"): _BUYER,
    ("GET", "/api/v1/verify"): _BUYER,
    ("POST", "/api/v1/verify"): _BUYER,
    ("GET", "/api/v1/scans"): _BUYER,
    ("POST", "/api/v1/scans"): _BUYER,
    ("POST", "/api/v1/reports"): _BUYER,
    ("GET", "/passport/{rest:path}"): _BUYER,
    ("GET", "/dossier/{rest:path}"): _BUYER,
    ("GET", "/api/v1/lots/{gtin}/{lot:path}/passport"): Public("the law wants it shown"),
    ("GET", "/api/v1/blobs/{digest}"): Public("whoever knows the digest has seen the signed statement"),
    ("GET", "/verify.html"): _PROOF,
    ("GET", "/trust.json"): _PROOF,
    ("GET", "/trust.js"): _PROOF,
    ("GET", "/checkpoint"): _PROOF,
    ("GET", "/tile/{path:path}"): _PROOF,
    ("GET", "/api/v1/proof"): _PROOF,
    ("GET", "/api/v1/keys"): _PROOF,
    ("GET", "/healthz"): _RUNNING,
    ("GET", "/readyz"): _RUNNING,
    ("GET", "/metrics"): _RUNNING,
    ("POST", "/api/v1/join/options"): _ENTERING,
    ("POST", "/api/v1/join"): _ENTERING,
    ("POST", "/api/v1/session/options"): _ENTERING,
    ("POST", "/api/v1/session"): _ENTERING,
}
"""All that nobody has to sign in for."""
