"""Laboratory reports and certificates, from the events that carry them."""

from collections.abc import Iterable
from datetime import date

from api.pages.i18n import Catalogue
from api.pages.model import Certificate, LabReport, LabValue, Mark
from api.pages.names import Names
from api.pages.reading import EventReader, Reading, iso_date
from api.pages.sentences import Teller, document_number, unit_symbol
from api.pages.story import Told

_SEAL = 5
LIMIT_AT = 80.0  # per cent of a bar's width, the same in all bars


def lab_reports(told: Iterable[Told], names: Names, catalogue: Catalogue) -> tuple[LabReport, ...]:
    """The tests that stand, newest first, each with its values against their limits."""
    teller = Teller(names, catalogue, ())
    reports = []
    for item in reversed([item for item in told if item.event and item.event.step == "inspecting"]):
        entry, event = item.entry, item.event
        if event is None or event.is_error or entry.voided_by is not None:
            continue
        values = tuple(lab_value(reading, teller, catalogue) for reading in event.readings())
        if not values:
            continue
        signer = catalogue.t("lab.unsigned")
        if entry.signer is not None:
            org = names.party_short(entry.signer.org)
            own_lab = entry.signer.role == "laboratory" and entry.signer.custody == "own"
            signer = catalogue.t(
                "lab.by_laboratory" if own_lab else f"lab.by_{entry.signer.custody}", org=org
            )
        reports.append(LabReport(_title(event, names, catalogue), catalogue.date(item.when), signer, values))
    return tuple(reports)


def _title(event: EventReader, names: Names, catalogue: Catalogue) -> str:
    about = event.said("testedFor")
    if not about:
        amounts = event.amounts("quantityList")
        about = names.with_lot(amounts[0].uri) if amounts else ""
    document = next((document_number(uri) for uri in event.transactions("testres")), "")
    if document:
        number = catalogue.t("detail.document", code=document)
        return f"{about}. {number}" if about else number
    return about or catalogue.t("step.inspecting.title")


def lab_value(reading: Reading, teller: Teller, catalogue: Catalogue) -> LabValue:
    """One value of a test against its limit, in words."""
    name = teller.parameter(reading)
    if reading.found is not None:
        word = catalogue.t("lab.found" if reading.found else "page.absent")
        return LabValue(name, word, "", "", "", None, reading.found, not reading.found, "")
    unit = unit_symbol(reading.uom, catalogue)
    measured = reading.value if reading.value is not None else reading.mean
    if measured is None:
        return LabValue(name, teller.range(reading) or reading.said, "", "", "", None, False, False, "")
    value = catalogue.number(measured)
    if reading.limit is None or reading.limit <= 0:
        return LabValue(name, value, unit, "", "", None, False, False, "")
    share = measured / reading.limit
    limit = catalogue.number(reading.limit)
    over = share > 1
    note = (
        catalogue.t("page.over", max=limit)
        if over
        else catalogue.t("lab.share", pct=catalogue.number(round(share * 100)))
    )
    spoken = catalogue.t("lab.spoken", name=name, value=value, unit=unit, max=limit)
    return LabValue(
        name,
        value,
        unit,
        note,
        catalogue.t("lab.max", max=limit),
        round(max(0.0, min(100.0, share * LIMIT_AT)), 1),
        over,
        False,
        spoken,
    )


def certificate_uris(told: Iterable[Told]) -> list[str]:
    """Certificates that standing events were done under, each once; a laboratory's own accreditation is left out."""
    found: dict[str, None] = {}
    for item in told:
        laboratory = item.entry.signer is not None and item.entry.signer.role == "laboratory"
        if item.event is None or item.event.is_error or item.entry.voided_by is not None or laboratory:
            continue
        found.update(dict.fromkeys(item.event.certificates))
    return list(found)


def certificates(
    uris: Iterable[str], names: Names, catalogue: Catalogue, today: date
) -> tuple[Certificate, ...]:
    """The certificates that the log describes; one that nothing describes is named by its number only."""
    found = []
    for uri in uris:
        standard = names.said(uri, "standard")
        name = names.said(uri, "name") or catalogue.t("certificate.unknown", code=document_number(uri))
        until = iso_date(names.said(uri, "validUntil"))
        expired = until is not None and until < today
        word = ""
        if until is not None:
            word = catalogue.t(
                "certificate.expired" if expired else "certificate.until", date=catalogue.date(until)
            )
        gold = "OCOP" in (standard or name)
        found.append(Certificate(_seal(standard or name), name, word, expired, gold))
    return tuple(found)


def marks(certs: Iterable[Certificate]) -> tuple[Mark, ...]:
    """Marks for the product card: what is in force only."""
    return tuple(
        Mark(cert.name.partition(",")[0], cert.gold) for cert in certs if not cert.expired and cert.until
    )


def _seal(name: str) -> str:
    """A short word for the seal; empty where the standard's name is too long for one."""
    words = name.partition(",")[0].split()
    word = words[0].partition("-")[0] if words else ""
    return word if len(word) <= _SEAL else ""
