"""The trees of rolls, kept in part: a scan must not cost as much as printing the roll did.

A roll costs no rows (DESIGN §3.8): its serials and hidden codes are made from the issuer's master key. Of each tree
the roots of its blocks of 256 are kept, 32 bytes each: in memory for the rolls used last, and in a file that may be
lost, named for the tree's root. A file is never believed: what it leads to must be the root that the log holds, or
the tree is made again.

A master key has generations, and nothing says which one a roll is of: it is the one that makes its root. One block
tells, where the others are known; else the tree is made under each, the newest first.
"""

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Final

import uuid_utils

from ledger import hidden, tem
from ledger.errors import ProofError, StoreError
from ledger.hidden import Opening
from ledger.log.blocks import BLOCK, HEIGHT, BlockTree, LeafReader, block_roots, complete_root
from ledger.log.merkle import HASH_SIZE

MAX_KEPT: Final = 1 << 25  # bytes of hashes in memory: of 268 million tem
MAX_ROLLS: Final = 4096  # rolls remembered, those that are none of ours included

Masters = Callable[[], Sequence[bytes]]
"""The generations of the issuer's master key, oldest first."""


@dataclass(frozen=True)
class IssuedRoll:
    """A roll of a lot, as its event declares it.

    Attributes:
        id: what its keys derive from.
        gtin: 14 digits.
        lot: as it is.
        count: number of tem.
        root: over the leaves of its serials, 32 bytes.
        hidden: over those of its hidden codes; None for a roll without a second layer.
    """

    id: str
    gtin: str
    lot: str
    count: int
    root: bytes
    hidden: bytes | None = None


@dataclass
class _Kept:
    """A tree, once made; `foreign`: no generation makes its root."""

    lock: Lock = field(default_factory=Lock)
    found: tuple[bytes, BlockTree] | None = None
    foreign: int = 0  # how many generations were tried in vain
    size: int = 0


