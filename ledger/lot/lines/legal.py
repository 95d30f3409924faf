"""The legal minimum: what every line needs before tem may be issued.

Circular 02/2024/TT-BKHCN names ten items. These are the ones without which a code leads nowhere: the product and its
producer by name, when and where it came into being, and one step back. The whole list, item by item, is for the legal
page.
"""

from typing import Final

from ledger.lot.lines.line import Need, Source
from ledger.lot.lines.story import Story

CIRCULAR: Final = Source("Circular 02/2024/TT-BKHCN, items 1, 3, 5 and 6", read=True)

_PRODUCT_NAMES: Final = ("descriptionShort", "name")
_PRODUCER_NAMES: Final = ("manufacturerOfTradeItemPartyName",)
_ORIGINS: Final = frozenset(
    {"planting", "sowing", "harvesting", "commissioning", "receiving", "stocking_pond"}
)


def described(story: Story) -> bool:
    """The product has a name in the log."""
    return story.descriptions is None or any(
        story.said(uri, name) for uri in story.products[:1] for name in _PRODUCT_NAMES
    )


def produced(story: Story) -> bool:
    """The producer has a name: by the product's description, or by the signer's own."""
    if story.descriptions is None:
        return True
    named = any(story.said(uri, name) for uri in story.products[:1] for name in _PRODUCER_NAMES)
    return named or any(story.said(uri, "name") for uri in _producers(story))


def born(story: Story) -> bool:
    """An entry says when it came into being."""
    return bool(story.births)


def placed(story: Story) -> bool:
    """An entry says where it came into being."""
    return any(item.event.place for item in story.births)


def one_step_back(story: Story) -> bool:
    """It was made of something, or it begins with an entry of where it grew or came from."""
    return any(item.event.inputs or item.event.sources_of_birth for item in story.births) or story.done(
        *_ORIGINS
    )


def _producers(story: Story) -> tuple[str, ...]:
    """The organisations that may be the producer: who signed the birth; in a document, all that it describes."""
    if story.organisations:
        return story.organisations
    return tuple(uri for uri in story.descriptions or {} if "/417/" in uri)


LEGAL: Final = (
    Need("product", described, "The product has no name in the log.", CIRCULAR, legal=True),
    Need("producer", produced, "The producer has no name in the log.", CIRCULAR, legal=True),
    Need("birth", born, "Nothing says when the lot came into being.", CIRCULAR, legal=True),
    Need("place", placed, "Nothing says where the lot came into being.", CIRCULAR, legal=True),
    Need("origin", one_step_back, "Nothing says what the lot was made from.", CIRCULAR, legal=True),
)
