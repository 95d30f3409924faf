// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Sha256} from "./Sha256.sol";

/// @notice What stands at the end of a subject's path through a lot map.
/// @param siblings hashes beside the path, root first, at most 256
/// @param key key of the leaf found there; another one than asked for, if that one is absent
/// @param head leaf hash of that key's newest entry in the log
/// @param ordinal how many entries that key has; 0: the slot is empty, and `key` and `head` mean nothing
struct MapProof {
    bytes32[] siblings;
    bytes32 key;
    bytes32 head;
    uint64 ordinal;
}

/// @title The sparse Merkle tree that counts each subject's entries
/// @notice leaf = SHA-256(0x02 ‖ key ‖ head ‖ ordinal), node = SHA-256(0x03 ‖ left ‖ right), an empty subtree is 32 zero
/// bytes, a subtree with one key is that key's leaf hash; the path is the key's bits, most significant first.
library LotMap {
    uint8 internal constant LEAF = 0x02;
    uint8 internal constant NODE = 0x03;
    uint256 internal constant DEPTH = 256;

    /// @notice What the map under `root` says of `subject`: its newest entry and how many there are; 0 and 0 if absent.
    /// @dev A root, right or wrong, has at most one answer per subject: going down its path, each hash is zero, a leaf's
    /// or a node's, and can be only one of these.
    /// @param root the map's root
    /// @param subject key of the subject
    /// @param m the way to its slot
    /// @return ok false if the proof does not lead to `root`
    /// @return head leaf hash of the subject's newest entry, 0 if absent
    /// @return ordinal how many entries it has, 0 if absent
    function resolve(bytes32 root, bytes32 subject, MapProof calldata m)
        internal
        view
        returns (bool ok, bytes32 head, uint64 ordinal)
    {
        uint256 depth = m.siblings.length;
        if (depth > DEPTH) return (false, 0, 0);
        // unchecked: depth <= 256, and i runs down from it to 0
        unchecked {
            uint256 path = uint256(subject);
            bytes32 node = 0;
            if (m.ordinal != 0) {
                // another key's leaf speaks of this slot only if its own path leads here (shifting by 256 leaves nothing)
                if ((uint256(m.key) ^ path) >> (DEPTH - depth) != 0) return (false, 0, 0);
                node = Sha256.pairAndSuffix(LEAF, m.key, m.head, m.ordinal);
            }
            path >>= DEPTH - depth;
            for (uint256 i = depth; i != 0; path >>= 1) {
                bytes32 left = node;
                bytes32 right = m.siblings[--i];
                if (path & 1 == 1) (left, right) = (right, left);
                node = Sha256.pair(NODE, left, right);
            }
            ok = node == root;
        }
        if (ok && m.ordinal != 0 && m.key == subject) (head, ordinal) = (m.head, m.ordinal);
    }
}
