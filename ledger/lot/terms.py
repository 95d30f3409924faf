"""Members of signed JSON by their local name.

A signer may write `nguon:method` under a prefix of his own, or `https://w3id.org/nguon/epcis/method` in full: both are
`method`. Reading is total: what has another shape than PROFILE gives it says nothing.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ledger.encoding import JsonValue

_LOCAL = re.compile(r"[^/:#]+$")


@lru_cache(maxsize=4096)
def local_name(term: str) -> str:
    """The last part of a term or URI: `harvesting` of `https://w3id.org/nguon/bizstep/harvesting`."""
    match = _LOCAL.search(term)
    name = match[0] if match else term
    return name.rpartition("-")[2] if name.startswith(("BizStep-", "Disp-", "BTT-", "SDT-")) else name


def text(value: JsonValue) -> str:
    """A string, or the empty one for anything else."""
    return value if isinstance(value, str) else ""


def items(value: JsonValue) -> Iterator[JsonValue]:
    """The items of an array; a single value counts as an array of itself, nothing as none."""
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def by_local_name(value: "JsonValue | Mapping[str, JsonValue]", name: str) -> JsonValue:
    """A member of an object by its local name; None where there is none."""
    if isinstance(value, Mapping):
        for term, inner in value.items():
            if local_name(term) == name:
                return inner
    return None


def said(value: "JsonValue | Mapping[str, JsonValue]", name: str) -> str:
    """A member as `by_local_name`, a text; empty where there is none."""
    return text(by_local_name(value, name))
