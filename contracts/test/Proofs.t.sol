// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LogLeaf, Snapshot} from "../LogLeaf.sol";
import {LotMap, MapProof} from "../LotMap.sol";
import {Merkle} from "../Merkle.sol";
import {Sha256} from "../Sha256.sol";

/// @dev The cheatcodes used here; forge and Hardhat both know them.
interface Vm {
    function assume(bool condition) external pure;
}

/// @dev The libraries behind calls, so that arguments come as calldata.
contract Library {
    function prefixed(uint8 prefix, bytes calldata data) external view returns (bytes32) {
        return Sha256.prefixed(prefix, data);
    }

    function snapshotHash(Snapshot calldata s) external view returns (bytes32) {
        return LogLeaf.hash(s);
    }

    function ordinals(bytes calldata leaf, bytes32 subject) external pure returns (bool, bool, uint64, uint64) {
        return LogLeaf.ordinals(leaf, subject);
    }

    function includes(bytes32 root, uint64 size, uint64 index, bytes32 leafHash, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return Merkle.includes(root, size, index, leafHash, proof);
    }

    function consistent(uint64 size1, bytes32 root1, uint64 size2, bytes32 root2, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return Merkle.consistent(size1, root1, size2, root2, proof);
    }

    function resolve(bytes32 root, bytes32 subject, MapProof calldata m) external view returns (bool, bytes32, uint64) {
        return LotMap.resolve(root, subject, m);
    }
}

