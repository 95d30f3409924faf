"""Write claims.json: what events say of other organisations, and what becomes of it, expected by hand.

    python tests/vectors/make_claims_vectors.py

Each case lists events that stand, in the order of the log, and the claims that must come out. `samples` says the same
of all events of each line of samples/, in the order of its documents.
"""

import json
from pathlib import Path
from typing import Any

GS1 = "https://id.gs1.org"
COOP, SHOP, CARRIER = f"{GS1}/417/9521001000017", f"{GS1}/417/9521095000016", f"{GS1}/417/9521091000010"
LAB, OTHER_LAB = f"{GS1}/417/9521090000011", f"{GS1}/417/9521092000019"
LOT, LOT_B = f"{GS1}/01/09521001000055/10/THV260116", f"{GS1}/01/09521001000055/10/THV260117"
PALLET = f"{GS1}/00/095210011260117002"
PO, DELIVERY = f"{GS1}/253/9521095000016PO-1", f"{GS1}/253/9521001000055PX-7"
RESULT, OTHER_RESULT = f"{GS1}/253/9521090000011KN-1", f"{GS1}/253/9521090000011KN-2"
PACK = f"{GS1}/01/09521001000055/21/"
ROLES = {LAB: "laboratory", OTHER_LAB: "laboratory", SHOP: "retailer"}

Json = dict[str, Any]


def heard(index: int, org: str, step: str, *, about: tuple[str, ...] = (), **members: Any) -> Json:
    payload = {"type": "ObjectEvent", "eventID": name(index), "action": "OBSERVE", "bizStep": step}
    return {
        "index": index,
        "org": org,
        "role": ROLES.get(org, "member"),
        "about": list(about),
        "payload": {**payload, **members},
    }


def name(index: int) -> str:
    return f"urn:uuid:00000000-0000-7000-8000-{index:012d}"


def goods(*amounts: tuple[Any, ...]) -> Json:
    listed = [
        {"epcClass": uri, "quantity": quantity, **({"uom": uom[0]} if uom else {})}
        for uri, quantity, *uom in amounts
    ]
    return {"quantityList": listed}


def to(org: str, source: str = COOP) -> Json:
    return {
        "sourceList": [{"type": "owning_party", "source": source}],
        "destinationList": [
            {"type": "owning_party", "destination": org},
            {"type": "possessing_party", "destination": org},
            {"type": "location", "destination": f"{GS1}/414/9521095000023"},
        ],
    }


def papers(*uris: str, kind: str = "po") -> Json:
    return {"bizTransactionList": [{"type": kind, "bizTransaction": uri} for uri in uris]}


def answers(*words: tuple[Any, ...]) -> Json:
    return {
        "nguon:answers": [
            {
                "nguon:event": name(index),
                "nguon:answer": word,
                **({"nguon:reason": reason[0]} if reason else {}),
            }
            for index, word, *reason in words
        ]
    }


def claim(
    index: int,
    by: str,
    named: str | None,
    part: str,
    state: str = "claimed",
    answer: int | None = None,
    differences: tuple[tuple[str, str, float, float], ...] = (),
    reason: str = "",
) -> Json:
    members = ("uri", "uom", "claimed", "answered")
    return {
        "index": index,
        "eventID": name(index),
        "by": by,
        "named": named,
        "part": part,
        "state": state,
        "answer": answer,
        "differences": [dict(zip(members, each, strict=True)) for each in differences],
        "reason": reason,
    }


def case(title: str, events: list[Json], expected: list[Json], subjects: tuple[str, ...] = ()) -> Json:
    return {"name": title, "heard": events, "subjects": list(subjects), "claims": expected}


SENT = heard(1, COOP, "shipping", about=(LOT,), **goods((LOT, 100)), **to(SHOP))
SENT_PO = heard(1, COOP, "shipping", about=(LOT,), **goods((LOT, 100)), **to(SHOP), **papers(PO, DELIVERY))
OPEN = [claim(1, COOP, SHOP, "to")]
SAMPLED = heard(1, COOP, "sampling", about=(LOT,), **goods((LOT, 0.05, "KGM")), **{"nguon:laboratory": LAB})
PASSED = {**papers(RESULT, kind="testres"), "persistentDisposition": {"set": ["conformant"]}}
FAILED = {**papers(RESULT, kind="testres"), "disposition": "non_conformant"}
OWN_RESULT = heard(1, COOP, "inspecting", about=(LOT,), **goods((LOT, 3, "KGM")), **PASSED)
SERIALS = [f"{PACK}A{n}" for n in range(3)]
WEIGHED = heard(
    1,
    SHOP,
    "receiving",
    about=(LOT,),
    **goods((LOT, 50, "KGM")),
    sourceList=[{"type": "possessing_party", "source": COOP}],
)

