"""What an adversary does to the books themselves: keys, descriptions, leaves and maps, wrong in one thing each."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from ledger.log.leaf import SnapshotLeaf
from ledger.log.lotmap import MapLeaf
from ledger.statement.jws import Typ
from ledger.statement.subjects import Role, subject_key
from tests.adversary import payloads
from tests.adversary.case import Case, case_of
from tests.adversary.logs import new_world
from tests.world import COOP, COOP_STEMS, HARVEST, LAB, PRODUCT, RIVAL, Logged, World, instance, lot


def cases() -> Iterator[Case]:
    """Every lie in the books."""
    yield from _keys()
    yield from _masters()
    yield from _leaves()
    yield from _maps()


# -- keys and descriptions


def _keys() -> Iterator[Case]:
    for label, change in payloads.KEYS.items():
        world = World(seed=f"key {label}").found()
        key = world.new_key("new", COOP)
        payload: dict[str, Any] = {
            "org": COOP,
            "jwk": key.jwk.to_json(),
            "role": "member",
            "custody": "own",
            "stems": list(COOP_STEMS),
            "action": "admit",
            "time": "2026-09-01T00:00:00Z",
        }
        for name, value in change.items():
            if value == "absent":
                payload.pop(name, None)
            elif name.startswith("jwk."):
                payload["jwk"] = {**payload["jwk"], name.removeprefix("jwk."): value}
            else:
                payload[name] = value
        for by in ("registrar", "officer"):
            copy = World(seed=f"key {label} {by}").found()
            copy.keys["new"] = key
            copy.log_statement(by, Typ.KEY, payload, (key.jwk.uri, COOP))
            uri = lot("NEW")
            copy.event("new", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
            copy.snapshot()
            yield case_of(f"key by {by}/{label}", copy, copy.bundle(uri), wrong=False)
    for label, steps in payloads.CAREERS.items():
        world = World(seed=f"career {label}").found()
        world.new_key("new", COOP)
        uri = lot("CAREER")
        for number, step in enumerate(steps):
            world.now += timedelta(seconds=number)
            if step == "sign":
                world.event("new", [uri], action="ADD", quantityList=[{"epcClass": uri, "quantity": 1}])
            else:
                by, action, org, role = step.split()
                world.admit(
                    "new",
                    {"coop": COOP, "rival": RIVAL, "lab": LAB}[org],
                    role,
                    COOP_STEMS,
                    by=by,
                    action=action,
                )
        world.snapshot()
        yield case_of(f"career/{label}", world, world.bundle(uri), wrong=False)


def _masters() -> Iterator[Case]:
    for label, change in payloads.MASTERS.items():
        for by in ("officer", "rival"):
            world, uri = new_world(f"master {label} {by}")
            payload: dict[str, Any] = {
                "id": PRODUCT,
                "type": "urn:epcglobal:epcis:vtype:EPCClass",
                "attributes": {"urn:epcglobal:cbv:mda:descriptionShort": "Trà"},
                "validFrom": "2026-01-01",
            } | change
            payload = {name: value for name, value in payload.items() if value != "absent"}
            world.log_statement(by, Typ.MASTER, payload, (PRODUCT,))
            world.snapshot()
            yield case_of(f"master by {by}/{label}", world, world.bundle(uri), wrong=False)


# -- leaves and maps


def _leaves() -> Iterator[Case]:
    def change_last(name: str, change: Callable[[bytes], bytes], *, wrong: bool = True) -> Case:
        world, uri = new_world(name)
        index = world.event(
            "lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 1}]
        )
        logged = world.log[index]
        world.log[index] = Logged(change(logged.leaf), logged.subjects, logged.statement)
        world.snapshot()
        return case_of(name, world, world.bundle(uri), wrong=wrong)

    yield change_last("leaf/as it should be", lambda leaf: leaf, wrong=False)
    yield change_last("leaf/version 2", lambda leaf: b"\2" + leaf[1:])
    for kind in (0, 2, 3, 4, 5, 255):
        yield change_last(f"leaf/kind {kind}", lambda leaf, kind=kind: leaf[:1] + bytes([kind]) + leaf[2:])
    yield change_last("leaf/other commitment", lambda leaf: leaf[:10] + bytes(32) + leaf[42:])
    yield change_last("leaf/time nought", lambda leaf: leaf[:2] + bytes(8) + leaf[10:])
    yield change_last("leaf/time at the end of times", lambda leaf: leaf[:2] + b"\xff" * 8 + leaf[10:])
    yield change_last(
        "leaf/time in 2100", lambda leaf: leaf[:2] + (4_102_444_800_000).to_bytes(8) + leaf[10:], wrong=False
    )
    yield change_last("leaf/fewer subjects said", lambda leaf: leaf[:42] + bytes([leaf[42] - 1]) + leaf[43:])
    yield change_last("leaf/no subject", lambda leaf: leaf[:42] + b"\0")
    yield change_last("leaf/a byte more", lambda leaf: leaf + b"\0")
    yield change_last("leaf/a byte less", lambda leaf: leaf[:-1])
    yield change_last("leaf/empty", lambda leaf: b"")
    yield change_last("leaf/subjects turned", lambda leaf: leaf[:43] + leaf[83:123] + leaf[43:83])
    yield change_last("leaf/subject twice", lambda leaf: leaf[:43] + leaf[43:83] * 2)
    for ordinal in (0, 1, 3, 2**53, 2**64 - 1):
        yield change_last(
            f"leaf/ordinals {ordinal}",
            lambda leaf, ordinal=ordinal: (
                leaf[:75] + ordinal.to_bytes(8) + leaf[83:115] + ordinal.to_bytes(8)
            ),
        )
    snapshots: dict[str, Callable[[SnapshotLeaf], bytes]] = {
        "other index": lambda leaf: replace(leaf, index=leaf.index - 1).pack(),
        "other map": lambda leaf: replace(leaf, map_root=bytes(32)).pack(),
        "time nought": lambda leaf: replace(leaf, time=0).pack(),
        "a byte more": lambda leaf: leaf.pack() + b"\0",
        "version 2": lambda leaf: b"\2" + leaf.pack()[1:],
        "kind 1": lambda leaf: b"\1\1" + leaf.pack()[2:],
    }
    for label, change in snapshots.items():
        world, uri = new_world(f"snapshot {label}")
        world.snapshot()
        leaf = world.log[-1].leaf
        honest = SnapshotLeaf(int.from_bytes(leaf[2:10]), leaf[10:42], int.from_bytes(leaf[42:50]))
        world.log[-1] = Logged(change(honest))
        yield case_of(f"snapshot/{label}", world, world.bundle(uri), wrong=label != "time nought")
    world, uri = new_world("no snapshot")
    world.anchored = len(world.log)
    yield case_of("snapshot/none", world, world.bundle(uri))
    for label, extra in {
        "filed under a stranger too": [lot("STRANGER")],
        "filed under nothing": None,
    }.items():
        world, uri = new_world(f"filed {label}")
        index = world.event(
            "lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 1}]
        )
        statement = world.log.pop(index).statement
        assert statement is not None
        keys = set(statement.subject_keys())
        keys = (
            keys | {subject_key(Role.ABOUT, name) for name in extra}
            if extra
            else keys
            - {subject_key(Role.BY, f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{statement.header.kid}")}
        )
        world.append(statement, keys)
        world.snapshot()
        yield case_of(f"filing/{label}", world, world.bundle(uri))


def _maps() -> Iterator[Case]:
    lies: dict[str, Callable[[dict[bytes, MapLeaf], bytes], None]] = {
        "lot left out": lambda leaves, key: leaves.pop(key, None) and None,
        "one less": lambda leaves, key: _map(leaves, key, ordinal=-1),
        "one more": lambda leaves, key: _map(leaves, key, ordinal=1),
        "other head": lambda leaves, key: _map(leaves, key, head=sha256(b"x").digest()),
        "the first": lambda leaves, key: _map(leaves, key, ordinal=-99),
        "a stranger more": lambda leaves, key: leaves.update({bytes(32): MapLeaf(bytes(32), bytes(32), 1)}),
        "a neighbour": lambda leaves, key: leaves.update(
            {key[:31] + bytes([key[31] ^ 1]): MapLeaf(key[:31] + bytes([key[31] ^ 1]), bytes(32), 1)}
        ),
    }
    names: dict[str, Callable[[World, str], bytes]] = {
        "of the lot": lambda world, uri: subject_key(Role.ABOUT, uri),
        "of the ancestor": lambda world, uri: subject_key(Role.ABOUT, HARVEST),
        "of the key": lambda world, uri: subject_key(Role.ABOUT, world.keys["member"].jwk.uri),
        "of the description": lambda world, uri: subject_key(Role.DESC, PRODUCT),
        "of the instance": lambda world, uri: subject_key(Role.ABOUT, instance("A1")),
    }
    for label, lie in lies.items():
        for whose, key_of in names.items():
            world, uri = new_world(f"map {label} {whose}")
            world.event("lab", [uri], bizStep="inspecting", quantityList=[{"epcClass": uri, "quantity": 1}])
            key = key_of(world, uri)
            world.lie_in_map = lambda leaves, key=key, lie=lie: lie(leaves, key)
            world.snapshot()
            yield case_of(f"map {whose}/{label}", world, world.bundle(uri, "A1"), wrong=False)


def _map(leaves: dict[bytes, MapLeaf], key: bytes, *, ordinal: int = 0, head: bytes | None = None) -> None:
    if key in leaves:
        old = leaves[key]
        leaves[key] = MapLeaf(key, head or old.head, max(1, old.ordinal + ordinal))
