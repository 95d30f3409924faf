"""A file of keys is believed as far as it is proven: signed, included, admitted by a pinned registrar."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger import digsig
from ledger.errors import BundleError, LedgerError, NoteError, ProofError, SealError
from ledger.proof import keyfile, trustfile
from ledger.proof.keyfile import KeyEntry, KeyFile
from ledger.statement.jws import Typ
from tests.world import World


@pytest.fixture
def world() -> World:
    world = World().found()
    world.snapshot()
    return world


def file_of(world: World, *kinds: Typ) -> KeyFile:
    size = len(world.log)
    entries = tuple(
        KeyEntry(index, logged.leaf, world._inclusion(index, size), logged.statement.raw)
        for index, logged in enumerate(world.log)
        if logged.statement is not None and logged.statement.header.typ in (kinds or (Typ.KEY,))
    )
    return KeyFile(world.origin, world.checkpoint(size), entries)


def test_it_proves_the_keys_that_the_log_admitted(world: World) -> None:
    file = file_of(world)
    known = keyfile.open_keys(keyfile.parse(file.pack()), world.trust())
    assert {record.kid for record in known.records} == {key.kid for key in world.keys.values()} - {
        jwk.kid for jwk in world.trust().registrars
    }
    assert known.size == len(world.log)
    assert known.time > 0


def test_what_is_changed_in_it_is_refused(world: World) -> None:
    file, trust = file_of(world), world.trust()
    first, second = file.keys[:2]
    swapped = replace(first, statement=second.statement)
    moved = replace(first, index=first.index + 1)
    wrong: list[tuple[KeyFile, type[LedgerError]]] = [
        (replace(file, origin="other.example"), BundleError),
        (replace(file, checkpoint=file.checkpoint.replace("\n", "0\n", 1)), NoteError),
        (replace(file, keys=(swapped, *file.keys[1:])), BundleError),
        (replace(file, keys=(moved, *file.keys[1:])), ProofError),
        (replace(file, keys=file.keys[::-1]), BundleError),
        (replace(file, keys=(first, first)), BundleError),
        (file_of(world, Typ.MASTER, Typ.EPCIS, Typ.KEY), BundleError),
    ]
    for changed, kind in wrong:
        with pytest.raises(kind):
            keyfile.open_keys(changed, trust)
    stranger = World(seed="another").found().trust()
    with pytest.raises(NoteError):
        keyfile.open_keys(file, replace(stranger, origin=trust.origin))


def test_a_statement_of_a_registrar_that_is_not_pinned_admits_nobody(world: World) -> None:
    others = World(seed="another").trust().registrars
    known = keyfile.open_keys(file_of(world), replace(world.trust(), registrars=others))
    assert known.records == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.update(v=2),
        lambda value: value.update(v=True),
        lambda value: value.update(v=1.0),
        lambda value: value.pop("origin"),
        lambda value: value.update(keys={}),
        lambda value: value.update(keys=[5]),
        lambda value: value["keys"][0].update(index=True),
        lambda value: value["keys"][0].update(index=-1),
        lambda value: value["keys"][0].update(inclusion="00"),
        lambda value: value["keys"][0].update(inclusion=["00"]),
        lambda value: value["keys"][0].update(leaf="*"),
        lambda value: value["keys"][0].pop("statement"),
    ],
)
def test_another_shape_is_refused(world: World, change: Any) -> None:
    value = json.loads(file_of(world).pack())
    change(value)
    with pytest.raises(LedgerError):
        keyfile.parse(json.dumps(value).encode())


@pytest.fixture
def told(vectors: Path) -> Any:
    return json.loads((vectors / "tem" / "keys.json").read_bytes())


def _changed(told: Any, case: Any) -> bytes:
    file = json.loads(json.dumps(told["file"]))
    for pointer, value in case["set"].items():
        *above, last = pointer[1:].split("/")
        if above:
            file["keys"][int(last)] = value
        else:
            file[last] = value
    return json.dumps(file).encode()


def test_the_vectors_that_scripts_read_too_prove_what_they_say(told: Any) -> None:
    trust, file = (json.dumps(told[name]).encode() for name in ("trust", "file"))
    known = keyfile.open_keys(keyfile.parse(file), trustfile.parse(trust))
    found = [
        {"kid": record.kid, "org": record.org, "revoked": record.revoked is not None}
        for record in known.records
    ]
    assert found == told["admitted"]
    assert (known.size, known.time) == (told["size"], told["time"])
    strangers = trustfile.parse(json.dumps(told["strangers"]).encode())
    assert keyfile.open_keys(keyfile.parse(file), strangers).records == ()
    for label in told["labels"]:
        if "signer" in label:
            assert digsig.check(label["link"], known.records).key.kid == label["signer"]
            continue
        with pytest.raises(SealError) as refused:
            digsig.check(label["link"], known.records)
        assert refused.value.code == label["code"], label["why"]


def test_the_vectors_that_scripts_refuse_are_refused(told: Any) -> None:
    trust = trustfile.parse(json.dumps(told["trust"]).encode())
    for case in told["wrong"]:
        with pytest.raises(LedgerError) as refused:
            keyfile.open_keys(keyfile.parse(_changed(told, case)), trust)
        assert refused.value.code == case["code"], case["why"]
    for case in told["malformed"]:
        with pytest.raises(LedgerError):
            keyfile.parse(_changed(told, case))
