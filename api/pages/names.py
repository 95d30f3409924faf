"""What things are called: names from verified descriptions, and a plain word where nothing describes them.

A description's attributes are found by their local name (`name` of `urn:epcglobal:cbv:mda:name`).
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from api.pages.i18n import Catalogue
from ledger.encoding import JsonValue
from ledger.lot.terms import by_local_name, text
from ledger.proof.target import Target

_TAIL = re.compile(r"\s*\([^()]*\)$")
_PRODUCT = re.compile(r"^(https://id\.gs1\.org/01/\d{14})(?:/|$)")
_LOT = re.compile(r"^https://id\.gs1\.org/01/(\d{14})/10/([^/]+)$")
_INSTANCE = re.compile(r"^https://id\.gs1\.org/01/(\d{14})/21/([^/]+)$")
_UNIT = re.compile(r"^https://id\.gs1\.org/00/(\d{18})$")

Descriptions = Mapping[str, Mapping[str, JsonValue]]


def short(name: str) -> str:
    """A name without a remark in brackets at its end."""
    return _TAIL.sub("", name) or name


def product_of(uri: str) -> str:
    """The product's URI of a lot or an instance; the URI itself where it is neither."""
    match = _PRODUCT.match(uri)
    return match[1] if match else uri


def lot_of(uri: str) -> str:
    """The lot number of a lot's URI, percent-decoded; empty for anything else."""
    match = _LOT.match(uri)
    return unquote(match[2]) if match else ""


def serial_of(uri: str) -> str:
    """The serial of an instance's URI, percent-decoded; empty for anything else."""
    match = _INSTANCE.match(uri)
    return unquote(match[2]) if match else ""


def lot_path(uri: str) -> str:
    """The path of a lot's page on this host; empty for anything that is no lot."""
    match = _LOT.match(uri)
    return f"/01/{match[1]}/10/{quote(unquote(match[2]), safe='')}" if match else ""


def passport_path(target: Target, suffix: str = "") -> str:
    """The path of a lot's passport; a lot that ends like a file name keeps its dot percent-coded."""
    parts = [target.gtin, target.lot or "", *([target.serial] if target.serial else [])]
    coded = [quote(part, safe="") for part in parts]
    for kind in (".pdf", ".json"):
        if coded[-1].endswith(kind):
            coded[-1] = f"{coded[-1].removesuffix(kind)}%2E{kind[1:]}"
    return f"/passport/{'/'.join(coded)}{suffix}"


def sscc_of(uri: str) -> str:
    """The serial shipping container code of a logistic unit's URI; empty for anything else."""
    match = _UNIT.match(uri)
    return match[1] if match else ""


class Names:
    """The descriptions of one verification, asked by URI."""

    def __init__(self, descriptions: Descriptions, catalogue: Catalogue) -> None:
        self._descriptions = descriptions
        self._t = catalogue.t

    def attribute(self, uri: str, name: str) -> JsonValue:
        """One attribute of a description, by local name; None where there is none."""
        return by_local_name(dict(self._descriptions.get(uri, {})), name)

    def said(self, uri: str, name: str) -> str:
        """As `attribute`, a text; empty where there is none."""
        return text(self.attribute(uri, name))

    def product(self, uri: str) -> str:
        """A product's name, whole."""
        product = product_of(uri)
        name = self.said(product, "descriptionShort") or self.said(product, "name")
        return name or self._t("name.product", code=product.rpartition("/")[2])

    def goods(self, uri: str) -> str:
        """A product's name for use inside a sentence, without remarks."""
        if "/01/" not in uri:
            return self._t("name.season") if uri.startswith("urn:uuid:") else uri
        return short(self.product(uri))

    def with_lot(self, uri: str) -> str:
        """A product's name and its lot."""
        lot = lot_of(uri)
        return self._t("name.with_lot", name=self.goods(uri), lot=lot) if lot else self.goods(uri)

    def party(self, uri: str) -> str:
        """An organisation's name, whole."""
        return self.said(uri, "name") or self._t("name.party", code=uri.rpartition("/")[2])

    def party_short(self, uri: str) -> str:
        return short(self.party(uri))

    def place(self, uri: str) -> str:
        """A place's name; empty where nothing describes it (its number tells a reader nothing)."""
        return short(self.said(uri, "name")) if uri else ""

    def address(self, uri: str) -> str:
        """An organisation's or place's address, as far as it is described."""
        parts = (self.said(uri, name) for name in ("streetAddressOne", "city", "state"))
        return ", ".join(part for part in parts if part)
