"""What is known of a lot as JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.lot import lines
from ledger.lot.balance import StepBalance
from ledger.lot.claims import Claim
from ledger.lot.coverage import Coverage
from ledger.lot.summary import LotSummary, Test
from ledger.lots import Kin


def summary_json(found: LotSummary) -> dict[str, Any]:
    """A lot's summary. Quantities are by unit: KGM, LTR, or "packs" for what is counted."""
    stock = found.stock
    return {
        "entries": found.entries,
        "born": found.born.isoformat() if found.born else None,
        "quantities": _units(stock.left),
        "stock": {
            "born": _units(stock.born),
            "used": _units(stock.used),
            "gone": _units(stock.gone),
            "sold": _units(stock.sold),
            "left": _units(stock.left),
            "exceeded": [unit or "packs" for unit in stock.exceeded],
            "arithmetic": stock.arithmetic,
        },
        "disposition": found.disposition,
        "dispositions": dict(found.dispositions),
        "persistentDispositions": list(found.persistent),
        "holder": None
        if found.holder is None
        else {
            "owning": found.holder.owning,
            "possessing": found.holder.possessing,
            "place": found.holder.place,
            "index": found.holder.index,
        },
        "certificates": list(found.certificates),
        "tests": [_test(test) for test in found.tests],
        "expiry": None
        if found.expiry is None
        else {"date": found.expiry.day, "index": found.expiry.index, "expired": found.expired},
        "recall": None
        if found.recall is None
        else {"by": found.recall.org, "index": found.recall.index, "whole": found.recall.whole},
        "stillRecalled": list(found.still_recalled),
        "serials": found.serials,
    }


def kin_json(kin: Kin, next_to: str) -> dict[str, Any]:
    """A relative of a lot; `next_to` names how it hangs together with the others."""
    return {"uri": kin.uri, next_to: list(kin.next_to), "material": kin.material}


def balance_json(step: StepBalance) -> dict[str, Any]:
    """What a step took in and gave out."""
    return {
        "index": step.index,
        "eventID": step.event_id,
        "bizStep": step.biz_step,
        "inputKg": step.input_kg,
        "outputKg": step.output_kg,
        "yieldPct": step.yield_pct,
        "arithmetic": step.arithmetic,
        "exceeded": step.exceeded,
        "complete": step.complete,
        "lossKg": step.loss_kg,
    }


def coverage_json(found: Coverage) -> dict[str, Any]:
    """What recalls of a lot cover, and what they forgot."""
    return {
        "lot": found.lot,
        "born": found.born,
        "recalled": found.recalled,
        "notNamed": list(found.not_named),
        "released": found.released,
        "stillRecalled": list(found.still_recalled),
        "daughters": list(found.daughters),
    }


def preview_json(found: Coverage, forgotten: Iterable[Kin]) -> dict[str, Any]:
    """What a recall would cover; `daughters` are the lots made of it that would not be recalled."""
    return {**coverage_json(found), "daughters": [kin_json(kin, "madeOf") for kin in forgotten]}


def claim_json(claim: Claim) -> dict[str, Any]:
    """A claim as programs read it."""
    return {
        "index": claim.index,
        "eventID": claim.event_id,
        "by": claim.by,
        "named": claim.named,
        "part": claim.part,
        "state": claim.state,
        "answer": claim.answer,
        "differences": [
            {"uri": item.uri, "uom": item.uom or None, "claimed": item.claimed, "answered": item.answered}
            for item in claim.differences
        ],
        "reason": claim.reason,
    }


def missing_json(item: lines.Missing) -> dict[str, Any]:
    """What must still be told before tem may be issued."""
    return {"step": item.step, "why": item.why, "legal": item.legal, "source": item.source.text}


def _test(test: Test) -> dict[str, Any]:
    return {
        "index": test.index,
        "eventID": test.event_id,
        "time": test.time.isoformat(),
        "certificates": list(test.certificates),
        "conformant": test.conformant,
        "laboratory": test.laboratory,
        "signedByLaboratory": test.signed,
        "measured": [
            {
                "type": item.type,
                "parameter": item.parameter,
                "value": item.value,
                "uom": item.uom,
                "minimum": item.minimum,
                "maximum": item.maximum,
                "limitMax": item.limit_max,
            }
            for item in test.measured
        ],
    }


def _units(quantities: Mapping[str, float]) -> dict[str, float]:
    return {unit or "packs": amount for unit, amount in quantities.items()}
