"""How an event that the ledger writes begins, and how it names what it is about, whole or in part."""

from collections.abc import Sequence
from datetime import datetime

import uuid_utils

from ledger.encoding import JsonValue
from ledger.epcis.context import EPCIS_CONTEXT
from ledger.epcis.vocabulary import CBVMDA, NGUON
from ledger.errors import Gs1Error, NotFoundError
from ledger.gs1 import digital_link


def begun(kind: str, at: datetime, timespec: str = "seconds") -> dict[str, JsonValue]:
    """A new event of a type, with the context that it is read under, its own identity, and its time as it is told
    where it happens (`at` has that offset)."""
    written = at.isoformat(timespec=timespec)
    return {
        "@context": [EPCIS_CONTEXT, {"nguon": NGUON, "cbvmda": CBVMDA}],
        "type": kind,
        "eventID": f"urn:uuid:{uuid_utils.uuid7()}",
        "eventTime": written,
        "eventTimeZoneOffset": written[-6:],
    }


def named_members(uri: str, serials: Sequence[str] | None) -> dict[str, JsonValue]:
    """The members that name a whole subject, or some instances of a lot."""
    try:
        link = digital_link.parse(uri)
    except Gs1Error:
        link = None
    if serials:
        if link is None or link.gtin is None or link.lot is None:
            raise NotFoundError("Serials are of a lot: name it.", code="not_found.lot", uri=uri)
        gtin = link.gtin
        instances: list[JsonValue] = [digital_link.instance_uri(gtin, serial) for serial in serials]
        return {"epcList": instances, "nguon:lotNumber": link.lot}
    if link is not None and link.gtin is not None and link.lot is not None and link.serial is None:
        return {"quantityList": [{"epcClass": uri}]}
    return {"epcList": [uri]}
