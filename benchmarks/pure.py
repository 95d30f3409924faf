"""What needs no database: tree, map, JSON, tem, verdicts, pages."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import orjson

from api.pages import page_view
from api.pages.render import Pages
from benchmarks.measuring import Comparison, Way, repeated
from ledger import tem
from ledger.encoding import parse_json
from ledger.epcis.document import read_document
from ledger.epcis.event import read_event
from ledger.epcis.schema import check_document
from ledger.log import lotmap, merkle
from ledger.log.lotmap import MapLeaf
from ledger.proof import bundle as bundles
from ledger.proof.verify import verify
from ledger.slots import IssuedRoll, RollSlots
from ledger.statement import jws
from tests.pages_world import CATALOGUES, CHAIN, LOT, SUPPORT, context, herb
from tests.world import GTIN

PROJECT = Path(__file__).resolve().parent.parent


def comparisons(directory: Path, scale: float) -> Iterator[Comparison]:
    """All of them; `scale` is 1, or less for a quick look."""
    yield _tree(int(10_000 * scale))
    yield from _map(int(20_000 * scale))
    yield _strict_json()
    yield _schema(int(1_000 * scale))
    yield from _tem(directory, int(100_000 * scale))
    yield from _verdict()


def _tree(size: int) -> Comparison:
    hashes = [sha256(index.to_bytes(8)).digest() for index in range(size + 1)]
    frontier = merkle.Frontier()
    for leaf_hash in hashes[:-1]:
        frontier.append(leaf_hash)

    def append() -> bytes:
        grown = frontier.copy()
        grown.append(hashes[-1])
        return grown.root()

    assert append() == merkle.root(hashes)
    return Comparison(
        f"tree: the root after one more leaf, {size:,} leaves",
        "root",
        Way("incremental", repeated(500, append), 500),
        Way("by the definition", lambda: merkle.root(hashes)),
        computes=True,
    )


def _map(size: int) -> Iterator[Comparison]:
    leaves = [_map_leaf(index, 1) for index in range(size)]
    changes = [_map_leaf(index * 7 % size, 2) for index in range(100)]
    everything = {leaf.key: leaf for leaf in [*leaves, *changes]}
    root, blobs = lotmap.update(lambda _depth, _prefix: None, leaves)

    def stored(depth: int, prefix: int) -> bytes | None:
        return blobs.get((depth, prefix))

    assert root == lotmap.map_root(leaves)
    assert lotmap.update(stored, changes)[0] == lotmap.map_root(everything.values())
    yield Comparison(
        f"lot map: the root after 100 changed subjects, {size:,} subjects",
        "snapshot",
        Way("update of stored blobs", repeated(5, lambda: lotmap.update(stored, changes)), 5),
        Way("by the definition", lambda: lotmap.map_root(everything.values())),
        computes=True,
    )
    key = leaves[size // 2].key
    assert lotmap.prove_from(stored, key) == lotmap.prove(leaves, key)
    yield Comparison(
        f"lot map: one proof, {size:,} subjects",
        "proof",
        Way("from five stored blobs", repeated(200, lambda: lotmap.prove_from(stored, key)), 200),
        Way("by the definition", lambda: lotmap.prove(leaves, key)),
        computes=True,
    )


def _map_leaf(index: int, ordinal: int) -> MapLeaf:
    key = sha256(b"subject" + index.to_bytes(8)).digest()
    return MapLeaf(key, sha256(key + ordinal.to_bytes(8)).digest(), ordinal)


def _strict_json() -> Comparison:
    files = sorted((PROJECT / "samples").glob("*/*/*.jsonld"))
    texts = [path.read_bytes() for path in files]
    size = sum(map(len, texts)) / 1000
    return Comparison(
        f"JSON: reading all {len(texts)} sample documents, {size:.0f} kB",
        "reading",
        Way("json.loads", repeated(20, lambda: [json.loads(text) for text in texts]), 20),
        Way("strict", repeated(20, lambda: [parse_json(text) for text in texts]), 20),
        computes=True,
    )


def _schema(events: int) -> Comparison:
    document = json.loads((PROJECT / "samples/herb/cooperative/08-packing-to-shipping.jsonld").read_bytes())
    body = document["epcisBody"]
    body["eventList"] = [body["eventList"][place % len(body["eventList"])] for place in range(events)]
    data = orjson.dumps(document)
    assert check_document(document) == []
    return Comparison(
        f"EPCIS: one document of {events:,} events",
        "document",
        Way("its shape, by the schema", lambda: check_document(document)),
        Way("read whole: JSON, shape, identifiers", lambda: _read_whole(data)),
        computes=True,
    )


def _read_whole(data: bytes) -> int:
    return len([read_event(payload) for _, payload in read_document(data).events])


def _tem(directory: Path, count: int) -> Iterator[Comparison]:
    key = tem.roll_key(bytes(32), "roll-1")
    rows = _Rows(directory / "tem.db", count)
    yield Comparison(
        f"tem: a roll of {count:,}",
        "roll",
        Way("derived, one root", lambda: tem.roll_root(key, GTIN, "LOT", count)),
        Way("random, a row each (SQLite)", rows.fill, reset=rows.empty),
    )
    slots = RollSlots(bytes(32))
    place = count // 3
    roll = IssuedRoll("roll-1", GTIN, "LOT", count, tem.roll_root(key, GTIN, "LOT", count))
    assert slots(roll, place) == tem.slot_proof(key, GTIN, "LOT", count, place)
    yield Comparison(
        f"tem: proving one tem, a roll of {count:,}",
        "proof",
        Way("kept subtrees", repeated(50, lambda: slots(roll, place)), 50),
        Way("from the serials", lambda: tem.slot_proof(key, GTIN, "LOT", count, place)),
        computes=True,
    )


class _Rows:
    """The plain alternative: a random token in a row for each tem, unique."""

    def __init__(self, path: Path, count: int) -> None:
        self._count = count
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE tem (serial TEXT PRIMARY KEY, lot TEXT, place INTEGER)")

    def fill(self) -> None:
        rows = ((secrets.token_urlsafe(12), "LOT", place) for place in range(self._count))
        with self._connection:
            self._connection.executemany("INSERT INTO tem VALUES (?, ?, ?)", rows)

    def empty(self) -> None:
        with self._connection:
            self._connection.execute("DELETE FROM tem")


def _verdict() -> Iterator[Comparison]:
    world = herb()
    world.snapshot()
    bundle = world.bundle(LOT, world.serial(LOT, 16))
    data, trust, answer = bundles.pack(bundle), world.trust(), world.chain(bundle)
    jwks = {key.kid: key.jwk for key in world.keys.values()}
    statements = {
        entry.statement: jws.parse(entry.statement)
        for subject in bundle.subjects
        for entry in subject.entries
        if entry.statement is not None
    }

    def check() -> object:
        return verify(data, trust, answer, world.now)

    def signatures() -> None:
        for statement in statements.values():
            jws.verify_signature(statement, jwks[statement.header.kid])

    found = verify(data, trust, answer, world.now)
    assert found.verdict.value == "verified", found.reasons
    yield Comparison(
        f"verdict: a bundle of {len(bundle.subjects)} stories, {len(statements)} statements, {len(data) / 1000:.0f} kB",
        "verdict",
        Way("its signatures alone", repeated(5, signatures), 5),
        Way("the whole verdict", repeated(5, check), 5),
        computes=True,
    )
    pages = Pages(CATALOGUES, "nguon.example/test", CHAIN, "https://nguon.example", SUPPORT)
    surroundings = context(
        "https://nguon.example" + LOT.removeprefix("https://id.gs1.org"), "/01/", world.now
    )

    def page() -> str:
        return pages.render_verify(page_view(found, surroundings, CATALOGUES["vi"]))

    yield Comparison(
        "page: printing it against the verdict that it shows",
        "page",
        Way("the verdict", repeated(5, check), 5),
        Way("its page", repeated(5, page), 5),
        computes=True,
    )
