"""Rice: sticky and fragrant, from paddy to bags."""

from typing import Final

from ledger.lot.lines.legal import LEGAL
from ledger.lot.lines.line import Hints, Limit, Line, Parameter, Range, Source, Yield
from ledger.lot.lines.needs import PRACTICE, laboratory, step
from ledger.lot.lines.parameters import ARSENIC, CADMIUM, LEAD, MOISTURE

STICKY: Final = Source("TCVN 8368:2018 table 2, as thuvienphapluat.vn quotes it", read=True)
METALS: Final = Source("QCVN 8-2:2011/BYT, rice", read=False)
MILLS: Final = Source("practice of rice mills", read=False)

BROKEN: Final = Parameter("broken", "P1", words=("tam", "broken"))
IMPURITIES: Final = Parameter("impurities", "P1", words=("tap chat", "impurit", "foreign matter"))

LINE = Line(
    code="rice",
    hints=Hints(
        steps=frozenset({"transplanting", "milling"}),
        members=frozenset({"variety", "seedClass", "millingDate"}),
    ),
    needs=(
        *LEGAL,
        step("harvesting", why="Nothing tells of the harvest."),
        step("drying", why="Nothing tells of the drying."),
        step("milling", why="Nothing tells of the milling."),
        laboratory(why="No laboratory has found that it conforms.", source=STICKY),
        step("packing", "repackaging", why="It is not packed."),
    ),
    ranges=(
        Range(MOISTURE, 16, 32, PRACTICE, frozenset({"harvesting", "receiving"})),
        Range(MOISTURE, 11, 15.5, PRACTICE, frozenset({"drying", "storing", "inspecting"})),
    ),
    yields=(
        Yield("drying", 75, 97, MILLS),
        Yield("milling", 90, 100.5, MILLS),
        Yield("milling", 45, 72, MILLS, main=True),
    ),
    limits=(
        Limit(MOISTURE, STICKY, at_most=14),
        Limit(BROKEN, STICKY, at_most=12),  # of the class "10 % broken"; of "5 %" it is 7
        Limit(IMPURITIES, STICKY, at_most=0.1),
        Limit(CADMIUM, METALS, at_most=0.4),
        Limit(LEAD, METALS, at_most=0.2),
        Limit(ARSENIC, METALS, at_most=1.0),
    ),
    tolerances={"milling": 0.005, "packing": 0.005},
)
