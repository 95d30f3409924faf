"""What the law wants to see of a lot, each item with the entry it comes from (PROFILE §7).

Two lists, from one verification:

* `circular`: the ten items of Circular 02/2024/TT-BKHCN: name, image, producer, address, stages, time, code, brand,
  expiry, standards. A stage has the code of what it was done to, the code of its place, and its time.
* `passport`: the digital product passport of Decree 37/2026/NĐ-CP, art. 32: product, party, origin, trace,
  certificates, dates, warnings, identifier, and the connection to the national portal.

Nothing is invented: a value comes from a verified entry, a verified description, or the code itself. An item that the
law wants only "if there is one" is optional: it may be absent. Everything else that is not there is missing, with a
reason; incomplete is what has something of what is wanted.

Where a commitment does not hold, or the lot is unknown, nothing was verified, and all of it is missing.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from ledger.lot.documents import image_of, ni_uri
from ledger.proof.legal_facts import LegalFacts
from ledger.proof.legal_model import Item, LegalFile, Source, Status, Value
from ledger.proof.verdict import Verdict
from ledger.proof.verification import Verification

CIRCULAR: Final = "circular"
PASSPORT: Final = "passport"
CIRCULAR_ITEMS: Final = (
    "name", "image", "producer", "address", "stages", "time", "code", "brand", "expiry", "standards",
)  # fmt: skip
PASSPORT_ITEMS: Final = (
    "product", "party", "origin", "trace", "certificates", "dates", "warnings", "identifier", "portal",
)  # fmt: skip
_UNVERIFIED: Final = frozenset({Verdict.MALFORMED, Verdict.TAMPERED, Verdict.UNKNOWN})

HasDocument = Callable[[bytes], bool]
"""Whether the document with a digest is here, its bytes being what they were."""


def legal_file(
    found: Verification, today: date, has_document: HasDocument = lambda _digest: False
) -> LegalFile:
    """The legal file of a verified lot.

    Args:
        found: what was verified; the file is worth what its verdict says.
        today: the reader's day.
        has_document: see `HasDocument`.
    """
    if found.target is None or found.verdict in _UNVERIFIED or not found.entries:
        blank = [(CIRCULAR, code) for code in CIRCULAR_ITEMS] + [(PASSPORT, code) for code in PASSPORT_ITEMS]
        items = (Item(law, code, Status.MISSING, reason="unverified") for law, code in blank)
        return LegalFile(tuple(items), ())
    facts = LegalFacts(found, today)
    return LegalFile((*_circular(facts, has_document), *_passport(facts)), facts.stages)


# -- Circular 02/2024/TT-BKHCN


def _circular(facts: LegalFacts, has_document: HasDocument) -> list[Item]:
    named = [facts.says(part, facts.product, f"{part}Name", part) for part in ("brand", "variety", "model")]
    return [
        _item(CIRCULAR, "name", facts.name(), "product_undescribed"),
        _image(facts, has_document),
        _item(CIRCULAR, "producer", facts.party(), "producer_undescribed"),
        _item(CIRCULAR, "address", facts.address(), "no_address"),
        _stages(facts),
        _time(facts),
        _item(CIRCULAR, "code", facts.code(), ""),
        _optional("brand", [value for values in named for value in values]),
        _optional("expiry", facts.expiry()),
        _standards(facts),
    ]


def _image(facts: LegalFacts, has_document: HasDocument) -> Item:
    description = facts.described(facts.product)
    digest = image_of(description.attributes) if description else None
    if description is None or digest is None:
        return _item(CIRCULAR, "image", [], "no_image")
    value = Value("image", ni_uri(digest), Source("description", description.index, facts.product))
    return _item(CIRCULAR, "image", [value], "", "" if has_document(digest) else "image_gone")


def _stages(facts: LegalFacts) -> Item:
    values = [
        Value(stage.step, stage.place, Source("entry", stage.index, stage.goods), stage.when.date())
        for stage in facts.stages
    ]
    lacking = "stage_without_place" if facts.placeless else ""
    return _item(CIRCULAR, "stages", values, "no_stage", lacking)


def _time(facts: LegalFacts) -> Item:
    made, sold = facts.made(), facts.sold()
    lacking = "no_production" if not made else "" if sold else "no_trade"
    return _item(CIRCULAR, "time", made + sold, "no_production", lacking)


def _standards(facts: LegalFacts) -> Item:
    applied, certificates = facts.says("standard", facts.product, "appliedStandards"), facts.certificates()
    ended = not applied and all(value.ended for value in certificates)
    lacking = "certificate_ended" if ended else ""
    return _item(CIRCULAR, "standards", applied + certificates, "no_standard", lacking)


# -- Decree 37/2026/NĐ-CP, art. 32


def _passport(facts: LegalFacts) -> list[Item]:
    name, unique = facts.name(), facts.code()[-1]
    gtin = Value("gtin", facts.target.gtin, Source("code", None, facts.product))
    uri = facts.target.instance_uri or facts.lot
    identifier = Value("instance" if facts.target.instance_uri else "lot", uri, unique.source)
    warnings = facts.says("warning", facts.product, "safetyWarning")
    return [
        _item(PASSPORT, "product", [*name, gtin], "", "" if name else "product_undescribed"),
        _party(facts),
        _item(PASSPORT, "origin", _origin(facts), "no_origin"),
        _trace(facts),
        _certificates(facts),
        _dates(facts),
        _item(PASSPORT, "warnings", warnings, "no_warning"),
        _item(PASSPORT, "identifier", [identifier], ""),
        _item(PASSPORT, "portal", [], "not_connected"),
    ]


def _party(facts: LegalFacts) -> Item:
    name, address = facts.party(), facts.address()
    values = [*name, *address]
    if facts.maker and facts.birth is not None:
        values.append(Value("identifier", facts.maker, facts.birth.source))
    lacking = "producer_undescribed" if not name or not facts.maker else "" if address else "no_address"
    return _item(PASSPORT, "party", values, "producer_undescribed", lacking)


def _origin(facts: LegalFacts) -> list[Value]:
    return [*facts.countries(), *facts.grown_at()] or facts.last_place()


def _trace(facts: LegalFacts) -> Item:
    source = Source("code", None, facts.lot)
    values = [Value("story", str(len(facts.own)), source)]
    if facts.found.ancestors:
        values.append(Value("ancestors", str(len(facts.found.ancestors)), source))
    withheld = any(reason.code == "entry.withheld" for reason in facts.found.reasons)
    return _item(PASSPORT, "trace", values, "", "withheld" if withheld else "")


def _certificates(facts: LegalFacts) -> Item:
    certificates, tests = facts.certificates(), facts.tests()
    ended = not tests and all(value.ended for value in certificates)
    lacking = "certificate_ended" if ended else ""
    return _item(PASSPORT, "certificates", certificates + tests, "no_certificate", lacking)


def _dates(facts: LegalFacts) -> Item:
    made, expiry = facts.made(), facts.expiry()
    lacking = "no_production" if not made else "" if expiry else "no_expiry"
    return _item(PASSPORT, "dates", made + expiry, "no_production", lacking)


def _item(law: str, code: str, values: list[Value], missing: str, lacking: str = "") -> Item:
    """An item by its values. `missing`: the reason where there is none; `lacking`: where something is wanting."""
    if not values:
        return Item(law, code, Status.MISSING, reason=missing)
    return Item(law, code, Status.INCOMPLETE if lacking else Status.PRESENT, tuple(values), lacking)


def _optional(code: str, values: list[Value]) -> Item:
    """An item that the circular wants only where there is such a thing."""
    return Item(CIRCULAR, code, Status.PRESENT if values else Status.ABSENT, tuple(values), optional=True)