class RollSlots:
    """Slots and openings of rolls. Threads may share it."""

    def __init__(
        self, masters: bytes | Masters, directory: Path | None = None, max_kept: int = MAX_KEPT
    ) -> None:
        """
        Args:
            masters: the issuer's master key, or its generations, oldest first.
            directory: where blocks' roots are kept over restarts; it is made when needed, and may be deleted.
            max_kept: bytes of hashes that are kept in memory.
        """
        self._masters: Masters = (lambda: (masters,)) if isinstance(masters, bytes) else masters
        self._directory, self._max_kept = directory, max_kept
        self._trees: OrderedDict[tuple[str, str, str, int, bytes], _Kept] = OrderedDict()
        self._lock = Lock()

    def new(self, gtin: str, lot: str, count: int, *, hidden_codes: bool = False) -> IssuedRoll:
        """A new roll under the newest generation of the master key; it is none before its event is logged.

        Raises:
            Gs1Error: no tem, or more than a serial can count (`tem.index`).
        """
        tem.check_count(count)
        master, roll_id = self._masters()[-1], str(uuid_utils.uuid7())
        plain = IssuedRoll(roll_id, gtin, lot, count, b"", b"" if hidden_codes else None)
        trees = {layer: _made(_reader(plain, master, layer), count) for layer in {False, hidden_codes}}
        roll = IssuedRoll(
            roll_id, gtin, lot, count, trees[False].root(), trees[True].root() if hidden_codes else None
        )
        for layer, tree in trees.items():
            kept = self._slot(roll, layer)
            with kept.lock:
                self._found(roll, kept, master, tree)
            self._write(roll, layer, tree)
        return roll

    def __call__(self, roll: IssuedRoll, index: int) -> tuple[bytes, list[bytes]] | None:
        """The leaf hash at an index and its inclusion proof; None for a roll that no key of ours makes."""
        found = self._tree(roll, layer=False)
        return None if found is None else found[1].inclusion(index)

    def makes(self, roll: IssuedRoll) -> bool:
        """Whether a key of ours makes this roll, and its second layer if it has one: its serials are known here."""
        layers = [False] if roll.hidden is None else [False, True]
        return all(self._tree(roll, layer=layer) is not None for layer in layers)

    def key(self, roll: IssuedRoll) -> bytes:
        """The key of a roll's serials.

        Raises:
            StoreError: no generation of the master key makes this roll (`store.tem_key`).
        """
        return tem.roll_key(self._master(roll), roll.id)

    def hidden_key(self, roll: IssuedRoll) -> bytes:
        """The key of a roll's hidden codes. Raises as {key}."""
        return hidden.hidden_key(self._master(roll), roll.id)

    def open(self, roll: IssuedRoll, serial: str, typed: str) -> Opening:
        """What shows that a typed code is the one under a tem's second layer.

        Args:
            roll: that holds the serial.
            serial: of the tem.
            typed: the code, as a person wrote it.

        Raises:
            ProofError: it is another code, the serial is none of this roll, or the roll has no second layer
                (`hidden.code`): who guesses is not told which.
            StoreError: as {key}.
        """
        index = tem.serial_index(serial)
        wrong = ProofError("This is not the code under this tem's second layer.", code="hidden.code")
        if roll.hidden is None or index is None or index >= roll.count:
            raise wrong
        true = tem.serial(self.key(roll), roll.gtin, roll.lot, index)
        ours = compare_digest(true.encode(), serial.encode())
        key = self.hidden_key(roll)
        if not hidden.matches(key, roll.gtin, roll.lot, index, typed) or not ours:
            raise wrong
        found = self._tree(roll, layer=True)
        if found is None:
            raise _unmade(roll)
        hashed, inclusion = found[1].inclusion(index)
        return Opening(hidden.salt(key, roll.gtin, roll.lot, index), hashed, tuple(inclusion))

    # -- trees

    def _master(self, roll: IssuedRoll) -> bytes:
        found = self._tree(roll, layer=False)
        if found is None:
            raise _unmade(roll)
        return found[0]

    def _tree(self, roll: IssuedRoll, *, layer: bool) -> tuple[bytes, BlockTree] | None:
        """The generation and the tree of a roll's serials, or (`layer`) of its hidden codes."""
        kept = self._slot(roll, layer)
        with kept.lock:
            masters = self._masters()
            if kept.found is None and kept.foreign < len(masters):
                read = self._read(roll, layer, masters)
                found = read or _search(roll, layer, masters)
                if found is None:
                    kept.foreign = len(masters)
                else:
                    self._found(roll, kept, *found)
                    if read is None:
                        self._write(roll, layer, found[1])
            return kept.found

    def _slot(self, roll: IssuedRoll, layer: bool) -> _Kept:
        with self._lock:
            name = (roll.id, roll.gtin, roll.lot, roll.count, _root(roll, layer))
            kept = self._trees.setdefault(name, _Kept())
            self._trees.move_to_end(name)
            return kept

    def _found(self, roll: IssuedRoll, kept: _Kept, master: bytes, tree: BlockTree) -> None:
        kept.found, kept.size = (master, tree), 2 * HASH_SIZE * (roll.count >> HEIGHT)
        with self._lock:
            while len(self._trees) > 1 and (
                sum(one.size for one in self._trees.values()) > self._max_kept or len(self._trees) > MAX_ROLLS
            ):
                self._trees.popitem(last=False)

    # -- files

    def _path(self, roll: IssuedRoll, layer: bool) -> Path | None:
        if self._directory is None or roll.count < BLOCK:
            return None
        return self._directory / f"{_root(roll, layer).hex()}.blocks"

    def _read(
        self, roll: IssuedRoll, layer: bool, masters: Sequence[bytes]
    ) -> tuple[bytes, BlockTree] | None:
        """The tree by its file, where that leads to the root that the log holds."""
        path = self._path(roll, layer)
        try:
            roots = path.read_bytes() if path is not None else b""
        except OSError:
            return None
        if path is None or len(roots) != (roll.count >> HEIGHT) * HASH_SIZE:
            return None
        for master in reversed(masters):
            read = _reader(roll, master, layer)
            if complete_root(read(0, BLOCK)) == roots[:HASH_SIZE]:
                tree = BlockTree(roots, roll.count, read)
                return (master, tree) if tree.root() == _root(roll, layer) else None
        return None

    def _write(self, roll: IssuedRoll, layer: bool, tree: BlockTree) -> None:
        """Keep a tree's blocks; where that fails, it will be made again."""
        path = self._path(roll, layer)
        if path is None:
            return
        scratch = path.with_name(f".{path.name}.{uuid_utils.uuid4().hex}")
        with suppress(OSError):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            scratch.write_bytes(tree.roots)
            os.replace(scratch, path)


def _search(roll: IssuedRoll, layer: bool, masters: Sequence[bytes]) -> tuple[bytes, BlockTree] | None:
    """The generation that makes a roll's root, found by making it under each."""
    for master in reversed(masters):
        tree = _made(_reader(roll, master, layer), roll.count)
        if tree.root() == _root(roll, layer):
            return master, tree
    return None


def _made(read: LeafReader, count: int) -> BlockTree:
    return BlockTree(block_roots(read, count), count, read)


def _reader(roll: IssuedRoll, master: bytes, layer: bool) -> LeafReader:
    key = tem.roll_key(master, roll.id)
    if not layer:
        return tem.leaves(key, roll.gtin, roll.lot)
    return hidden.leaves(hidden.hidden_key(master, roll.id), key, roll.gtin, roll.lot)


def _root(roll: IssuedRoll, layer: bool) -> bytes:
    return (roll.hidden or b"") if layer else roll.root


def _unmade(roll: IssuedRoll) -> StoreError:
    message = f"No tem key kept here makes the roll {roll.id}: is a generation of it missing?"
    return StoreError(message, code="store.tem_key", roll=roll.id)
