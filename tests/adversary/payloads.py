"""Shapes that a payload may have and should not; `*` stands for the lot."""

from typing import Any

_ROLL = {"id": "roll-1", "count": 29, "root": "00" * 32}

BIRTHS: dict[str, dict[str, Any]] = {
    "as it should be": {},
    "no ilmd": {"ilmd": None},
    "ilmd a list": {"ilmd": ["x"]},
    **{
        f"expiry {text!r}": {"ilmd": {"cbvmda:itemExpirationDate": text}}
        for text in (
            "2026-09-21", "2026-09-20", "2026-09-20T23:59:59Z", "2026-09-2", "20260920", "2026-9-20", "2026-02-30",
            "2026-W38-1", "2026W381", "2026-W38", "2026-264", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01",
            "2026-09-20garbage", " 2026-09-20", "2026/09/20", "２０２６-09-20", "", "x", 20260920, None, ["2026-09-20"],
        )
    },
    "expiry by the whole name": {"ilmd": {"urn:epcglobal:cbv:mda:itemExpirationDate": "2026-09-20"}},
    "expiry by both names": {
        "ilmd": {"urn:epcglobal:cbv:mda:itemExpirationDate": "2026-09-20", "cbvmda:itemExpirationDate": "2027-09-20"}
    },
    **{
        f"offset {text!r}": {"eventTimeZoneOffset": text, "ilmd": {"cbvmda:itemExpirationDate": "2026-09-20"}}
        for text in (
            "+07:00", "-12:00", "+14:00", "+24:00", "-23:59", "+07:60", "+07", "0700", "+0700", "Z", "", "+07:00:30",
            "+7:00", "x", 7, None, "UTC+07:00", "+07:00 ", "−07:00", "+07:0", "+07:000", "+99:99", "+07:00:00.5",
        )
    },
    "last day far east": {"eventTimeZoneOffset": "+14:00", "ilmd": {"cbvmda:itemExpirationDate": "9999-12-31"}},
    "last day far west": {"eventTimeZoneOffset": "-12:00", "ilmd": {"cbvmda:itemExpirationDate": "9999-12-30"}},
    "first day far east": {"eventTimeZoneOffset": "+14:00", "ilmd": {"cbvmda:itemExpirationDate": "0001-01-01"}},
    "outputs no list": {"outputQuantityList": {"epcClass": "*"}},
    "outputs of texts": {"outputQuantityList": ["*"]},
    "outputs null": {"outputQuantityList": None},
    "output without a class": {"outputQuantityList": [{"quantity": 1}]},
    "output with a text as quantity": {"outputQuantityList": [{"epcClass": "*", "quantity": "1"}]},
    "output with true as quantity": {"outputQuantityList": [{"epcClass": "*", "quantity": True}]},
    "output of less than nothing": {"outputQuantityList": [{"epcClass": "*", "quantity": -5}]},
    "output of a fraction": {"outputQuantityList": [{"epcClass": "*", "quantity": 28.5}]},
    "output weighed": {"outputQuantityList": [{"epcClass": "*", "quantity": 2.9, "uom": "KGM"}]},
    "output with a number as unit": {"outputQuantityList": [{"epcClass": "*", "quantity": 2.9, "uom": 1}]},
    "output twice": {"outputQuantityList": [{"epcClass": "*", "quantity": 10}, {"epcClass": "*", "quantity": 10}]},
    "output as a pure identity": {
        "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9521001.000005.GOOD", "quantity": 29}]
    },
    "output on another host": {
        "outputQuantityList": [{"epcClass": "https://example.org/01/09521001000055/10/GOOD", "quantity": 29}]
    },
    "output with a short GTIN": {
        "outputQuantityList": [{"epcClass": "https://id.gs1.org/01/9521001000055/10/GOOD", "quantity": 29}]
    },
    "output with a wrong check digit": {
        "outputQuantityList": [{"epcClass": "https://id.gs1.org/01/09521001000056/10/GOOD", "quantity": 29}]
    },
    "output with a query": {"outputQuantityList": [{"epcClass": "*?17=260920", "quantity": 29}]},
    "output with a slash at its end": {"outputQuantityList": [{"epcClass": "*/", "quantity": 29}]},
    "output percent-coded": {
        "outputQuantityList": [{"epcClass": "https://id.gs1.org/01/09521001000055/10/%47OOD", "quantity": 29}]
    },
    "instances born": {"outputQuantityList": [], "outputEPCList": ["https://id.gs1.org/01/09521001000055/21/7K001Q37"]},
    "instances born as pure identities": {
        "outputQuantityList": [],
        "outputEPCList": ["urn:epc:id:sgtin:9521001.000005.7K001Q37"],
        "ilmd": {"cbvmda:lotNumber": "GOOD"},
    },
    "instances of another lot": {
        "outputEPCList": ["https://id.gs1.org/01/09521001000055/21/7K001Q37"],
        "ilmd": {"cbvmda:lotNumber": "ELSE"},
    },
    "instances of an impossible lot": {
        "outputQuantityList": [],
        "outputEPCList": ["https://id.gs1.org/01/09521001000055/21/7K001Q37"],
        "ilmd": {"cbvmda:lotNumber": "GOOD LOT"},
    },
    "instances of another product": {
        "outputQuantityList": [], "outputEPCList": ["https://id.gs1.org/01/09521001000024/21/7K001Q37"],
    },
    "instances with a lot inside": {
        "outputQuantityList": [], "outputEPCList": ["https://id.gs1.org/01/09521001000055/10/GOOD/21/7K001Q37"],
    },
    "instances no texts": {"outputQuantityList": [], "outputEPCList": [1, None, {}, []]},
    "an object event": {"type": "ObjectEvent", "action": "ADD", "quantityList": [{"epcClass": "*", "quantity": 29}]},
    "an object event with a type list": {"type": ["TransformationEvent"]},
    "an association": {"type": "AssociationEvent"},
    "declared an error": {"errorDeclaration": {"declarationTime": "2026-09-20T09:00:00+07:00"}},
    "declared an error by nothing": {"errorDeclaration": {}},
    "declared an error by false": {"errorDeclaration": False},
    "not declared an error": {"errorDeclaration": None},
}  # fmt: skip

