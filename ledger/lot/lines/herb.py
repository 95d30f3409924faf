"""Herbs and their flowers, dried: golden camellia, ca gai leo, dinh lang."""

from typing import Final

from ledger.lot.lines.legal import LEGAL
from ledger.lot.lines.line import Hints, Limit, Line, Range, Source, Yield
from ledger.lot.lines.needs import laboratory, step
from ledger.lot.lines.parameters import ARSENIC, CADMIUM, LEAD, MERCURY, MOISTURE

GACP: Final = Source("GACP-WHO, Circular 19/2019/TT-BYT", read=False)
PHARMACOPOEIA: Final = Source("Dược điển Việt Nam V, loss on drying, most dried herbs", read=False)
METALS: Final = Source("QCVN 8-2:2011/BYT, tea and tea products", read=False)
FLOWERS: Final = Source("practice: fresh flowers and leaves hold 70 to 90 % of water", read=False)

LINE = Line(
    code="herb",
    hints=Hints(members=frozenset({"plantPart", "sourcePlanting", "scientificName"})),
    needs=(
        *LEGAL,
        step("harvesting", why="Nothing tells of the harvest.", source=GACP),
        step("drying", why="Nothing tells of the drying.", source=GACP),
        laboratory(why="No laboratory has found that it conforms.", source=GACP),
        step("packing", "repackaging", why="It is not packed.", source=GACP),
    ),
    ranges=(
        Range(MOISTURE, 60, 95, FLOWERS, frozenset({"harvesting"})),
        Range(MOISTURE, 2, 14, PHARMACOPOEIA, frozenset({"drying", "inspecting", "storing"})),
    ),
    yields=(
        Yield("drying", 8, 40, FLOWERS),
        Yield("sorting", 70, 100.5, Source("practice: what is sorted out is an output too", read=False)),
    ),
    limits=(
        Limit(MOISTURE, PHARMACOPOEIA, at_most=13),
        Limit(LEAD, METALS, at_most=2.0),
        Limit(CADMIUM, METALS, at_most=1.0),
        Limit(ARSENIC, METALS, at_most=1.0),
        Limit(MERCURY, METALS, at_most=0.05),
    ),
    tolerances={"sorting": 0.01, "packing": 0.01},
)
