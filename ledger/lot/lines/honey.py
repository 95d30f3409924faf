"""Honey, from hives to jars."""

from typing import Final

from ledger.lot.lines.legal import LEGAL
from ledger.lot.lines.line import Hints, Limit, Line, Parameter, Range, Source, Yield
from ledger.lot.lines.needs import PRACTICE, laboratory, measured, step
from ledger.lot.lines.parameters import MOISTURE, TEMPERATURE

TCVN: Final = Source("TCVN 12605:2019 §4, as thuvienphapluat.vn quotes it", read=True)
TROPICAL: Final = Source(
    "TCVN 12605:2019, HMF of honey from tropical countries, as fsi.org.vn quotes it", read=True
)
CODEX: Final = Source("CXS 12-1981: sucrose at most 5 g/100 g, as vuonmatong.com quotes it", read=True)
GENERAL: Final = Source("CXS 12-1981: HMF at most 40 mg/kg from elsewhere than the tropics", read=False)
CARBON: Final = Source("AOAC 998.12: C4 sugars at most 7 %, as myhumm.co.nz quotes it", read=True)
BANNED: Final = Source("veterinary substances banned by the ministry of agriculture", read=False)
KEEPERS: Final = Source("practice of beekeepers", read=False)

HMF: Final = Parameter(
    "hmf", "NA", words=("hmf", "hydroxymetyl"), substances=("NOEGNKMFWQHSLB-UHFFFAOYSA-N",)
)
REDUCING: Final = Parameter("fructose_glucose", "P1", words=("fructose + glucose", "fructose va glucose"))
SUCROSE: Final = Parameter(
    "sucrose", "P1", words=("sucrose", "sacarose", "saccarose"), substances=("CZMRCDWAGMRECN-UGDNZRGBSA-N",)
)
C4: Final = Parameter("c4_sugars", "P1", words=("duong c4", "c4 sugar"))
CHLORAMPHENICOL: Final = Parameter(
    "chloramphenicol", "NA", words=("chloramphenicol",), substances=("WIIZWVCIJKGZOK-RKDXNWHRSA-N",)
)

LINE = Line(
    code="honey",
    hints=Hints(
        steps=frozenset({"filtering"}),
        members=frozenset({"sourceHives", "beeSpecies", "hiveType"}),
        substances=frozenset(HMF.substances),
    ),
    needs=(
        *LEGAL,
        step("harvesting", why="Nothing tells of the harvest."),
        laboratory(why="No laboratory has found that it conforms.", source=TCVN),
        measured(MOISTURE, why="No laboratory has measured its water.", source=TCVN),
        measured(HMF, why="No laboratory has measured its HMF.", source=TROPICAL),
        step("packing", "repackaging", why="It is not in jars.", source=PRACTICE),
    ),
    ranges=(
        Range(MOISTURE, 14, 23, TCVN, frozenset({"harvesting", "receiving", "holding", "storing"})),
        Range(HMF, 0, 40, GENERAL, frozenset({"inspecting"})),
        Range(TEMPERATURE, 10, 45, KEEPERS, frozenset({"filtering"})),
    ),
    yields=(Yield("filtering", 90, 100.5, KEEPERS),),
    limits=(
        Limit(MOISTURE, TCVN, at_most=23),
        Limit(REDUCING, TCVN, at_least=60),
        Limit(SUCROSE, CODEX, at_most=5),
        Limit(HMF, TROPICAL, at_most=80),
        Limit(C4, CARBON, at_most=7),
        Limit(CHLORAMPHENICOL, BANNED, at_most=0),
    ),
    tolerances={"filtering": 0.005, "packing": 0.005},
)