ROLLS: dict[str, dict[str, Any]] = {
    "other root": {"nguon:roll": _ROLL},
    **{f"count {value!r}": {"nguon:roll": {**_ROLL, "count": value}} for value in (
        0, 1, 5, 6, -1, 29.0, 29.5, True, "29", None, 2**25, 2**25 + 1, 2**31, 2**53 - 1,
    )},
    **{f"root {value!r}": {"nguon:roll": {**_ROLL, "root": value}} for value in (
        "AB" * 32, "00" * 31, "00" * 33, "", "zz" * 32, None, 0, " " + "00" * 32,
    )},
    **{f"id {value!r}": {"nguon:roll": {**_ROLL, "id": value}} for value in ("", None, 1, "x" * 1000)},
    "a list": {"nguon:roll": [_ROLL]},
    "null": {"nguon:roll": None},
    "empty": {"nguon:roll": {}},
    "more": {"nguon:roll": {**_ROLL, "more": 1}},
    "not encoding": {"bizStep": "packing"},
    "encoding by its whole name": {"bizStep": "https://ref.gs1.org/cbv/BizStep-encoding"},
    "added": {"action": "ADD"},
    "deleted": {"action": "DELETE"},
    "of no lot": {"quantityList": []},
    "of another lot": {"quantityList": [{"epcClass": "https://id.gs1.org/01/09521001000055/10/ELSE", "quantity": 29}]},
    "of instances": {"quantityList": [], "epcList": ["https://id.gs1.org/01/09521001000055/21/7K001Q37"]},
    "context that binds nguon elsewhere": {"@context": [{"nguon": "https://example.org/"}]},
    "no context": {"@context": None},
    "an error": {"errorDeclaration": {"reason": "incorrect_data"}},
}  # fmt: skip

_LAYER = {"root": "11" * 32, "count": 29}

