"""What the lot was made from, as rows of links, farthest back at the top.

Drawn as a graph only where that is honest: no row has more than two, and every line goes to the next row.
Everything else is a list, row by row.
"""

from collections.abc import Mapping

from api.pages.i18n import Catalogue
from api.pages.model import Join, Node, Upstream
from api.pages.names import Names, lot_of, lot_path
from api.pages.sentences import Teller
from api.pages.story import readable
from ledger.lot import state
from ledger.proof.verification import Ancestor, Verification

_WIDEST = 2


def upstream(
    found: Verification, names: Names, catalogue: Catalogue, own: Node, mine: frozenset[str]
) -> Upstream | None:
    """The rows of ancestors, the page's own lot as the last one; None where there are none."""
    if not found.ancestors:
        return None
    by_uri = {ancestor.uri: ancestor for ancestor in found.ancestors}
    levels = _levels(by_uri)
    rows: list[list[Ancestor]] = [[] for _ in range(max(levels.values()))]
    for ancestor in found.ancestors:
        rows[-levels[ancestor.uri]].append(ancestor)
    for row in rows:
        row.sort(key=lambda item: (item.entries[0].index if item.entries else 0, item.uri))
    drawn = [tuple(_node(item, names, catalogue) for item in row) for row in rows]
    return Upstream((*drawn, (own,)), _joins(rows, mine))


def _levels(by_uri: Mapping[str, Ancestor]) -> dict[str, int]:
    """How many steps back each ancestor is, by its longest way (a loop counts once)."""
    levels: dict[str, int] = {}

    def level(uri: str, above: frozenset[str]) -> int:
        if uri not in by_uri or uri in above:
            return 0
        if uri not in levels:
            levels[uri] = 1 + max((level(child, above | {uri}) for child in by_uri[uri].children), default=0)
        return levels[uri]

    for uri in by_uri:
        level(uri, frozenset())
    return levels


def _joins(rows: list[list[Ancestor]], mine: frozenset[str]) -> tuple[Join, ...]:
    if any(len(row) > _WIDEST for row in rows):
        return ()
    joins = []
    for upper, lower in zip(rows, [*rows[1:], []], strict=True):
        places = {item.uri: _x(at, len(lower)) for at, item in enumerate(lower)} or dict.fromkeys(mine, 50)
        lines = set()
        for at, item in enumerate(upper):
            for child in item.children:
                if child not in places:
                    return ()
                lines.add((_x(at, len(upper)), places[child]))
        joins.append(Join(tuple(sorted(lines))))
    return tuple(joins)


def _x(at: int, width: int) -> int:
    return 50 if width == 1 else (25, 75)[at]


def _node(ancestor: Ancestor, names: Names, catalogue: Catalogue) -> Node:
    events = [event for entry in ancestor.entries if (event := readable(entry))]
    season = next((said for event in events if (said := event.said("season"))), "")
    title = season or names.goods(ancestor.uri)
    parts = []
    teller = Teller(names, catalogue, ())
    births = state.births([entry.story() for entry in ancestor.entries], ancestor.uri)
    for birth in births[:1]:
        event = next(
            event for entry in ancestor.entries if entry.index == birth.index and (event := readable(entry))
        )
        made = [
            item for item in event.amounts("outputQuantityList", "quantityList") if item.uri == ancestor.uri
        ]
        if made and event.step != "planting":
            parts.append(teller.total(made))
    lot = lot_of(ancestor.uri)
    if lot:
        parts.append(catalogue.t("story.lot", lot=lot))
        if not births:
            parts.append(catalogue.t("upstream.unborn"))
    return Node(title, " · ".join(parts), lot_path(ancestor.uri))
