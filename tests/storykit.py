"""Stories of bundles as the scripts tell them, beside those that Python's pages tell.

The scripts' side is a program, `scanner_web/tools/story.ts`, asked line by line.
"""

import base64
import json
import os
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any, Self

from api.pages import ChainFacts, PageView, page_view
from api.pages.i18n import printable
from api.scans import summary_json
from coop.scans.desk import suspicions
from coop.scans.queries import ScanSummary
from ledger.proof.chain import ChainAnswer
from ledger.proof.trustfile import TrustFile
from ledger.proof.verify import verify
from ledger.proof.word import heed
from tests.pages_world import CATALOGUES, CHAIN, context
from tests.programs import NODE, ROOT, program

PARTS = (
    "full", "product", "route", "story", "prompt", "containers", "upstream", "labs", "certificates", "legal",
    "passport", "evidence", "sample",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a page is made of: a bundle's bytes, and all that it is judged by.

    Attributes:
        documents: digests of the documents that are kept here.
        scans: what the operator says of the tem.
    """

    bundle: bytes
    trust: TrustFile
    chain: ChainAnswer
    now: datetime
    documents: frozenset[bytes] = frozenset()
    scans: ScanSummary | None = None

    def view(self, lang: str, facts: ChainFacts = CHAIN) -> PageView:
        """Python's page."""
        proven = verify(self.bundle, self.trust, self.chain, self.now)
        found = heed(proven, suspicions(self.scans) if self.scans else ())
        surroundings = context(
            "x", "/01/x", self.now, chain=facts, origin=self.trust.origin, scans=self.scans,
            document_url=lambda digest: f"/blobs/{digest.hex()}" if digest in self.documents else None,
        )  # fmt: skip
        return page_view(found, surroundings, CATALOGUES[lang])

    def to_json(self, facts: ChainFacts = CHAIN) -> dict[str, Any]:
        chain = self.chain
        latest = chain.latest
        return {
            "bundle": base64.b64encode(self.bundle).decode(),
            "trust": self.trust.to_json(),
            "now": self.now.isoformat(),
            "documents": [digest.hex() for digest in self.documents],
            "origin": self.trust.origin,
            "facts": camel(asdict(facts)),
            "scans": self.scans and summary_json("x", self.scans),
            "anchorEvery": context("x", "/01/x", self.now).anchor_every,
            "chain": {
                "state": chain.state,
                "latest": latest and {"size": latest.size, "root": latest.root.hex(), "time": latest.time},
                "falseSince": chain.false_since,
                "retired": chain.retired,
                "maxAge": chain.max_age,
                "recalled": sorted(key.hex() for key in chain.recalled),
                "asked": sorted(key.hex() for key in chain.asked),
                "block": chain.block,
                "endpoints": chain.endpoints,
                "agreed": chain.agreed,
            },
        }


class Scripts:
    """The scripts' side, running."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            [str(NODE), str(program("story"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"NGUON_SCRIPTS": str(ROOT / "scanner_web")},
        )

    def tell(self, asked: Asked) -> dict[str, Any]:
        """Verdict, reasons, and a model for each language."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(asked.to_json()).encode() + b"\n")
        self._node.stdin.flush()
        answer = self._node.stdout.readline()
        assert answer, "the scripts' side has died"
        told: dict[str, Any] = json.loads(answer)
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._node.stdin is not None
        self._node.stdin.close()
        self._node.wait(timeout=10)


def camel(value: Any) -> Any:
    """Members of objects in camelCase, tuples as lists."""
    if isinstance(value, Mapping):
        return {_camel(name): camel(member) for name, member in value.items()}
    return [camel(item) for item in value] if isinstance(value, list | tuple) else value


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def as_printed(view: PageView) -> dict[str, Any]:
    """The part of Python's page that is about goods."""
    whole = _printable(camel(asdict(view)))
    if whole["upstream"]:
        whole["upstream"]["joins"] = [join["lines"] for join in whole["upstream"]["joins"]]
    return {part: whole[part] for part in PARTS}


def said_by_page(view: PageView) -> dict[str, Any]:
    """The part of Python's page that is about the verdict."""
    told = ("verdict", "tone", "title", "sentence", "next", "because", "recall_reason")
    banner = {name: getattr(view, name) for name in told}
    whole = {
        "banner": banner,
        "tem": view.tem,
        "notes": view.notes,
        "reasons": view.reasons,
        "steps": view.steps,
    }
    plain: dict[str, Any] = _printable(camel(_members(whole)))
    return plain


def said_by_script(model: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a script's."""
    said: dict[str, Any] = model["said"]
    because = [
        {name: value for name, value in step.items() if name != "proof"} for step in said["banner"]["because"]
    ]
    return said | {"banner": said["banner"] | {"because": because}}


def _members(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {name: _members(member) for name, member in value.items()}
    return [_members(item) for item in value] if isinstance(value, list | tuple) else value


def as_scripted(model: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a script's model, its files as the links that Python's page has."""
    plain: dict[str, Any] = _linked({part: model[part] for part in PARTS})
    for group in plain["story"]:
        for line in group["lines"]:
            line["documents"] = [
                {"title": item["title"], "href": item["file"] or ""} for item in line["documents"]
            ]
    return plain


def _printable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _printable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_printable(item) for item in value]
    return printable(value) if isinstance(value, str) else value


def _linked(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"href", "digest"}:
            return value["href"]
        found = {name: _linked(member) for name, member in value.items()}
        for name in ("photo", "document"):
            if name in found:
                found[name] = found[name] or ""
        return found
    return [_linked(item) for item in value] if isinstance(value, list) else value


def texts(value: Any) -> Collection[str]:
    """All texts in a model."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for item in inner for text in texts(item)]
