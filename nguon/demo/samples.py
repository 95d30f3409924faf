"""The samples that ship with the package: a folder per signer, dates moved so that the last event is yesterday."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ledger.encoding import JsonValue, canonical_json, parse_json
from ledger.epcis.shift import last_event_day, shift_times


@dataclass(frozen=True)
class Organisation:
    """Who signs a folder.

    Attributes:
        org: its URI.
        name: as the samples call it.
        role: its key's role.
        stems: URI prefixes that its key speaks for.
    """

    org: str
    name: str
    role: str
    stems: tuple[str, ...]

    @property
    def signs_itself(self) -> bool:
        """A laboratory holds its own key; the others let the operator keep one for them."""
        return self.role == "laboratory"


@dataclass(frozen=True)
class Samples:
    """All of it, in the order in which it is captured: (organisation, EPCIS document)."""

    organisations: tuple[Organisation, ...]
    documents: tuple[tuple[str, bytes], ...]


def folder() -> Path:
    """Where the samples are: inside the installed package, or in the source tree."""
    packaged = Path(__file__).parents[1] / "samples"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "samples"


def read(today: date) -> Samples:
    """The samples, all their dates moved together: the last event is the day before `today`."""
    root = folder()
    index = json.loads((root / "signers.json").read_bytes())
    speaks = {signer["folder"]: signer["org"] for signer in index["signers"]}
    organisations = {
        signer["org"]: Organisation(signer["org"], signer["name"], signer["role"], tuple(signer["stems"]))
        for signer in index["signers"]
    }
    documents = [(speaks[name.rpartition("/")[0]], _read(root / name)) for name in index["order"]]
    days = (today - timedelta(days=1) - last_event_day(document for _, document in documents)).days
    moved = tuple((org, canonical_json(shift_times(document, days))) for org, document in documents)
    return Samples(tuple(organisations.values()), moved)


def _read(path: Path) -> dict[str, JsonValue]:
    value = parse_json(path.read_bytes())
    assert isinstance(value, dict)
    return value