LAYERS: dict[str, dict[str, Any]] = {
    "as it should be": {"nguon:hidden": _LAYER},
    **{f"count {value!r}": {"nguon:hidden": {**_LAYER, "count": value}} for value in (
        0, 1, 28, 30, 29.0, True, "29", None, [29],
    )},
    **{f"root {value!r}": {"nguon:hidden": {**_LAYER, "root": value}} for value in (
        "AB" * 32, "11" * 31, "11" * 33, "", None, 0, ["11" * 32],
    )},
    "more": {"nguon:hidden": {**_LAYER, "more": 1}},
    "a list": {"nguon:hidden": [_LAYER]},
    "null": {"nguon:hidden": None},
    "empty": {"nguon:hidden": {}},
    "inside the roll": {"nguon:roll": {**_ROLL, "nguon:hidden": _LAYER}},
    "of one tem, counted by true": {
        "nguon:roll": {**_ROLL, "count": 1}, "nguon:hidden": {**_LAYER, "count": True},
    },
}  # fmt: skip

VOIDINGS: dict[str, dict[str, Any]] = {
    "as it should be": {},
    "two": {"epcList": ["@3", "@4"], "inclusions": ["#3", "#4"]},
    "the first and the last": {"epcList": ["@0", "@28"], "inclusions": ["#0", "#28"]},
    "twice": {"epcList": ["@3", "@3"], "inclusions": ["#3", "#3"]},
    "crosswise": {"epcList": ["@3", "@4"], "inclusions": ["#4", "#3"]},
    **{f"roll {value!r}": {"roll": value} for value in ("", None, 1, "roll-2", "ROLL-1", ["roll-1"], "absent")},
    **{f"inclusions {value!r}": {"inclusions": value} for value in (
        [], "x", None, {"0": []}, [None], ["x"], [[]], [[1]], ["absent"], "absent",
    )},
    "a proof of another": {"inclusions": ["#4"]},
    "a proof too many": {"inclusions": ["#3", "#4"]},
    "a proof too late": {"inclusions": [[], "#3"]},
    "a proof for what is no text": {"epcList": [1, "@3"], "inclusions": [[], "#3"]},
    "a proof for another's": {
        "epcList": ["https://id.gs1.org/01/09521001000024/21/X", "@3"], "inclusions": [[], "#3"],
    },
    **{f"a proof {how}": {"inclusions": [f"#3 {how}"]} for how in (
        "in capitals", "cut short", "grown", "with a number in it", "with null in it", "with an empty text in it",
        "turned round", "with a list in it",
    )},
    **{f"epcList {value!r}": {"epcList": value} for value in ("@3", [], None, {"0": "@3"}, [["@3"]], [None], [""])},
    **{f"the tem {how}": {"epcList": [f"@3 {how}"]} for how in (
        "as a pure identity", "with its lot", "with another lot", "on another host", "in lower case", "percent-coded",
        "with a query", "with a slash", "with a short GTIN", "of another product", "without its last character",
    )},
    "in other lists": {"epcList": "absent", "childEPCs": ["@3"]},
    "a list": {"nguon:voided": [{"roll": "roll-1"}]},
    "null": {"nguon:voided": None},
    "empty": {"nguon:voided": {}},
    "more": {"more": 1},
    "not decommissioning": {"bizStep": "destroying"},
    "by its whole name": {"bizStep": "https://ref.gs1.org/cbv/BizStep-decommissioning"},
    "added": {"action": "ADD"},
    "deleted": {"action": "DELETE"},
    "no action": {"action": None},
    "an aggregation": {"type": "AggregationEvent"},
    "no type": {"type": None},
    "an error": {"errorDeclaration": {"reason": "incorrect_data"}},
    "no error": {"errorDeclaration": None},
    "another disposition": {"disposition": "active"},
    "recalled at once": {"persistentDisposition": {"set": ["recalled"]}},
}  # fmt: skip
"""`@3` is the tem at 3, `#3` its proof; members of `nguon:voided` stand beside those of the event."""

_RECALL = {"bizStep": "holding", "disposition": "recalled"}
_WHOLE = {"quantityList": [{"epcClass": "*", "quantity": 29}]}
_INSTANCE = "https://id.gs1.org/01/09521001000055/21/A1"

