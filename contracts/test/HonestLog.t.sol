// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {Entry, Snapshot} from "../LogLeaf.sol";
import {MapProof} from "../LotMap.sol";

interface Vm {
    function warp(uint256 time) external;
}

/// @title An honest log cannot be marked, whatever is claimed about it; a lying one can
/// @notice A log of few subjects grows leaf by leaf, with snapshots in between, and is anchored. Then it is attacked with
/// its own leaves, snapshots and map proofs in any combination, some with bits turned.
contract HonestLogTest {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    CheckpointAnchor private immutable CONTRACT = new CheckpointAnchor();

    uint64 private constant TIME = 1_790_000_000_000;
    uint256 private constant SUBJECTS = 3;

    bytes32 private _logId;
    bytes[] private _leaves;
    bytes32[] private _hashes;
    uint256[] private _snapshots;
    /// @dev heads and ordinals of each subject after so many leaves
    mapping(uint256 size => bytes32[SUBJECTS]) private _heads;
    mapping(uint256 size => uint64[SUBJECTS]) private _ordinals;

    function _grow(uint256 seed) private {
        VM.warp(1_790_000_000 + seed % 86_400);
        _logId = CONTRACT.open("honest.example", address(this), 86_400);
        uint256 length = 4 + seed % 9;
        for (uint256 i = 0; i < length; ++i) {
            uint256 dice = uint256(keccak256(abi.encode(seed, i)));
            _heads[i + 1] = _heads[i];
            _ordinals[i + 1] = _ordinals[i];
            if (i + 1 == length || dice % 4 == 0) {
                _snapshots.push(i);
                _push(abi.encodePacked(uint8(1), uint8(3), TIME, _mapRoot(i, 0, 0), uint64(i)));
                if (dice % 8 == 0) _anchor();
                continue;
            }
            uint256 named = 1 + (dice >> 8) % 7; // a set of subjects, not empty
            bytes memory records;
            uint8 count;
            for (uint256 k = 0; k < SUBJECTS; ++k) {
                if (named >> k & 1 == 0) continue;
                ++count;
                records = abi.encodePacked(records, _key(k), ++_ordinals[i + 1][k]);
            }
            _push(abi.encodePacked(uint8(1), uint8(1 + dice % 2), TIME, bytes32(dice), count, records));
            for (uint256 k = 0; k < SUBJECTS; ++k) {
                if (named >> k & 1 == 1) _heads[i + 1][k] = _hashes[i];
            }
        }
        _anchor();
    }

    // ------------------------------------------------------------------ attacks

    /// @dev Every entry against every snapshot, with the honest map proof of every subject.
    function testFuzz_NoHonestEntryIsProvenHidden(uint256 seed) external {
        _grow(seed);
        bytes32 root = _root(0, _leaves.length);
        for (uint64 i = 0; i < _leaves.length; ++i) {
            for (uint256 s = 0; s < _snapshots.length; ++s) {
                for (uint256 k = 0; k < SUBJECTS; ++k) {
                    _omit(root, _entry(i), _key(k), _snapshot(_snapshots[s]), _mapProof(_snapshots[s], k));
                }
            }
        }
        _stillHonest();
    }

    /// @dev Every two leaves, in either order, by every subject.
    function testFuzz_NoHonestEntriesAreProvenForked(uint256 seed) external {
        _grow(seed);
        bytes32 root = _root(0, _leaves.length);
        for (uint64 i = 0; i < _leaves.length; ++i) {
            for (uint64 j = 0; j < _leaves.length; ++j) {
                for (uint256 k = 0; k < SUBJECTS; ++k) {
                    try CONTRACT.proveFork(_logId, root, _entry(i), _entry(j), _key(k)) {
                        revert("an honest log was marked");
                    } catch {}
                }
            }
        }
        _stillHonest();
    }

    /// @dev Parts of the truth in the wrong place: any indexes, proofs of other leaves, cut, lengthened, with bits turned.
    function testFuzz_NoTwistedTruthMarksAnHonestLog(uint256 seed, uint256[8] calldata twists) external {
        _grow(seed);
        uint256 size = _leaves.length;
        bytes32 root = _root(0, size);
        for (uint256 t = 0; t < twists.length; ++t) {
            uint256 dice = twists[t];
            Entry memory a = _twistedEntry(uint256(keccak256(abi.encode(dice, 1))), size);
            Entry memory b = _twistedEntry(uint256(keccak256(abi.encode(dice, 2))), size);
            Snapshot memory s = _snapshot(_snapshots[(dice >> 16) % _snapshots.length]);
            MapProof memory m = _mapProof(_snapshots[(dice >> 24) % _snapshots.length], (dice >> 32) % SUBJECTS);
            if (dice & 1 == 1) s.index = uint64((dice >> 40) % (size + 2));
            if (dice & 2 == 2) s.proof = _twisted(s.proof, dice >> 48);
            if (dice & 4 == 4) m.siblings = _twisted(m.siblings, dice >> 56);
            if (dice & 8 == 8) m.ordinal = uint64((dice >> 64) % 4);
            if (dice & 16 == 16) m.key = _key((dice >> 72) % SUBJECTS);
            if (dice & 32 == 32) m.head = _hashes[(dice >> 80) % size];
            bytes32 subject = _key((dice >> 88) % SUBJECTS);
            _omit(root, a, subject, s, m);
            try CONTRACT.proveFork(_logId, root, a, b, subject) {
                revert("an honest log was marked");
            } catch {}
        }
        _stillHonest();
    }

    /// @dev The leaves' and nodes' own bytes as leaves: two hashes side by side are no leaf.
    function testFuzz_NoNodePassesForALeaf(uint256 seed, uint64 index, uint64 claimed) external {
        _grow(seed);
        uint256 size = _leaves.length;
        index = uint64(index % size) & ~uint64(1);
        if (index + 1 >= size) return;
        Entry memory e = _entry(index);
        e.leaf = abi.encodePacked(_hashes[index], _hashes[index + 1]);
        e.proof = _rest(e.proof);
        e.index = claimed % uint64(size + 1);
        bytes32 root = _root(0, size);
        uint256 last = _snapshots[_snapshots.length - 1];
        try CONTRACT.proveOmission(_logId, root, e, _key(0), _snapshot(last), _mapProof(last, 0)) {
            revert("an honest log was marked");
        } catch (bytes memory reason) {
            require(bytes4(reason) == CheckpointAnchor.NotIncluded.selector);
        }
        _stillHonest();
    }

    /// @dev A lie is provable as soon as it is anchored: the last snapshot forgets a subject that was named before it.
    function testFuzz_AHiddenSubjectIsProven(uint256 seed, uint256 which) external {
        _grow(seed);
        uint256 k = which % SUBJECTS;
        uint64 size = uint64(_leaves.length);
        if (_ordinals[size][k] == 0) return;
        // a snapshot of the map without this subject, anchored on top
        delete _heads[size][k];
        delete _ordinals[size][k];
        _snapshots.push(size);
        _push(abi.encodePacked(uint8(1), uint8(3), TIME, _mapRoot(size, 0, 0), size));
        _anchor();
        bytes32 root = _root(0, size + 1);
        (bool present,, uint64 counted) = CONTRACT.lotState(_logId, root, _key(k), _snapshot(size), _mapProof(size, k));
        require(!present && counted == 0);
        uint64 proven;
        for (uint64 i = 0; i < size; ++i) {
            (uint64 since,,,,,) = CONTRACT.standing(_logId);
            try CONTRACT.proveOmission(_logId, root, _entry(i), _key(k), _snapshot(size), _mapProof(size, k)) {
                require(_ordinals[i + 1][k] == _ordinals[i][k] + 1, "the entry is the subject's");
                ++proven;
            } catch {
                (uint64 still,,,,,) = CONTRACT.standing(_logId);
                require(since == still);
            }
        }
        require(proven == _ordinals[size - 1][k], "each entry of the subject proves it");
    }

    function _omit(bytes32 root, Entry memory e, bytes32 subject, Snapshot memory s, MapProof memory m) private {
        try CONTRACT.proveOmission(_logId, root, e, subject, s, m) {
            revert("an honest log was marked");
        } catch {}
    }

    function _stillHonest() private view {
        (uint64 falseSince, bytes32 successor,,,,) = CONTRACT.standing(_logId);
        require(falseSince == 0 && successor == 0);
    }

    // ------------------------------------------------------------------ the log

    function _key(uint256 k) private pure returns (bytes32) {
        // in rising order, sharing a few bits or many
        return [bytes32(uint256(0x10) << 248), bytes32(uint256(0x11) << 248), bytes32(uint256(0x9f) << 248)][k];
    }

    function _push(bytes memory leaf) private {
        _leaves.push(leaf);
        _hashes.push(sha256(abi.encodePacked(uint8(0), leaf)));
    }

    function _anchor() private {
        (uint64 before,,) = CONTRACT.latest(_logId);
        uint256 size = _leaves.length;
        if (before == size) return;
        bytes32[] memory proof = new bytes32[](0);
        if (before != 0) proof = _consistency(0, size, before, true);
        CONTRACT.anchor(_logId, uint64(size), _root(0, size), proof);
    }

    function _entry(uint64 index) private view returns (Entry memory) {
        return Entry(_leaves[index], index, _inclusion(index, 0, _leaves.length));
    }

    function _snapshot(uint256 index) private view returns (Snapshot memory) {
        return Snapshot(uint64(index), TIME, _mapRoot(index, 0, 0), _inclusion(index, 0, _leaves.length));
    }

    function _twistedEntry(uint256 dice, uint256 size) private view returns (Entry memory e) {
        e = _entry(uint64(dice % size));
        if (dice >> 8 & 3 == 0) e.index = uint64((dice >> 16) % (2 * size));
        if (dice >> 10 & 3 == 0) e.proof = _entry(uint64((dice >> 24) % size)).proof;
        if (dice >> 12 & 3 == 0) e.proof = _twisted(e.proof, dice >> 32);
        if (dice >> 14 & 3 == 0) e.leaf[(dice >> 40) % e.leaf.length] ^= bytes1(uint8(1 << (dice >> 48) % 8));
    }

    function _twisted(bytes32[] memory proof, uint256 dice) private view returns (bytes32[] memory) {
        if (dice & 3 == 0) return _longer(proof, _hashes[dice % _hashes.length]);
        if (proof.length == 0) return proof;
        if (dice & 3 == 1) return _rest(proof);
        if (dice & 3 == 2) proof[dice % proof.length] = _hashes[dice % _hashes.length];
        else proof[dice % proof.length] ^= bytes32(1 << (dice % 256));
        return proof;
    }

    /// @dev The hash of the map's subtree at this depth with this prefix, over the first `size` leaves.
    function _mapRoot(uint256 size, uint256 depth, uint256 prefix) private view returns (bytes32) {
        uint256 count;
        uint256 one;
        for (uint256 k = 0; k < SUBJECTS; ++k) {
            if (_ordinals[size][k] != 0 && _under(_key(k), depth, prefix)) {
                ++count;
                one = k;
            }
        }
        if (count == 0) return 0;
        if (count == 1) return sha256(abi.encodePacked(uint8(2), _key(one), _heads[size][one], _ordinals[size][one]));
        return sha256(
            abi.encodePacked(uint8(3), _mapRoot(size, depth + 1, prefix * 2), _mapRoot(size, depth + 1, prefix * 2 + 1))
        );
    }

    function _mapProof(uint256 size, uint256 k) private view returns (MapProof memory m) {
        uint256 path = uint256(_key(k));
        for (uint256 depth = 0;; ++depth) {
            uint256 prefix = depth == 0 ? 0 : path >> (256 - depth);
            uint256 count;
            for (uint256 other = 0; other < SUBJECTS; ++other) {
                if (_ordinals[size][other] == 0 || !_under(_key(other), depth, prefix)) continue;
                ++count;
                (m.key, m.head, m.ordinal) = (_key(other), _heads[size][other], _ordinals[size][other]);
            }
            if (count == 0) (m.key, m.head, m.ordinal) = (0, 0, 0);
            if (count < 2) return m;
            m.siblings = _longer(m.siblings, _mapRoot(size, depth + 1, (path >> (255 - depth)) ^ 1));
        }
    }

    function _under(bytes32 key, uint256 depth, uint256 prefix) private pure returns (bool) {
        return depth == 0 || uint256(key) >> (256 - depth) == prefix;
    }

    function _split(uint256 width) private pure returns (uint256 half) {
        half = 1;
        while (half * 2 < width) half *= 2;
    }

    function _root(uint256 start, uint256 width) private view returns (bytes32) {
        if (width == 1) return _hashes[start];
        uint256 half = _split(width);
        return sha256(abi.encodePacked(uint8(1), _root(start, half), _root(start + half, width - half)));
    }

    function _inclusion(uint256 index, uint256 start, uint256 width) private view returns (bytes32[] memory) {
        if (width == 1) return new bytes32[](0);
        uint256 half = _split(width);
        return index < half
            ? _longer(_inclusion(index, start, half), _root(start + half, width - half))
            : _longer(_inclusion(index - half, start + half, width - half), _root(start, half));
    }

    function _consistency(uint256 start, uint256 width, uint256 first, bool known)
        private
        view
        returns (bytes32[] memory proof)
    {
        if (first == width) return known ? proof : _longer(proof, _root(start, width));
        uint256 half = _split(width);
        return first <= half
            ? _longer(_consistency(start, half, first, known), _root(start + half, width - half))
            : _longer(_consistency(start + half, width - half, first - half, false), _root(start, half));
    }

    function _longer(bytes32[] memory proof, bytes32 last) private pure returns (bytes32[] memory all) {
        all = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; ++i) {
            all[i] = proof[i];
        }
        all[proof.length] = last;
    }

    function _rest(bytes32[] memory proof) private pure returns (bytes32[] memory all) {
        if (proof.length == 0) return proof;
        all = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = proof[i + 1];
        }
    }
}
