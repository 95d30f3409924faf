"""A file of keys is believed as far as it is proven: signed, included, admitted by a pinned registrar."""

import json
from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import BundleError, LedgerError, NoteError, ProofError
from ledger.proof import keyfile
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