CASES = [
    case(
        "an event that names nobody else claims nothing", [heard(1, COOP, "storing", **goods((LOT, 1)))], []
    ),
    case("naming oneself claims nothing", [heard(1, COOP, "shipping", **goods((LOT, 1)), **to(COOP))], []),
    case("who is named as owner and as holder is named once; places are no parties", [SENT], OPEN),
    case(
        "an accepted answer of the same amount accepts",
        [SENT, heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **answers((1, "accepted")))],
        [claim(1, COOP, SHOP, "to", "accepted", 2)],
    ),
    case(
        "an accepted answer of another amount differs",
        [SENT, heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 99)), **answers((1, "accepted")))],
        [claim(1, COOP, SHOP, "to", "differs", 2, ((LOT, "", 100, 99),))],
    ),
    case(
        "a denial denies, and gives its reason",
        [
            SENT,
            heard(
                2,
                SHOP,
                "receiving",
                about=(LOT,),
                **goods((LOT, 100)),
                **answers((1, "denied", "Chưa hề nhận")),
            ),
        ],
        [claim(1, COOP, SHOP, "to", "denied", 2, reason="Chưa hề nhận")],
    ),
    case(
        "an answer of other goods is none",
        [
            SENT,
            heard(2, SHOP, "receiving", about=(LOT_B,), **goods((LOT_B, 100)), **answers((1, "accepted"))),
        ],
        OPEN,
    ),
    case(
        "an answer of somebody else is none",
        [SENT, heard(2, CARRIER, "receiving", about=(LOT,), **goods((LOT, 100)), **answers((1, "accepted")))],
        OPEN,
    ),
    case(
        "an answer before the event is none",
        [
            heard(0, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **answers((1, "accepted"))),
            SENT,
        ],
        OPEN,
    ),
    case(
        "any other word than accepted and denied is no answer",
        [SENT, heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **answers((1, "maybe")))],
        OPEN,
    ),
    case(
        "the last answer counts",
        [
            SENT,
            heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **answers((1, "denied", "?"))),
            heard(3, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **answers((1, "accepted"))),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 3)],
    ),
    case(
        "one answer that accepts two events is compared with both together",
        [
            SENT,
            heard(2, COOP, "shipping", about=(LOT,), **goods((LOT, 40)), **to(SHOP)),
            heard(
                3,
                SHOP,
                "receiving",
                about=(LOT,),
                **goods((LOT, 140)),
                **answers((1, "accepted"), (2, "accepted")),
            ),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 3), claim(2, COOP, SHOP, "to", "accepted", 3)],
    ),
    case(
        "a receiving of the same document, goods and amount answers; and the sending answers it",
        [
            SENT_PO,
            heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **to(SHOP), **papers(PO)),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 2), claim(2, SHOP, COOP, "from", "accepted", 1)],
    ),
    case(
        "a receiving without a document in common answers nothing",
        [SENT_PO, heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **papers(OTHER_RESULT))],
        OPEN,
    ),
    case(
        "a receiving without any document answers nothing",
        [SENT_PO, heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)))],
        OPEN,
    ),
    case(
        "another step with the same document answers nothing",
        [SENT_PO, heard(2, SHOP, "storing", about=(LOT,), **goods((LOT, 100)), **papers(PO))],
        OPEN,
    ),
    case(
        "a delivery in two parts adds up",
        [
            SENT_PO,
            heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 60)), **papers(PO)),
            heard(3, SHOP, "receiving", about=(LOT,), **goods((LOT, 40)), **papers(PO)),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 3)],
    ),
    case(
        "two deliveries under one order are answered one by one",
        [
            SENT_PO,
            heard(2, COOP, "shipping", about=(LOT,), **goods((LOT, 40)), **to(SHOP), **papers(PO)),
            heard(3, SHOP, "receiving", about=(LOT,), **goods((LOT, 40)), **papers(PO)),
            heard(4, SHOP, "receiving", about=(LOT,), **goods((LOT, 100)), **papers(PO)),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 4), claim(2, COOP, SHOP, "to", "accepted", 3)],
    ),
    case(
        "a pallet is received whole, and counted one short afterwards",
        [
            heard(1, COOP, "shipping", about=(PALLET,), epcList=[PALLET], **to(SHOP), **papers(PO)),
            heard(2, SHOP, "receiving", about=(PALLET,), epcList=[PALLET], **papers(PO, DELIVERY)),
            heard(
                3,
                SHOP,
                "accepting",
                about=(LOT,),
                **goods((LOT, 199)),
                **papers(DELIVERY),
                **{"disposition": "mismatch_quantity", "nguon:expectedQuantity": 200},
            ),
        ],
        [claim(1, COOP, SHOP, "to", "differs", 3, ((LOT, "", 200, 199),))],
    ),
    case(
        "a pallet is received, and what was missing in it is told with it",
        [
            heard(1, COOP, "shipping", about=(PALLET,), epcList=[PALLET], **to(SHOP)),
            heard(
                2,
                SHOP,
                "receiving",
                about=(LOT, PALLET),
                epcList=[PALLET],
                **goods((LOT, 199)),
                **answers((1, "accepted")),
                **{"disposition": "mismatch_quantity", "nguon:expectedQuantity": 200},
            ),
        ],
        [claim(1, COOP, SHOP, "to", "differs", 2, ((LOT, "", 200, 199),))],
    ),
    case(
        "what an answer says in its turn of whom it accepts is said by that one too",
        [
            SENT,
            heard(
                2,
                SHOP,
                "receiving",
                about=(LOT,),
                **goods((LOT, 100)),
                **to(SHOP),
                **answers((1, "accepted")),
            ),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 2), claim(2, SHOP, COOP, "from", "accepted", 1)],
    ),
    case(
        "they differ both ways",
        [
            SENT_PO,
            heard(
                2,
                SHOP,
                "receiving",
                about=(LOT,),
                **goods((LOT, 90)),
                **to(SHOP),
                **papers(PO),
                **answers((1, "accepted")),
            ),
        ],
        [
            claim(1, COOP, SHOP, "to", "differs", 2, ((LOT, "", 100, 90),)),
            claim(2, SHOP, COOP, "from", "differs", 1, ((LOT, "", 90, 100),)),
        ],
    ),
    case(
        "a mass is the same in another unit",
        [
            heard(1, COOP, "shipping", about=(LOT,), **goods((LOT, 1.2, "TNE")), **to(SHOP)),
            heard(
                2, SHOP, "receiving", about=(LOT,), **goods((LOT, 1200, "KGM")), **answers((1, "accepted"))
            ),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 2)],
    ),
    case(
        "packs listed one by one are as many of their lot",
        [
            heard(1, COOP, "shipping", about=(LOT,), **goods((LOT, 3)), **to(SHOP)),
            heard(2, SHOP, "receiving", about=(LOT,), epcList=SERIALS, **answers((1, "accepted"))),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 2)],
    ),
    case(
        "as many other packs are not the same packs",
        [
            heard(1, COOP, "shipping", about=(LOT,), epcList=SERIALS[:2], **to(SHOP)),
            heard(2, SHOP, "receiving", about=(LOT,), epcList=SERIALS[1:], **answers((1, "accepted"))),
        ],
        [claim(1, COOP, SHOP, "to", "differs", 2, ((SERIALS[0], "", 1, 0),))],
    ),
    case(
        "whoever has the story of one lot alone compares that lot alone",
        [
            heard(1, COOP, "shipping", about=(LOT, LOT_B), **goods((LOT, 10), (LOT_B, 5)), **to(SHOP)),
            heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 10)), **answers((1, "accepted"))),
        ],
        [claim(1, COOP, SHOP, "to", "accepted", 2)],
        (LOT,),
    ),
    case(
        "whoever has all misses what was not received",
        [
            heard(1, COOP, "shipping", about=(LOT, LOT_B), **goods((LOT, 10), (LOT_B, 5)), **to(SHOP)),
            heard(2, SHOP, "receiving", about=(LOT,), **goods((LOT, 10)), **answers((1, "accepted"))),
        ],
        [claim(1, COOP, SHOP, "to", "differs", 2, ((LOT_B, "", 5, 0),))],
    ),
    case(
        "a weigh ticket names who brought the goods, and he answers it",
        [
            WEIGHED,
            heard(2, COOP, "shipping", about=(LOT,), **goods((LOT, 50, "KGM")), **answers((1, "accepted"))),
        ],
        [claim(1, SHOP, COOP, "from", "accepted", 2)],
    ),
    case(
        "a sample is answered by the laboratory's own result, whatever it finds",
        [SAMPLED, heard(2, LAB, "inspecting", about=(LOT,), **goods((LOT, 3, "KGM")), **FAILED)],
        [claim(1, COOP, LAB, "test", "accepted", 2)],
    ),
    case(
        "an older result does not answer a sample",
        [heard(0, LAB, "inspecting", about=(LOT,), **goods((LOT, 3, "KGM")), **PASSED), SAMPLED],
        [claim(1, COOP, LAB, "test")],
    ),
    case(
        "another laboratory's result does not answer",
        [SAMPLED, heard(2, OTHER_LAB, "inspecting", about=(LOT,), **goods((LOT, 3, "KGM")), **PASSED)],
        [claim(1, COOP, LAB, "test")],
    ),
    case(
        "a certificate that the cooperative signs itself is a claim on any laboratory",
        [OWN_RESULT],
        [claim(1, COOP, None, "test")],
    ),
    case(
        "it holds once a laboratory signs the same certificate",
        [OWN_RESULT, heard(2, LAB, "inspecting", about=(LOT,), **goods((LOT, 3, "KGM")), **PASSED)],
        [claim(1, COOP, None, "test", "accepted", 2)],
    ),
    case(
        "it differs where the laboratory found otherwise",
        [OWN_RESULT, heard(2, LAB, "inspecting", about=(LOT,), **goods((LOT, 3, "KGM")), **FAILED)],
        [claim(1, COOP, None, "test", "differs", 2)],
    ),
    case(
        "another certificate does not answer it",
        [
            OWN_RESULT,
            heard(
                2,
                LAB,
                "inspecting",
                about=(LOT,),
                **goods((LOT, 3, "KGM")),
                **papers(OTHER_RESULT, kind="testres"),
            ),
        ],
        [claim(1, COOP, None, "test")],
    ),
    case(
        "a laboratory's result claims nothing of itself",
        [heard(1, LAB, "inspecting", about=(LOT,), **goods((LOT, 3)), **PASSED, **{"nguon:laboratory": LAB})],
        [],
    ),
    case(
        "a shape that is not the profile's says nothing",
        [
            heard(
                1,
                COOP,
                "shipping",
                about=(LOT,),
                quantityList=[{"epcClass": 7}, {"epcClass": LOT, "quantity": "many"}, None],
                destinationList={"type": "owning_party", "destination": SHOP},
                sourceList=["?", {"type": "owning_party", "source": "https://id.gs1.org/417/1"}],
                **{"nguon:laboratory": ["?"], "nguon:answers": [None, "x", {"nguon:event": 3}]},
            ),
        ],
        [claim(1, COOP, SHOP, "to")],
    ),
]