/// @title The libraries against their plain meaning
contract ProofsTest {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    Library private immutable LIB = new Library();

    // ------------------------------------------------------------------ hashes

    function testFuzz_ThePairHashIsSha256(uint8 prefix, bytes32 left, bytes32 right) external view {
        _dirtyMemory();
        require(Sha256.pair(prefix, left, right) == sha256(abi.encodePacked(prefix, left, right)));
    }

    function testFuzz_TheSuffixedHashIsSha256(uint8 prefix, bytes32 a, bytes32 b, uint64 suffix) external view {
        _dirtyMemory();
        require(Sha256.pairAndSuffix(prefix, a, b, suffix) == sha256(abi.encodePacked(prefix, a, b, suffix)));
    }

    function testFuzz_ThePrefixedHashIsSha256(uint8 prefix, bytes calldata data) external view {
        require(LIB.prefixed(prefix, data) == sha256(abi.encodePacked(prefix, data)));
    }

    function testFuzz_TheSnapshotHashIsSha256(uint64 index, uint64 time, bytes32 mapRoot) external view {
        Snapshot memory s = Snapshot(index, time, mapRoot, new bytes32[](0));
        bytes memory leaf = abi.encodePacked(uint8(1), uint8(3), time, mapRoot, index);
        require(leaf.length == 50);
        require(LIB.snapshotHash(s) == sha256(abi.encodePacked(uint8(0), leaf)));
    }

    function testFuzz_HashingIgnoresDirtyHighBits(uint256 dirty) external view {
        uint8 prefix;
        uint64 suffix;
        assembly ("memory-safe") {
            prefix := dirty
            suffix := dirty
        }
        bytes32 a = bytes32(dirty);
        require(Sha256.pair(prefix, a, a) == sha256(abi.encodePacked(uint8(dirty), a, a)));
        require(
            Sha256.pairAndSuffix(prefix, a, a, suffix) == sha256(abi.encodePacked(uint8(dirty), a, a, uint64(dirty)))
        );
    }

    function testFuzz_HashingLeavesMemoryAsItWas(bytes memory before, bytes32 a, bytes32 b) external view {
        bytes32 was = keccak256(before);
        uint256 free;
        uint256 zero;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        Sha256.pair(1, a, b);
        Sha256.pairAndSuffix(2, a, b, 3);
        assembly ("memory-safe") {
            free := sub(free, mload(0x40))
            zero := mload(0x60)
        }
        require(free == 0 && zero == 0 && keccak256(before) == was);
        bytes memory fresh = new bytes(96);
        require(keccak256(fresh) == keccak256(abi.encodePacked(bytes32(0), bytes32(0), bytes32(0))));
    }

    // ------------------------------------------------------------------ trees

    function testFuzz_EveryLeafOfATreeIsIncludedAndNoOther(uint256 seed, uint8 sizeSeed, bytes32 stranger)
        external
        view
    {
        uint64 size = uint64(sizeSeed) % 40 + 1;
        bytes32[] memory leaves = _leaves(seed, size);
        bytes32 root = _root(leaves, 0, size);
        for (uint64 index = 0; index < size; ++index) {
            bytes32[] memory proof = _inclusion(leaves, index);
            require(LIB.includes(root, size, index, leaves[index], proof));
            require(!LIB.includes(root, size, index, stranger, proof));
            require(!LIB.includes(root, size, index + size, leaves[index], proof));
            require(!LIB.includes(root, size, type(uint64).max, leaves[index], proof));
            uint64 elsewhere = uint64(uint256(stranger) % size);
            require(elsewhere == index || !LIB.includes(root, size, elsewhere, leaves[index], proof));
            require(!LIB.includes(root, size, index, leaves[index], _longer(proof, stranger)));
            if (proof.length != 0) {
                require(!LIB.includes(root, size, index, leaves[index], _shorter(proof)));
                proof[uint256(stranger) % proof.length] ^= bytes32(uint256(1));
                require(!LIB.includes(root, size, index, leaves[index], proof));
            }
        }
    }

    function testFuzz_ATreeIsConsistentWithItsPrefixesAndWithNothingElse(uint256 seed, uint8 sizeSeed, bytes32 noise)
        external
        view
    {
        uint64 size = uint64(sizeSeed) % 40 + 2;
        bytes32[] memory leaves = _leaves(seed, size);
        bytes32 root = _root(leaves, 0, size);
        for (uint64 first = 1; first < size; ++first) {
            bytes32[] memory proof = _consistency(leaves, 0, size, first, true);
            bytes32 before = _root(leaves, 0, first);
            require(LIB.consistent(first, before, size, root, proof));
            require(!LIB.consistent(first, noise, size, root, proof));
            require(!LIB.consistent(first, before, size, noise, proof));
            require(!LIB.consistent(first, before, size, before, proof));
            require(!LIB.consistent(first, before, size, root, _longer(proof, noise)));
            require(!LIB.consistent(first, before, size, root, _shorter(proof)));
            // a rewritten leaf before the first size: no honest proof leads from the old root to the new one
            bytes32 kept = leaves[uint256(noise) % first];
            leaves[uint256(noise) % first] = ~kept;
            bytes32 rewritten = _root(leaves, 0, size);
            bytes32[] memory excuse = _consistency(leaves, 0, size, first, true);
            require(!LIB.consistent(first, before, size, rewritten, excuse));
            require(!LIB.consistent(first, before, size, rewritten, proof));
            leaves[uint256(noise) % first] = kept;
        }
    }

    /// @dev The two loops against the RFC's one, on proofs that lead anywhere.
    function testFuzz_InclusionIsTheRfcsLoop(uint64 size, uint64 index, bytes32 leaf, bytes32[] calldata proof)
        external
        view
    {
        // sizes for which a proof of this length has a chance
        size %= uint64(1) << uint64(proof.length % 16 + 1);
        if (size != 0) index = index % 4 == 0 ? size - 1 : index % size;
        (bool reached, bytes32 root) = _rfcInclusion(size, index, leaf, proof);
        VM.assume(root != 0);
        require(LIB.includes(root, size, index, leaf, proof) == reached);
    }

    // ------------------------------------------------------------------ maps

    function testFuzz_AMapHasOneAnswerPerSubject(
        bytes32 subject,
        bytes32[] memory siblings,
        bytes32 head,
        uint64 ordinal,
        bytes32 otherHead,
        uint64 otherOrdinal
    ) external view {
        VM.assume(siblings.length <= 256);
        bytes32 root = _mapRoot(subject, siblings, ordinal == 0 ? bytes32(0) : _mapLeaf(subject, head, ordinal));
        (bool ok, bytes32 found, uint64 count) = LIB.resolve(root, subject, MapProof(siblings, subject, head, ordinal));
        require(ok && count == ordinal && found == (ordinal == 0 ? bytes32(0) : head));
        VM.assume(otherOrdinal != ordinal || (ordinal != 0 && otherHead != head));
        (ok,,) = LIB.resolve(root, subject, MapProof(siblings, subject, otherHead, otherOrdinal));
        require(!ok);
        if (siblings.length != 0) {
            (ok,,) = LIB.resolve(root, subject, MapProof(_shorter(siblings), subject, head, ordinal));
            require(!ok);
        }
    }

    function testFuzz_AnotherKeysLeafProvesAbsenceOnlyOnItsOwnPath(
        bytes32 subject,
        bytes32 key,
        uint8 depthSeed,
        bytes32 noise
    ) external view {
        VM.assume(key != subject);
        uint256 depth = uint256(depthSeed);
        bytes32[] memory siblings = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            siblings[i] = keccak256(abi.encode(noise, i));
        }
        // the slot at this depth on the subject's path holds another key's leaf, which belongs there or not
        bytes32 root = _mapRoot(subject, siblings, _mapLeaf(key, noise, 1));
        (bool ok, bytes32 head, uint64 ordinal) = LIB.resolve(root, subject, MapProof(siblings, key, noise, 1));
        bool belongs = (uint256(key) ^ uint256(subject)) >> (256 - depth) == 0;
        require(ok == belongs && head == 0 && ordinal == 0);
        bytes32 shared = depth == 0 ? key : bytes32((uint256(subject) >> (256 - depth)) << (256 - depth));
        shared |= bytes32((uint256(key) << depth) >> depth);
        if (shared == subject) return;
        root = _mapRoot(subject, siblings, _mapLeaf(shared, noise, 1));
        (ok, head, ordinal) = LIB.resolve(root, subject, MapProof(siblings, shared, noise, 1));
        require(ok && head == 0 && ordinal == 0);
    }

    function test_MoreThan256SiblingsAreRefused() external view {
        bytes32[] memory siblings = new bytes32[](257);
        bytes32 root = _mapRoot(0, siblings, 0);
        (bool ok,,) = LIB.resolve(root, 0, MapProof(siblings, 0, 0, 0));
        require(!ok);
    }

    // ------------------------------------------------------------------ leaves

    function testFuzz_AWellFormedLeafGivesEachSubjectItsOrdinal(
        uint8 kind,
        uint64 time,
        bytes32 commitment,
        uint64[] calldata given,
        bytes32 nobody
    ) external view {
        VM.assume(kind != 3 && given.length < 256);
        bytes memory leaf = abi.encodePacked(uint8(1), kind, time, commitment, uint8(given.length));
        for (uint256 i = 0; i < given.length; ++i) {
            leaf = abi.encodePacked(leaf, keccak256(abi.encode(i)), given[i]);
        }
        for (uint256 i = 0; i < given.length; ++i) {
            (bool ok, bool found, uint64 low, uint64 high) = LIB.ordinals(leaf, keccak256(abi.encode(i)));
            require(ok && found && low == given[i] && high == given[i]);
        }
        (bool read, bool there,,) = LIB.ordinals(leaf, nobody);
        require(read && !there);
        leaf[1] = 0x03;
        (read,,,) = LIB.ordinals(leaf, keccak256(abi.encode(uint256(0))));
        require(!read);
    }

    function testFuzz_AnyBytesParseOrAreNoLeaf(bytes calldata leaf, bytes32 subject) external view {
        (bool ok, bool found, uint64 low, uint64 high) = LIB.ordinals(leaf, subject);
        require(ok == (leaf.length >= 43 && leaf[0] == 0x01 && leaf[1] != 0x03));
        require(found ? ok && leaf.length >= 83 && low <= high : low == 0 && high == 0);
    }

    // ------------------------------------------------------------------ plain meanings

    function _dirtyMemory() private pure {
        assembly ("memory-safe") {
            // scratch space and what lies above the free memory pointer belong to nobody, and hold anything
            mstore(0x00, not(0))
            mstore(0x20, not(0))
            let free := mload(0x40)
            for { let i := 0 } lt(i, 0x100) { i := add(i, 0x20) } { mstore(add(free, i), not(0)) }
        }
    }

    function _leaves(uint256 seed, uint64 size) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }

    function _split(uint256 width) private pure returns (uint256 half) {
        half = 1;
        while (half * 2 < width) half *= 2;
    }

    /// @dev RFC 6962 §2.1, the recursion.
    function _root(bytes32[] memory leaves, uint256 start, uint256 width) private pure returns (bytes32) {
        if (width == 1) return leaves[start];
        uint256 half = _split(width);
        return _node(_root(leaves, start, half), _root(leaves, start + half, width - half));
    }

    /// @dev RFC 9162 §2.1.3.1.
    function _inclusion(bytes32[] memory leaves, uint256 index) private pure returns (bytes32[] memory proof) {
        uint256 start = 0;
        uint256 width = leaves.length;
        while (width > 1) {
            uint256 half = _split(width);
            if (index < start + half) {
                proof = _before(_root(leaves, start + half, width - half), proof);
                width = half;
            } else {
                proof = _before(_root(leaves, start, half), proof);
                (start, width) = (start + half, width - half);
            }
        }
    }

    /// @dev RFC 9162 §2.1.4.1.
    function _consistency(bytes32[] memory leaves, uint256 start, uint256 width, uint256 first, bool known)
        private
        pure
        returns (bytes32[] memory proof)
    {
        if (first == width) return known ? proof : _before(_root(leaves, start, width), proof);
        uint256 half = _split(width);
        return first <= half
            ? _longer(_consistency(leaves, start, half, first, known), _root(leaves, start + half, width - half))
            : _longer(_consistency(leaves, start + half, width - half, first - half, false), _root(leaves, start, half));
    }

    /// @dev RFC 9162 §2.1.3.2, word for word.
    function _rfcInclusion(uint64 size, uint64 index, bytes32 leaf, bytes32[] calldata proof)
        private
        pure
        returns (bool, bytes32 r)
    {
        r = leaf;
        if (index >= size) return (false, r);
        uint256 fn = index;
        uint256 sn = size - 1;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (sn == 0) return (false, r);
            if (fn & 1 == 1 || fn == sn) {
                r = _node(proof[i], r);
                if (fn & 1 == 0) {
                    while (fn & 1 == 0 && fn != 0) {
                        fn >>= 1;
                        sn >>= 1;
                    }
                }
            } else {
                r = _node(r, proof[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return (sn == 0, r);
    }

    function _mapLeaf(bytes32 key, bytes32 head, uint64 ordinal) private pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(2), key, head, ordinal));
    }

    function _mapRoot(bytes32 subject, bytes32[] memory siblings, bytes32 slot) private pure returns (bytes32 node) {
        node = slot;
        for (uint256 depth = siblings.length; depth != 0; --depth) {
            bytes32 sibling = siblings[depth - 1];
            bool right = (uint256(subject) >> (depth > 256 ? 0 : 256 - depth)) & 1 == 1;
            node = sha256(right ? abi.encodePacked(uint8(3), sibling, node) : abi.encodePacked(uint8(3), node, sibling));
        }
    }

    function _before(bytes32 first, bytes32[] memory rest) private pure returns (bytes32[] memory all) {
        all = new bytes32[](rest.length + 1);
        all[0] = first;
        for (uint256 i = 0; i < rest.length; ++i) {
            all[i + 1] = rest[i];
        }
    }

    function _longer(bytes32[] memory proof, bytes32 last) private pure returns (bytes32[] memory all) {
        all = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; ++i) {
            all[i] = proof[i];
        }
        all[proof.length] = last;
    }

    function _shorter(bytes32[] memory proof) private pure returns (bytes32[] memory all) {
        if (proof.length == 0) return _longer(proof, 0);
        all = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < all.length; ++i) {
            all[i] = proof[i];
        }
    }
}