OBSERVATIONS: dict[str, dict[str, Any]] = {
    "a recall": {**_RECALL, **_WHOLE, "persistentDisposition": {"set": ["recalled"]}},
    "a recall of nothing": {**_RECALL, "persistentDisposition": {"set": ["recalled"]}},
    "a recall of an instance": {**_RECALL, "epcList": [_INSTANCE], "persistentDisposition": {"set": ["recalled"]}},
    "a recall of instance and whole": {
        **_RECALL, **_WHOLE, "epcList": [_INSTANCE], "persistentDisposition": {"set": ["recalled"]},
    },
    "a recall of another's instance": {
        **_RECALL, "epcList": ["https://id.gs1.org/01/09521001000024/21/A1"],
        "persistentDisposition": {"set": ["recalled"]},
    },
    "a recall of a child": {
        **_RECALL, "type": "AggregationEvent", "childEPCs": [_INSTANCE],
        "persistentDisposition": {"set": ["recalled"]},
    },
    "a recall among others": {**_RECALL, **_WHOLE, "persistentDisposition": {"set": ["x", "recalled", 1, None]}},
    "a recall by its whole name": {
        **_RECALL, **_WHOLE, "persistentDisposition": {"set": ["https://ref.gs1.org/cbv/Disp-recalled"]},
    },
    "a recall set and unset": {
        **_RECALL, **_WHOLE, "persistentDisposition": {"set": ["recalled"], "unset": ["recalled"]},
    },
    "a release of nothing": {**_WHOLE, "persistentDisposition": {"unset": ["recalled"]}},
    "recalled as a text": {**_RECALL, **_WHOLE, "persistentDisposition": {"set": "recalled"}},
    "recalled as a list": {**_RECALL, **_WHOLE, "persistentDisposition": ["recalled"]},
    "only the disposition": {**_RECALL, **_WHOLE},
    "a recall in capitals": {**_RECALL, **_WHOLE, "persistentDisposition": {"set": ["Recalled"]}},
    "a recall withdrawn in itself": {
        **_RECALL, **_WHOLE, "persistentDisposition": {"set": ["recalled"]}, "errorDeclaration": {"reason": "x"},
    },
    "no type": {"type": None},
    "of no action": {"action": None},
    "no id": {"eventID": None},
    "id a number": {"eventID": 7},
    "an addition": {"action": "ADD", **_WHOLE},
    "an addition of an instance": {"action": "ADD", "epcList": [_INSTANCE], "ilmd": {"cbvmda:lotNumber": "GOOD"}},
    "withheld digests": {**_WHOLE, "nguon:private": {"_sd": ["AAAA"]}},
    "withheld digests of another shape": {**_WHOLE, "nguon:private": "x"},
}  # fmt: skip

TEXTS: dict[str, str] = {
    "as it should be": "{*}",
    "member twice": '{*,"type":"ObjectEvent"}',
    "inner member twice": '{*,"x":{"a":1,"a":1}}',
    "decomposed": '{*,"x":"e\u0301"}',
    "not composed by escapes": '{*,"x":"e\\u0301"}',
    "infinity": '{*,"x":1e400}',
    "not a number": '{*,"x":NaN}',
    "big integer": '{*,"x":9007199254740993}',
    "big negative integer": '{*,"x":-9007199254740993}',
    "integer at the edge": '{*,"x":[9007199254740991,-9007199254740991]}',
    "integral float beyond": '{*,"x":1e20}',
    "integer of a hundred digits": '{*,"x":' + "9" * 100 + "}",
    "integer of five thousand digits": '{*,"x":' + "9" * 5000 + "}",
    "minus nought": '{*,"x":[-0,-0.0,-0e5]}',
    "many decimals": '{*,"x":0.1000000000000000055511151231257827}',
    "lone surrogate": '{*,"x":"\\udc00"}',
    "raw surrogate": '{*,"x":"\ud800"}',
    "list": "[{*}]",
    "text": '"x"',
    "empty": "",
    "byte order mark": "\ufeff{*}",
    "trailing text": "{*} {}",
    "trailing white space": "{*} \n",
    "form feed": "{*}\f",
    "no break space": "{*}\u00a0",
    "deep 199": '{*,"x":' + "[" * 198 + "]" * 198 + "}",
    "deep 200": '{*,"x":' + "[" * 199 + "]" * 199 + "}",
    "deep 201": '{*,"x":' + "[" * 200 + "]" * 200 + "}",
    "deep 202": '{*,"x":' + "[" * 201 + "]" * 201 + "}",
    "empty name": '{*,"":1}',
    "name of a prototype": '{*,"__proto__":{"type":"x"},"constructor":1,"toString":1}',
    "name of a prototype twice": '{*,"__proto__":1,"__proto__":2}',
    "private use": '{*,"x":"\ue000\U000f0000"}',
    "slash escaped": '{*,"x":"\\/"}',
    "new in the last Unicode": '{*,"x":"\U0001e030\U00011f02"}',
}

