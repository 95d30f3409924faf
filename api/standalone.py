"""The standalone verifier: the built file with a trust file put inside it, and for a dossier a bundle and small photos.

The same template, trust file and bundle give the same bytes anywhere, so that a published SHA-256 can be computed again
(`nguon standalone`). Trust file and bundle go in as JSON strings of their exact text; nothing in them can end the
element that they stand in.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ledger.errors import StoreError
from ledger.proof import trustfile
from ledger.proof.target import host_of

NAME: Final = "nguon-verify.html"
_FILE: Final = "standalone.html"
_NOWHERE: Final = "connect-src 'none'"
_ORIGIN: Final = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+")
_POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True)
class Page:
    """A filled file."""

    html: bytes

    @cached_property
    def digest(self) -> str:
        """Its SHA-256, lower-case hex: what `sha256sum` says of it."""
        return sha256(self.html).hexdigest()

    @cached_property
    def policy(self) -> str:
        """The policy that the file gives itself, for a header that must not be stricter."""
        found = _POLICY.search(self.html.decode())
        return f"{found[1]}; frame-ancestors 'none'" if found else "default-src 'none'"


@dataclass(frozen=True)
class Template:
    """The built file before anything is put into it."""

    text: str

    @classmethod
    def read(cls, folder: Path) -> "Template | None":
        """What was built into a folder; None where nothing was."""
        try:
            return cls((folder / _FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it was built, lower-case hex."""
        return sha256(self.text.encode()).hexdigest()

    def fill(
        self, trust: bytes, bundle: bytes | None = None, documents: Mapping[bytes, bytes] | None = None
    ) -> Page:
        """Put a trust file inside, and what is to be checked with it.

        Args:
            trust: the trust file, byte for byte; its SHA-256 is what the page shows.
            documents: photos by their SHA-256.

        Raises:
            BundleError: it is no trust file (`trust.syntax`).
            StoreError: the template is none of ours (`standalone.template`).
        """
        file = trustfile.parse(trust)
        rpcs = [*file.rpcs, *(url for other in file.others for url in other.rpcs)]
        photos = {
            digest.hex(): b64encode(data).decode() for digest, data in sorted((documents or {}).items())
        }
        text = _once(self.text, _NOWHERE, f"connect-src {' '.join(_sources(host_of(file.origin), rpcs))}")
        text = _once(text, _data("trust", "null"), _data("trust", _json(trust.decode())))
        if bundle is not None:
            text = _once(text, _data("bundle", "null"), _data("bundle", _json(bundle.decode())))
        return Page(_once(text, _data("documents", "{}"), _data("documents", _json(photos))).encode())


def _sources(host: str, rpcs: list[str]) -> list[str]:
    """Whom the file may ask: the endpoints of its trust file, the log's own host, and photos inside itself."""
    sources = [f"https://{host}"] if _HOST.fullmatch(host) else []
    for url in rpcs:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if _ORIGIN.fullmatch(origin):
            sources.append(origin)
    return [*dict.fromkeys(sources), "blob:"]


def _data(name: str, content: str) -> str:
    return f'<script type="application/json" id="{name}">{content}</script>'


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _once(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise StoreError("The standalone verifier is not as it was built.", code="standalone.template")
    return text.replace(old, new)
