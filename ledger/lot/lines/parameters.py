"""Parameters that several lines measure."""

from typing import Final

from ledger.lot.lines.line import Parameter

MOISTURE: Final = Parameter("moisture", "P1", words=("do am", "moisture", "water content", "ham luong nuoc"))
LEAD: Final = Parameter("lead", "NA", words=("chi", "lead"), substances=("WABPQHHGFIMREM-UHFFFAOYSA-N",))
CADMIUM: Final = Parameter(
    "cadmium", "NA", words=("cadimi", "cadmium"), substances=("BDOSMKKIYDKNTQ-UHFFFAOYSA-N",)
)
ARSENIC: Final = Parameter(
    "arsenic", "NA", words=("asen", "arsenic"), substances=("RQNWIZPPADIBDY-UHFFFAOYSA-N",)
)
MERCURY: Final = Parameter(
    "mercury", "NA", words=("thuy ngan", "mercury"), substances=("QSHDDOUJBYECFT-UHFFFAOYSA-N",)
)
TEMPERATURE: Final = Parameter("temperature", "CEL", types=("Temperature",))
