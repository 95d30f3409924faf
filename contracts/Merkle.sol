// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Sha256} from "./Sha256.sol";

/// @title Inclusion and consistency of an RFC 6962 tree
/// @notice RFC 9162 §2.1.3.2 and §2.1.4.2. A leaf hashes under 0x00 and a node under 0x01, so neither can be taken for the
/// other.
/// @dev The RFC's one loop is written as two: while fn < sn it shifts by one bit, and once fn == sn, which stays so, each
/// hash of the proof is a left sibling and uses up one set bit of fn. So a proof has exactly one length, and is read to it.
library Merkle {
    uint8 internal constant LEAF = 0x00;
    uint8 internal constant NODE = 0x01;

    /// @notice Whether the leaf at `index` of the tree of `size` leaves under `root` hashes to `leafHash`.
    /// @dev False, never a revert, for an index outside the tree and a proof of another length.
    /// Source: RFC 9162 §2.1.3.2.
    /// @param root root of the tree
    /// @param size number of leaves
    /// @param index zero-based position of the leaf
    /// @param leafHash SHA-256(0x00 ‖ leaf)
    /// @param proof sibling hashes, leaf to root
    function includes(bytes32 root, uint64 size, uint64 index, bytes32 leafHash, bytes32[] calldata proof)
        internal
        view
        returns (bool)
    {
        if (index >= size) return false;
        // unchecked: size > index >= 0, and i counts calldata words
        unchecked {
            uint256 fn = index;
            uint256 sn = size - 1;
            bytes32 r = leafHash;
            uint256 i = 0;
            // below the right edge every node has a sibling, left or right
            for (; fn != sn; ++i) {
                if (i >= proof.length) return false;
                r = fn & 1 == 1 ? Sha256.pair(NODE, proof[i], r) : Sha256.pair(NODE, r, proof[i]);
                fn >>= 1;
                sn >>= 1;
            }
            // on the edge only a left one, where the bit is set; else the node is carried up as it is
            for (; fn != 0; ++i) {
                if (i >= proof.length) return false;
                r = Sha256.pair(NODE, proof[i], r);
                fn &= fn - 1;
            }
            return i == proof.length && r == root;
        }
    }

    /// @notice Whether the tree of `size2` leaves under `root2` begins with the tree of `size1` leaves under `root1`.
    /// @dev Needs 0 < size1 < size2. False, never a revert, for a proof of another length.
    /// Source: RFC 9162 §2.1.4.2.
    /// @param size1 number of leaves of the older tree
    /// @param root1 its root
    /// @param size2 number of leaves of the newer tree
    /// @param root2 its root
    /// @param proof consistency proof
    function consistent(uint64 size1, bytes32 root1, uint64 size2, bytes32 root2, bytes32[] calldata proof)
        internal
        view
        returns (bool)
    {
        // unchecked: both sizes are at least 1, and i counts calldata words
        unchecked {
            uint256 fn = size1 - 1;
            uint256 sn = size2 - 1;
            while (fn & 1 == 1) {
                fn >>= 1;
                sn >>= 1;
            }
            // a first tree of 2^k leaves is a node of the second, and its root stands for the proof's first hash
            uint256 i = size1 & (size1 - 1) == 0 ? 0 : 1;
            if (i > proof.length) return false;
            bytes32 fr = i == 0 ? root1 : proof[0];
            bytes32 sr = fr;
            // until the two trees' edges meet, what stands on the left belongs to both, on the right to the second
            for (; fn != sn; ++i) {
                if (i >= proof.length) return false;
                bytes32 c = proof[i];
                if (fn & 1 == 1) {
                    fr = Sha256.pair(NODE, c, fr);
                    sr = Sha256.pair(NODE, c, sr);
                } else {
                    sr = Sha256.pair(NODE, sr, c);
                }
                fn >>= 1;
                sn >>= 1;
            }
            // from there up they share the edge, with a left sibling where the bit is set
            for (; fn != 0; ++i) {
                if (i >= proof.length) return false;
                bytes32 c = proof[i];
                fr = Sha256.pair(NODE, c, fr);
                sr = Sha256.pair(NODE, c, sr);
                fn &= fn - 1;
            }
            return i == proof.length && fr == root1 && sr == root2;
        }
    }
}
