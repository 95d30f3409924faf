"""The demo's day, told by signers who write hostile text wherever the service lets them write at all."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ledger.encoding import canonical_json
from ledger.errors import LedgerError, RuleError
from ledger.gs1.digital_link import lot_uri
from nguon.demo import story
from nguon.demo.story import RICE_COOP, Story
from tests.story_worlds import HOSTILE

ELSEWHERE = "elsewhere.invalid"
TEXTS = (
    *(unicodedata.normalize("NFC", text) for text in HOSTILE),
    f"<img src=https://{ELSEWHERE}/a.png>", f"https://{ELSEWHERE}/b.png", f"//{ELSEWHERE}/c.js",
    f'"><link rel=stylesheet href=https://{ELSEWHERE}/d.css>', f"url(https://{ELSEWHERE}/e)",
    f'<meta http-equiv=refresh content="0;url=https://{ELSEWHERE}/f">', "<base href=javascript:window.hurt='base'//>",
    "<iframe srcdoc=\"<script>parent.hurt='frame'</script>\"></iframe>",
    "data:text/html,<script>window.hurt=1</script>",
    "'-alert(1)-'", "${alert(1)}", "<style>*{display:none}</style>", "<!--", "<plaintext>",
    "</title><script>alert(1)</script>",
)  # fmt: skip
# What gives a document its form; every other text in it is the sender's own.
FORM = re.compile(
    r"@context|type|schemaVersion|creationDate|sender|eventID|eventTime|eventTimeZoneOffset|action|id|epcClass|uom|"
    r"bizStep|disposition|set|unset|time|startTime|endTime|parentID|cbvmda:lotNumber|instanceIdentifier|exception"
)
PLAIN = re.compile(r"(?:https?:|urn:|ni:|[0-9]{4}-[0-9]{2})")


class HostileStory(Story):
    """Every text that may be hostile is, each in turn; what is refused is told as it was."""

    turn = 0
    written: frozenset[str] = frozenset()
    """Names of the members that were taken with a hostile text in them."""

    def tell(self) -> story.Day:
        day = super().tell()
        for text in TEXTS:
            self._everywhere(text)
        self.anchor()
        return day

    def _send(self, org: str, document: bytes) -> int:
        honest = json.loads(document)
        changed = self._poisoned(honest, "")
        for _ in range(200):
            try:
                index = super()._send(org, canonical_json(changed))
            except LedgerError as refused:
                if changed == honest:
                    raise
                for pointer in pointers(refused):
                    changed = mended(changed, honest, pointer)
            else:
                type(self).written |= set(names(changed, honest))
                return index
        raise AssertionError(f"the document is refused whatever it says: {org}")

    def _poisoned(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: self._poisoned(member, key) for key, member in value.items()}
        if isinstance(value, list):
            return [self._poisoned(item, name) for item in value]
        if isinstance(value, str) and not FORM.fullmatch(name) and not PLAIN.match(value):
            self.turn += 1
            return f"{TEXTS[self.turn % len(TEXTS)]} {value}"
        return value

    def _everywhere(self, text: str) -> None:
        """One event with a text in every member that an event may have; those that are refused are left out."""
        lot = lot_uri(story.RICE, story.RICE_LOT)
        members: dict[str, Any] = {
            "certificationInfo": [text],
            "bizTransactionList": [{"type": "testres", "bizTransaction": text}],
            "sourceList": [{"type": "owning_party", "source": text}],
            "destinationList": [{"type": "owning_party", "destination": text}],
            "sensorElementList": [
                {
                    "sensorMetadata": {"time": None, "deviceID": text, "deviceMetadata": text, "rawData": text},
                    "sensorReport": [{"type": text, "value": 1, "uom": text, "stringValue": text}],
                },
            ],
            "persistentDisposition": {"set": [text]},
            "bizLocation": {"id": text},
            **{
                f"nguon:{name}": text
                for name in (
                    "recallReason", "holdReason", "discrepancyNote", "testedFor", "plantPart", "process", "season",
                    "variety", "plot", "species", "forage", "matrix", "operatorRef", "image",
                    "inputSource", "unheardOf", "period",
                )
            },
            "nguon:attachment": [{"href": text, "title": text, "mediaType": text}],
            "nguon:inputApplied": [
                {f"nguon:{name}": text for name in ("product", "tradeName", "method", "target", "activeIngredient")}
            ],
        }  # fmt: skip
        while True:
            try:
                self._observe(lot, members)
            except LedgerError as refused:
                refused_members = {pointer.split("/")[1] for pointer in pointers(refused) if "/" in pointer}
                if not refused_members & members.keys():
                    raise
                members = {name: value for name, value in members.items() if name not in refused_members}
            else:
                type(self).written |= members.keys()
                return

    def _observe(self, lot: str, members: dict[str, Any]) -> None:
        self.turn += 1
        document: dict[str, Any] = {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "storing",
            "disposition": "in_progress",
            "quantityList": [{"epcClass": lot, "quantity": 1}],
            **members,
        }
        moment = self._now - timedelta(hours=3, seconds=self.turn)
        Story._event(_Plain(self), RICE_COOP, moment, "https://id.gs1.org/414/9521002000030", **document)


class _Plain(Story):
    """The same teller, sending what it is given."""

    def __init__(self, teller: Story) -> None:
        self.__dict__.update(teller.__dict__)


def pointers(refused: LedgerError) -> list[str]:
    """Where a document was refused."""
    if isinstance(refused, RuleError):
        return [item.pointer for item in refused.violations if item.level == "E"]
    return [refused.pointer or ""]


def mended(changed: Any, honest: Any, pointer: str) -> Any:
    """The document with what it said honestly at a pointer, and below it; as near as there is something."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for depth in range(len(steps), -1, -1):
        found = _put(changed, honest, steps[:depth])
        if found != changed:
            return found
    return honest


def _put(changed: Any, honest: Any, steps: list[str]) -> Any:
    if not steps:
        return honest
    step: Any = steps[0]
    if isinstance(honest, dict) and step in honest:
        return {**changed, step: _put(changed[step], honest[step], steps[1:])}
    if isinstance(honest, list) and step.isdigit() and int(step) < len(honest):
        place = int(step)
        return [*changed[:place], _put(changed[place], honest[place], steps[1:]), *changed[place + 1 :]]
    return changed


def names(changed: Any, honest: Any, name: str = "") -> Iterator[str]:
    """Names of the members whose text differs."""
    if isinstance(honest, dict):
        for key in honest:
            yield from names(changed[key], honest[key], key)
    elif isinstance(honest, list):
        for one, other in zip(changed, honest, strict=True):
            yield from names(one, other, name)
    elif changed != honest:
        yield name
