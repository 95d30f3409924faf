"""A verdict as JSON: what programs read, made from verified bytes only."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

from api.lot_json import claim_json
from api.pages.story import all_entries
from api.services import Services
from api.verifying import Check
from ledger.encoding import b64_encode
from ledger.lot.claims import claims, heard_of
from ledger.proof.chain import ChainAnswer
from ledger.proof.target import Target
from ledger.proof.verdict import Reason
from ledger.proof.verification import Verification, VerifiedEntry


def answer_json(check: Check, deployed: Services, now: datetime) -> dict[str, Any]:
    """The answer to one code."""
    found = check.verification
    value: dict[str, Any] = {"code": check.code, "verdict": None, "reasons": [NO_LOT]}
    if found is not None:
        value["verdict"] = found.verdict.value
        value["reasons"] = [reason_json(reason) for reason in found.reasons]
    value["checkedAt"] = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    value["target"] = _target(check.target) if check.target else None
    if found is not None and check.target is not None:
        value |= _story(found, check.target)
        value["anchor"] = _anchor(found.chain, now)
        value["chain"] = _chain(found.chain, deployed)
        value["size"] = found.size or None
        value["proof"] = proof_url(check, deployed)
    if check.receipts:
        value["receipts"] = [
            {"index": item.entry.index, "leaf": b64_encode(item.leaf), "proof": item.proof}
            for item in check.receipts
        ]
    return value


NO_LOT: Mapping[str, object] = {
    "code": "code.no_lot",
    "verdict": None,
    "detail": "The code names a product, and no lot of it: scan the tem.",
}


def reason_json(reason: Reason) -> dict[str, object]:
    """A reason: its code, the verdict it alone would give, and the values that its sentence names."""
    return {name: _plain(value) for name, value in reason.to_json().items()}


def proof_url(check: Check, deployed: Services) -> str | None:
    """Where the bundle of this very answer is downloaded; None where there is none."""
    if check.bundle is None or check.target is None or check.size is None:
        return None
    query: dict[str, object] = {"subject": check.target.lot_uri, "size": check.size}
    if check.target.serial is not None:
        query["serial"] = check.target.serial
    if check.pending_size is not None:
        query["pending"] = check.pending_size
    return f"{deployed.base_url}/api/v1/proof?{urlencode(query)}"


def _target(target: Target) -> dict[str, object]:
    return {
        "gtin": target.gtin,
        "lot": target.lot,
        "serial": target.serial,
        "product": target.product_uri,
        "lotUri": target.lot_uri,
        "instanceUri": target.instance_uri,
    }


def _story(found: Verification, target: Target) -> dict[str, Any]:
    return {
        "product": _described(found, target.product_uri),
        "descriptions": {uri: dict(attributes) for uri, attributes in found.descriptions.items()},
        "timeline": [_entry(entry, found) for entry in found.entries],
        "ancestors": [
            {
                "uri": ancestor.uri,
                "children": list(ancestor.children),
                "timeline": [_entry(entry, found) for entry in ancestor.entries],
            }
            for ancestor in found.ancestors
        ],
        "expiry": {"date": _plain(found.expiry.day), "index": found.expiry.index} if found.expiry else None,
        "tem": _tem(found),
        "recall": _recall(found),
        "claims": _claims(found),
    }


def _claims(found: Verification) -> list[dict[str, Any]]:
    """What the entries say of other organisations, and what those signed to it: no part of the verdict."""
    entries = all_entries(found)
    standing = [entry.story() for entry in entries if entry.voided_by is None]
    subjects = {entry.uri for entry in entries}
    return [claim_json(claim) for claim in claims(heard_of(standing), subjects)]


def _described(found: Verification, uri: str) -> dict[str, object] | None:
    attributes = found.descriptions.get(uri)
    return {"uri": uri, "attributes": dict(attributes)} if attributes is not None else None


def _tem(found: Verification) -> dict[str, object] | None:
    fact = found.tem
    if fact is None:
        return None
    return {
        "serial": fact.serial,
        "index": fact.index,
        "roll": fact.roll.id if fact.roll else None,
        "count": fact.roll.count if fact.roll else None,
        "issued": fact.issued,
    }


def _recall(found: Verification) -> dict[str, object] | None:
    fact = found.recall
    if fact is None:
        return None
    recall = fact.recall
    return {
        "uri": fact.uri,
        "by": recall.org if recall else None,
        "index": recall.index if recall else None,
        "whole": recall.whole if recall else None,
        "inContract": recall is None,
    }


def _entry(entry: VerifiedEntry, found: Verification) -> dict[str, object]:
    signer = entry.signer
    return {
        "index": entry.index,
        "ordinal": entry.ordinal,
        "recordTime": entry.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "uri": entry.uri,
        "pending": entry.pending,
        "voidedBy": entry.voided_by,
        "withheld": entry.statement is None,
        "signer": None
        if signer is None
        else {
            "kid": signer.kid,
            "org": signer.org,
            "name": _name(found, signer.org),
            "role": signer.role,
            "custody": signer.custody,
        },
        "event": entry.statement.payload if entry.statement and entry.kind == 1 else None,
    }


def _name(found: Verification, uri: str) -> object:
    """What a description calls it: its attribute whose local name is `name`."""
    described = found.descriptions.get(uri, {})
    return next((value for term, value in described.items() if re.split(r"[:/]", term)[-1] == "name"), None)


def _anchor(chain: ChainAnswer, now: datetime) -> dict[str, object] | None:
    if chain.latest is None:
        return None
    return {
        "size": chain.latest.size,
        "root": chain.latest.root.hex(),
        "time": datetime.fromtimestamp(chain.latest.time, UTC).isoformat().replace("+00:00", "Z"),
        "age": max(0, int(now.timestamp()) - chain.latest.time),
        "maxAge": chain.max_age,
    }


def _chain(chain: ChainAnswer, deployed: Services) -> dict[str, object]:
    facts = deployed.chain_facts(chain)
    return {
        "state": chain.state,
        "name": facts.name,
        "chainId": facts.chain_id,
        "contract": facts.contract,
        "logId": facts.log_id,
        "local": facts.local,
        "block": chain.block,
        "endpoints": chain.endpoints,
        "agreed": chain.agreed,
        "provenFalseSince": chain.false_since or None,
        "retired": chain.retired,
    }


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
