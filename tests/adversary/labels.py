"""What an adversary says of labels: second layers of any shape, tem voided by whom and by what proof.

Every proof is a true one of the roll, unless it is the lie.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ledger import tem
from ledger.statement.jws import Typ
from tests.adversary import payloads
from tests.adversary.case import Case, case_of
from tests.adversary.logs import bundle_of_tem, new_world
from tests.world import GTIN, World, instance


def cases() -> Iterator[Case]:
    """Every lie about a label."""
    yield from _second_layers()
    yield from _voidings()


def _second_layers() -> Iterator[Case]:
    for label, members in payloads.LAYERS.items():
        world, uri = new_world(f"layer {label}")
        root = world.roll("member", uri)
        serial = world.serial(uri, 0)
        logged = world.log.pop(root).statement
        assert logged is not None
        changes = dict(members)
        if "nguon:roll" in changes:
            count = changes["nguon:roll"]["count"]
            own = tem.roll_root(world.roll_key("roll-1"), GTIN, "GOOD", count).hex()
            changes["nguon:roll"] = {**changes["nguon:roll"], "root": own}
        world.log_statement("member", Typ.EPCIS, {**logged.payload, **changes}, (uri,))
        world.snapshot()
        yield case_of(f"layer/{label}", world, bundle_of_tem(world, uri, serial), wrong=False)


def _voidings() -> Iterator[Case]:
    for label, change in payloads.VOIDINGS.items():
        for by in ("member", "rival", "authority") if not change else ("member",):
            world, uri = new_world(f"voiding {label} {by}")
            world.roll("member", uri)
            world.roll("member", uri, count=2, roll_id="roll-2")
            _spoil(world, uri, change, by)
            world.snapshot()
            for index in (3, 4, 0):
                bundle = world.bundle(uri, world.serial(uri, index))
                yield case_of(f"voiding by {by}/{label}: {index}", world, bundle, wrong=False)
    yield from _stories_of_voidings()


def _stories_of_voidings() -> Iterator[Case]:
    def case(label: str, world: World, uri: str, index: int = 3, *, pending: bool = False) -> Case:
        bundle = world.bundle(uri, world.serial(uri, index), pending=pending)
        return case_of(f"voidings/{label}: {index}", world, bundle, wrong=False)

    for label, told in {
        "before its roll": ("void", "roll"),
        "twice": ("roll", "void", "void"),
        "taken back": ("roll", "void", "take back"),
        "taken back by a stranger": ("roll", "void", "take back by rival"),
        "of a roll that was taken back": ("roll", "take back", "void"),
        "of a roll that was taken back later": ("roll", "void", "take back roll"),
        "of a roll whose id came again": ("roll", "void", "roll of two"),
        "again after it was taken back": ("roll", "void", "take back", "void"),
        "withheld": ("roll", "void", "withhold"),
    }.items():
        world, uri = new_world(f"voidings {label}")
        first = last = len(world.log)
        for step in told:
            last, before = len(world.log), last
            match step.split():
                case ["roll"]:
                    world.roll("member", uri)
                case ["roll", "of", "two"]:
                    world.roll("member", uri, count=2)
                case ["void"]:
                    _spoil(world, uri, {}, "member")
                case ["take", "back", "roll"]:
                    world.void(first)
                case ["take", "back", *who]:
                    world.void(before, by=who[-1] if who else None)
                case _:
                    world.log[before].withheld = True
        world.snapshot()
        for index in (3, 4):
            yield case(label, world, uri, index)
    world, uri = new_world("voidings pending")
    world.roll("member", uri)
    world.roll("member", uri, count=1, roll_id="roll-2")
    world.snapshot()
    _spoil(world, uri, {}, "member")
    for index in (3, 4):
        yield case("pending", world, uri, index, pending=True)


def _spoil(world: World, uri: str, change: Mapping[str, Any], by: str) -> int:
    """Log an event that voids the tem at 3, changed as `payloads.VOIDINGS` says."""
    members: dict[str, Any] = {"bizStep": "decommissioning", "disposition": "inactive", "epcList": ["@3"]}
    void: dict[str, Any] = {"roll": "roll-1", "inclusions": ["#3"]}
    for name, value in change.items():
        (void if name in ("roll", "inclusions", "more") else members)[name] = value
    void, members = (
        {name: value for name, value in part.items() if value != "absent"} for part in (void, members)
    )
    filled = _shown(world, {"nguon:voided": void, **members})
    listed = [instance(world.serial(uri, index)) for index in (3, 4, 0, 28)]
    return world.event(by, [uri, *listed], **filled)


def _shown(world: World, value: Any) -> Any:
    """Tem and proofs in the place of `@3` and `#3`."""
    if isinstance(value, dict):
        return {name: _shown(world, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(world, item) for item in value]
    if not isinstance(value, str) or value[:1] not in ("@", "#"):
        return value
    place, _, how = value[1:].partition(" ")
    key, index = world.roll_key("roll-1"), int(place)
    if value[0] == "#":
        return _turned_proof([item.hex() for item in tem.slot_proof(key, GTIN, "GOOD", 29, index)[1]], how)
    return _spelled(tem.serial(key, GTIN, "GOOD", index), how)


def _turned_proof(proof: list[Any], how: str) -> list[Any]:
    return {
        "": proof,
        "in capitals": [item.upper() for item in proof],
        "cut short": proof[:-1],
        "grown": [*proof, proof[-1]],
        "with a number in it": [proof[0], 7, *proof[1:]],
        "with null in it": [None, *proof],
        "with an empty text in it": [*proof, ""],
        "with a list in it": [[], *proof],
        "turned round": proof[::-1],
    }[how]


def _spelled(serial: str, how: str) -> str:
    return {
        "": instance(serial),
        "as a pure identity": f"urn:epc:id:sgtin:{GTIN[1:8]}.{GTIN[0]}{GTIN[8:13]}.{serial}",
        "with its lot": f"https://id.gs1.org/01/{GTIN}/10/GOOD/21/{serial}",
        "with another lot": f"https://id.gs1.org/01/{GTIN}/10/ELSE/21/{serial}",
        "on another host": f"https://nguon.example/01/{GTIN}/21/{serial}",
        "in lower case": instance(serial.lower()),
        "percent-coded": instance(f"%{ord(serial[0]):02X}{serial[1:]}"),
        "with a query": f"{instance(serial)}?17=260920",
        "with a slash": f"{instance(serial)}/",
        "with a short GTIN": f"https://id.gs1.org/01/{GTIN[1:]}/21/{serial}",
        "of another product": instance(serial, "09521001000024"),
        "without its last character": instance(serial[:-1]),
    }[how]