SAMPLES: dict[str, list[tuple[Any, ...]]] = {
    "herb": [
        (1, "from", f"{GS1}/417/9521080000014", "claimed", None),
        (5, "test", LAB, "claimed", None),
        (17, "to", SHOP, "accepted", 18),
        (17, "from", CARRIER, "claimed", None),
        (18, "from", COOP, "accepted", 17),
        (18, "from", CARRIER, "claimed", None),
        (23, "to", COOP, "claimed", None),
        (23, "from", CARRIER, "claimed", None),
    ],
    "honey": [
        (1, "from", f"{GS1}/417/9521082000012", "claimed", None),
        (23, "to", f"{GS1}/417/9521097000014", "accepted", 24),
        (23, "from", CARRIER, "claimed", None),
        (24, "from", f"{GS1}/417/9521003000015", "accepted", 23),
        (24, "from", CARRIER, "claimed", None),
    ],
    "rice": [
        (0, "from", f"{GS1}/417/9521081000013", "claimed", None),
        (1, "from", f"{GS1}/417/9521081000013", "claimed", None),
        (20, "to", f"{GS1}/417/9521096000015", "differs", 23),
        (21, "to", f"{GS1}/417/9521096000015", "differs", 23),
        (21, "from", CARRIER, "claimed", None),
        (22, "from", f"{GS1}/417/9521002000016", "accepted", 21),
        (22, "from", CARRIER, "claimed", None),
    ],
}


def main() -> None:
    members = ("index", "part", "named", "state", "answer")
    samples = {line: [dict(zip(members, row, strict=True)) for row in rows] for line, rows in SAMPLES.items()}
    text = json.dumps({"cases": CASES, "samples": samples}, ensure_ascii=False, indent=1)
    Path(__file__).with_name("claims.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
