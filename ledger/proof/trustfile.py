"""The trust file: what a verifier knows beforehand (DESIGN §3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.encoding import JsonValue, hex_decode, parse_json
from ledger.errors import BundleError, LedgerError
from ledger.log.note import Vkey, parse_vkey
from ledger.statement.jws import Jwk

FINALITIES: Final = ("latest", "safe", "finalized")


@dataclass(frozen=True)
class OtherChain:
    """A further chain that the same log is anchored to: its marks and recalls count too."""

    chain_id: int
    contract: str
    log_id: bytes
    rpcs: tuple[str, ...]


@dataclass(frozen=True)
class TrustFile:
    """What must be known to check a log's bundles.

    Attributes:
        origin: the log's name, a scheme-less URL prefix.
        log_key: the key that signs its checkpoints.
        registrars: keys that may admit others.
        contract: 0x and 40 hex digits.
        log_id: 32 bytes, the log's id in the contract.
        finality: block tag at which anchors count, or a number of blocks.
        rpcs: endpoints of the home chain.
        quorum: how many must give the same answer.
    """

    origin: str
    log_key: Vkey
    registrars: tuple[Jwk, ...]
    chain_id: int
    contract: str
    log_id: bytes
    finality: str
    rpcs: tuple[str, ...]
    quorum: int = 1
    others: tuple[OtherChain, ...] = ()

    def to_json(self) -> dict[str, JsonValue]:
        value: dict[str, JsonValue] = {
            "origin": self.origin,
            "logKey": str(self.log_key),
            "registrars": [jwk.to_json() for jwk in self.registrars],
            "chainId": self.chain_id,
            "contract": self.contract,
            "logId": "0x" + self.log_id.hex(),
            "finality": self.finality,
            "rpcs": list(self.rpcs),
            "quorum": self.quorum,
        }
        if self.others:
            value["others"] = [
                {
                    "chainId": other.chain_id,
                    "contract": other.contract,
                    "logId": "0x" + other.log_id.hex(),
                    "rpcs": list(other.rpcs),
                }
                for other in self.others
            ]
        return value


def parse(data: bytes) -> TrustFile:
    """Read a trust file.

    Raises:
        BundleError: a member is missing or of another shape (`trust.syntax`, with its pointer).
    """
    try:
        value = parse_json(data)
        if not isinstance(value, Mapping):
            raise _wrong("")
        registrars = value.get("registrars")
        if not isinstance(registrars, list):
            raise _wrong("registrars")
        return TrustFile(
            origin=_text(value, "origin"),
            log_key=parse_vkey(_text(value, "logKey")),
            registrars=tuple(Jwk.parse(item) for item in registrars),
            chain_id=_count(value, "chainId"),
            contract=_address(value),
            log_id=_log_id(value),
            finality=_finality(value.get("finality", "finalized")),
            rpcs=_rpcs(value),
            quorum=_count(value, "quorum") if "quorum" in value else 1,
            others=_others(value.get("others", [])),
        )
    except BundleError:
        raise
    except LedgerError as error:
        raise BundleError(f"The trust file cannot be read: {error.message}", code="trust.syntax") from error


def _others(value: JsonValue) -> tuple[OtherChain, ...]:
    if not isinstance(value, list):
        raise _wrong("others")
    others = []
    for item in value:
        if not isinstance(item, Mapping):
            raise _wrong("others")
        others.append(OtherChain(_count(item, "chainId"), _address(item), _log_id(item), _rpcs(item)))
    return tuple(others)


def _finality(value: JsonValue) -> str:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text not in FINALITIES and not text.isdecimal():
        raise _wrong("finality")
    return text


def _address(value: Mapping[str, JsonValue]) -> str:
    text = _text(value, "contract")
    if (
        not text.startswith("0x")
        or len(text) != 42
        or not all(digit in "0123456789abcdefABCDEF" for digit in text[2:])
    ):
        raise _wrong("contract")
    return text


def _log_id(value: Mapping[str, JsonValue]) -> bytes:
    text = _text(value, "logId")
    if not text.startswith("0x"):
        raise _wrong("logId")
    return hex_decode(text[2:].lower())


def _rpcs(value: Mapping[str, JsonValue]) -> tuple[str, ...]:
    rpcs = value.get("rpcs")
    if not isinstance(rpcs, list) or not all(isinstance(url, str) for url in rpcs):
        raise _wrong("rpcs")
    return tuple(url for url in rpcs if isinstance(url, str))


def _text(value: Mapping[str, JsonValue], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise _wrong(name)
    return text


def _count(value: Mapping[str, JsonValue], name: str) -> int:
    number = value.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise _wrong(name)
    return number


def _wrong(name: str) -> BundleError:
    return BundleError(
        f"The trust file's {name or 'value'} is missing or wrong.", code="trust.syntax", pointer=f"/{name}"
    )
