"""Text into lines that fit a width."""

import re
from typing import Final

from labels.drawing import Weight
from labels.faces import face

ELLIPSIS: Final = "…"
NO_BREAK: Final = "\u00a0"
_SPACES: Final = re.compile(r"[^\S\u00a0]+")


def words(text: str) -> list[str]:
    """What lines may be broken between: not at a no-break space."""
    return [word for word in _SPACES.split(text) if word]


def wrapped(text: str, weight: Weight, size: float, width: float) -> list[str] | None:
    """The words of a text in lines no wider than `width`; None where a word alone is wider."""
    lines: list[str] = []
    for word in words(text):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and face(weight).width(joined, size) <= width:
            lines[-1] = joined
        elif face(weight).width(word, size) <= width:
            lines.append(word)
        else:
            return None
    return lines


def broken(text: str, weight: Weight, size: float, width: float) -> list[str]:
    """A text in lines no wider than `width`, broken between words where it can be, within them where it must be."""
    lines: list[str] = []
    for word in words(text):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and face(weight).width(joined, size) <= width:
            lines[-1] = joined
            continue
        rest = word
        while rest:
            end = len(rest)
            while end > 1 and face(weight).width(rest[:end], size) > width:
                end -= 1
            lines.append(rest[:end])
            rest = rest[end:]
    return lines


def shortened(lines: list[str], most: int, weight: Weight, size: float, width: float) -> list[str]:
    """The first lines of some, the last of them ending in an ellipsis if any are left out."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and face(weight).width(last + ELLIPSIS, size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + ELLIPSIS]