_P256 = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY"
KEYS: dict[str, dict[str, Any]] = {
    "as it should be": {},
    **{f"no {name}": {name: "absent"} for name in ("org", "jwk", "role", "custody", "stems", "action", "time")},
    **{f"role {role!r}": {"role": role} for role in (
        "officer", "laboratory", "retailer", "authority", "registrar", "admin", "Member", "", None, 1,
    )},
    **{f"custody {value!r}": {"custody": value} for value in ("hosted", "mine", "", None)},
    **{f"action {value!r}": {"action": value} for value in ("revoke", "Admit", "", None)},
    **{f"stems {value!r}": {"stems": value} for value in (
        [], "x", None, [1], [""], ["https://id.gs1.org/01/"], ["https://id.gs1.org/01/09521001"],
        ["https://id.gs1.org/01/09521001000055"], ["https://id.gs1.org/01/09521001000055/10/NEW"],
        ["https://id.gs1.org/01/09521001000055/10/NE"], ["https://id.gs1.org/01/095210010000"], ["*"], ["https://"],
    )},
    **{f"time {value!r}": {"time": value} for value in ("", "x", None, 1, "2026-09-01", "2026-09-01T00:00:00")},
    "another organisation": {"org": "https://id.gs1.org/417/9521002000016"},
    "organisation of another spelling": {"org": "https://id.gs1.org/417/9521001000017/"},
    "more": {"more": 1},
    "with a private part": {"jwk.d": "AAAA"},
    "kty OKP": {"jwk.kty": "OKP"},
    "crv P-384": {"jwk.crv": "P-384"},
    "x of 31 bytes": {"jwk.x": "AAAA"},
    "not on the curve": {"jwk.x": _P256, "jwk.y": _P256},
    "x padded": {"jwk.x": _P256 + "="},
    "with a kid of its own": {"jwk.kid": "x"},
    "with an alg": {"jwk.alg": "ES256"},
}  # fmt: skip

CAREERS: dict[str, list[str]] = {
    "admitted": ["registrar admit coop member", "sign"],
    "signed first": ["sign", "registrar admit coop member"],
    "revoked": ["registrar admit coop member", "registrar revoke coop member", "sign"],
    "revoked after": ["registrar admit coop member", "sign", "registrar revoke coop member"],
    "revoked under another role": ["registrar admit coop member", "registrar revoke coop officer", "sign"],
    "revoked under another organisation": ["registrar admit coop member", "registrar revoke rival member", "sign"],
    "revoked by an officer": ["officer admit coop member", "officer revoke coop member", "sign"],
    "revoked by a stranger": ["registrar admit coop member", "rival revoke coop member", "sign"],
    "admitted twice": ["registrar admit coop member", "registrar admit coop officer", "sign"],
    "admitted again": [
        "registrar admit coop member", "registrar revoke coop member", "registrar admit coop member", "sign",
    ],
    "revoked before it was admitted": ["registrar revoke coop member", "registrar admit coop member", "sign"],
    "admitted by a member": ["member admit coop member", "sign"],
    "admitted by a laboratory": ["lab admit lab member", "sign"],
    "admitted by itself": ["registrar admit coop officer", "new admit coop member", "sign"],
    "admitted by an officer as officer": ["officer admit coop officer", "sign"],
    "admitted by an officer for another": ["officer admit rival member", "sign"],
    "admitted by a registrar who was admitted": ["registrar admit lab registrar", "new admit coop member", "sign"],
}  # fmt: skip

MASTERS: dict[str, dict[str, Any]] = {
    "as it should be": {},
    **{f"no {name}": {name: "absent"} for name in ("id", "type", "attributes", "validFrom")},
    **{f"valid from {value!r}": {"validFrom": value} for value in (
        "2026-09-21", "2026-09-22", "2027-01-01", "x", "", None, 1, "2025-01-01T00:00:00Z", "0001-01-01", "2026-1-1",
    )},
    **{f"attributes {value!r}": {"attributes": value} for value in ({}, [], None, "x", {"a": {"b": [1, None]}})},
    "another id": {"id": "https://id.gs1.org/01/09521001000024"},
    "no type known": {"type": "x"},
}  # fmt: skip
