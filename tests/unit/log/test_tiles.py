"""Tiles and entry bundles, as C2SP tlog-tiles lays them out."""

import pytest

from ledger.errors import EncodingError
from ledger.log import merkle
from ledger.log.tiles import (
    TileId,
    entry_bundles_of,
    node_reader,
    pack_entry_bundle,
    parse_entry_bundle,
    parse_tile,
    parse_tile_path,
    tile_at,
    tiles_of,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (TileId(0, 0), "tile/0/000"),
        (TileId(0, 0, 1), "tile/0/000.p/1"),
        (TileId(1, 999, 255), "tile/1/999.p/255"),
        (TileId(63, 1000), "tile/63/x001/000"),
        (TileId(0, 1234067), "tile/0/x001/x234/067"),
        (TileId("entries", 1234067, 8), "tile/entries/x001/x234/067.p/8"),
    ],
)
def test_a_tile_has_one_path(tile: TileId, path: str) -> None:
    assert tile.path() == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/000",
        "tile/0/x000/x000/001",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/x1/000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/data/000",
        "tile/0/../0/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(EncodingError) as caught:
        parse_tile_path(path)
    assert caught.value.code == "tile.path"


def test_a_tree_of_70000_leaves_has_the_tiles_of_the_standards_example() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and not tile.is_partial for tile in tiles) == 273
    assert [tile.path() for tile in tiles if tile.is_partial] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert TileId(1, 0) in tiles
    assert len(tiles) == 273 + 1 + 1 + 1 + 1
    bundles = list(entry_bundles_of(70_000))
    assert len(bundles) == 274
    assert bundles[-1].path() == "tile/entries/273.p/112"


def test_a_tree_of_256_leaves_has_one_full_tile_and_a_partial_one_above() -> None:
    assert [tile.path() for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == list(entry_bundles_of(0)) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 70_000])
def test_each_tile_of_a_tree_is_found_at_its_place_and_no_other(size: int) -> None:
    tiles = list(tiles_of(size))
    assert all(tile_at(tile.level, tile.index, size) == tile for tile in tiles)
    assert all(tile_at("entries", tile.index, size) == tile for tile in entry_bundles_of(size))
    beyond = max(tile.index for tile in tiles if tile.level == 0) + 1
    assert tile_at(0, beyond, size) is None
    assert tile_at(9, 0, size) is None


def test_any_node_is_read_from_tiles() -> None:
    leaves = [merkle.leaf_hash(bytes([i & 255, i >> 8])) for i in range(3 * 256 + 5)]
    tops = [merkle.root(leaves[i * 256 : (i + 1) * 256]) for i in range(3)]
    rows = {0: leaves, 1: tops}
    asked: list[tuple[int, int, int]] = []

    def hashes(level: int, start: int, stop: int) -> list[bytes]:
        asked.append((level, start, stop))
        return rows[level][start:stop]

    node = node_reader(hashes)
    for size in (1, 5, 255, 256, 257, 600, len(leaves)):
        assert merkle.root_at(size, node) == merkle.root(leaves[:size])
        proof = merkle.inclusion_proof(size // 2, size, node)
        merkle.verify_inclusion(leaves[size // 2], size // 2, size, proof, merkle.root(leaves[:size]))
    assert all(stop - start <= 128 and start // 256 == (stop - 1) // 256 for _, start, stop in asked)


def test_entry_bundles_read_back() -> None:
    for leaves in ([], [b""], [b"a", b"", b"x" * 65_535], [bytes([i]) for i in range(256)]):
        assert parse_entry_bundle(pack_entry_bundle(leaves)) == leaves
    assert pack_entry_bundle([b"abc", b"d"]) == b"\x00\x03abc\x00\x01d"


def test_a_bundle_cut_short_is_refused() -> None:
    data = pack_entry_bundle([b"abc", b"def"])
    for stop in (1, 2, 4, 6, 7, 9):
        with pytest.raises(EncodingError):
            parse_entry_bundle(data[:stop])
    with pytest.raises(EncodingError):
        parse_entry_bundle(b"\x00\x00" * 257)
    with pytest.raises(EncodingError):
        pack_entry_bundle([b"x" * 65_536])
    with pytest.raises(EncodingError):
        pack_entry_bundle([b""] * 257)


def test_a_tile_holds_as_many_hashes_as_its_path_says() -> None:
    assert parse_tile(bytes(96), TileId(0, 0, 3)) == [bytes(32)] * 3
    with pytest.raises(EncodingError):
        parse_tile(bytes(95), TileId(0, 0, 3))
