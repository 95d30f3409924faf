"""What changes the farm room. The engines given here begin transactions that write (SQLite: BEGIN IMMEDIATE)."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from coop.farm.models import Farm, FarmPartner, FarmPlace, FarmProduct
from coop.farm.queries import (
    DEFAULT_REGION,
    PARTNER_ROLES,
    PLACE_KINDS,
    PRODUCT_KINDS,
    REGIONS,
    PartnerEntry,
    PlaceHabits,
    ProductHabits,
)
from ledger.errors import EncodingError

MAX_WORDS: Final = 20
MAX_TEXT: Final = 60
MAX_NAME: Final = 200
MAX_PHONE: Final = 24
MAX_BASE: Final = 1_000_000
_PHONE: Final = frozenset("+0123456789 .-()")


def set_farm(engine: Engine, org: str, *, region: str, phone: str | None, lines: Iterable[str]) -> None:
    """Where a cooperative is, whom its members call, what it grows.

    Raises:
        EncodingError: no such region, or the number is none (`farm.value`).
    """
    _one_of(region, REGIONS, "/region")
    codes = _words(lines, "/lines")
    with Session(engine) as session, session.begin():
        farm = _touched(session, org)
        farm.region, farm.phone, farm.lines = region, _phone(phone), codes


def set_product(engine: Engine, org: str, gtin: str, habits: ProductHabits) -> None:
    """How people speak of a product. Raises EncodingError (`farm.value`)."""
    if habits.kind is not None:
        _one_of(habits.kind, PRODUCT_KINDS, "/kind")
    aliases = _words(habits.aliases, "/aliases")
    names = _words((unit.name for unit in habits.units), "/units")
    if len(names) != len(habits.units) or not all(0 < unit.base <= MAX_BASE for unit in habits.units):
        raise _wrong("/units", "A unit has a name of its own, and how much of it is one.")
    with Session(engine) as session, session.begin():
        _touched(session, org)
        row = session.get(FarmProduct, (org, gtin)) or FarmProduct(org=org, gtin=gtin)
        row.kind, row.line, row.uom, row.aliases = habits.kind, habits.line, habits.uom, aliases
        row.units = [{"name": unit.name.strip(), "base": unit.base} for unit in habits.units]
        session.add(row)


def set_place(engine: Engine, org: str, uri: str, habits: PlaceHabits) -> None:
    """What a place is, and what people call it. Raises EncodingError (`farm.value`)."""
    _one_of(habits.kind, PLACE_KINDS, "/kind")
    aliases = _words(habits.aliases, "/aliases")
    with Session(engine) as session, session.begin():
        _touched(session, org)
        row = session.get(FarmPlace, (org, uri)) or FarmPlace(org=org, uri=uri)
        row.kind, row.aliases = habits.kind, aliases
        session.add(row)


def set_partner(engine: Engine, org: str, partner: PartnerEntry) -> None:
    """Whom an organisation deals with, and whom to call there. Raises EncodingError (`farm.value`)."""
    _one_of(partner.role, PARTNER_ROLES, "/role")
    name = partner.name.strip()
    if not name or len(name) > MAX_NAME:
        raise _wrong("/name", f"A partner has a name of at most {MAX_NAME} letters.")
    with Session(engine) as session, session.begin():
        _touched(session, org)
        row = session.get(FarmPartner, (org, partner.uri)) or FarmPartner(org=org, uri=partner.uri)
        row.name, row.role, row.phone = name, partner.role, _phone(partner.phone)
        session.add(row)


def forget_partner(engine: Engine, org: str, uri: str) -> bool:
    """Deal with a partner no more; whether there was one."""
    with Session(engine) as session, session.begin():
        row = session.get(FarmPartner, (org, uri))
        if row is None:
            return False
        _touched(session, org)
        session.delete(row)
        return True


def _touched(session: Session, org: str) -> Farm:
    farm = session.get(Farm, org)
    if farm is None:
        farm = Farm(org=org, region=DEFAULT_REGION, phone=None, lines=[], version=0)
        session.add(farm)
    farm.version += 1
    return farm


def _one_of(value: str, known: Iterable[str], pointer: str) -> None:
    if value not in known:
        raise _wrong(pointer, f"One of {', '.join(known)}.")


def _words(values: Iterable[str], pointer: str) -> list[str]:
    found = list(dict.fromkeys(value.strip() for value in values))
    if len(found) > MAX_WORDS or any(not word or len(word) > MAX_TEXT for word in found):
        raise _wrong(pointer, f"At most {MAX_WORDS} words of at most {MAX_TEXT} letters.")
    return found


def _phone(text: str | None) -> str | None:
    phone = (text or "").strip()
    if not phone:
        return None
    if len(phone) > MAX_PHONE or not _PHONE.issuperset(phone) or sum(map(str.isdigit, phone)) < 3:
        raise _wrong("/phone", "A telephone number has digits, and at most 24 characters.")
    return phone


def _wrong(pointer: str, message: str) -> EncodingError:
    params: Mapping[str, object] = {"field": pointer.lstrip("/")}
    return EncodingError(message, code="farm.value", pointer=pointer, **params)
