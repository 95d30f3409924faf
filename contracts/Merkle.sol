// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Sha256} from "./Sha256.sol";

/// @title Inclusion and consistency of an RFC 6962 tree
/// @notice RFC 9162 §2.1.3.2 and §2.1.4.2, step by step. A leaf hashes under 0x00 and a node under 0x01, so neither
/// can be taken for the other.
library Merkle {
    uint8 internal constant LEAF = 0x00;
    uint8 internal constant NODE = 0x01;

    /// @notice Whether the leaf at `index` of the tree of `size` leaves under `root` hashes to `leafHash`.
    /// @dev False, never a revert, for an index outside the tree and a proof of another length.
    /// Source: RFC 9162 §2.1.3.2.
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
            for (uint256 i = 0; i < proof.length; ++i) {
                if (sn == 0) return false;
                bytes32 left = r;
                bytes32 right = proof[i];
                if (fn & 1 == 1 || fn == sn) {
                    (left, right) = (right, left);
                    (fn, sn) = _carry(fn, sn);
                }
                r = Sha256.pair(NODE, left, right);
                fn >>= 1;
                sn >>= 1;
            }
            return sn == 0 && r == root;
        }
    }

    /// @notice Whether the tree of `size2` leaves under `root2` begins with the tree of `size1` leaves under `root1`.
    /// @dev Needs 0 < size1 < size2. False, never a revert, for a proof of another length.
    /// Source: RFC 9162 §2.1.4.2.
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
            if (proof.length < i) return false;
            bytes32 fr = i == 0 ? root1 : proof[0];
            bytes32 sr = fr;
            for (; i < proof.length; ++i) {
                if (sn == 0) return false;
                bytes32 left = sr;
                bytes32 right = proof[i];
                if (fn & 1 == 1 || fn == sn) {
                    (left, right) = (right, left);
                    fr = Sha256.pair(NODE, left, fr);
                    (fn, sn) = _carry(fn, sn);
                }
                sr = Sha256.pair(NODE, left, right);
                fn >>= 1;
                sn >>= 1;
            }
            return sn == 0 && fr == root1 && sr == root2;
        }
    }

    /// @dev A node without a right sibling is carried up as it is, to the level where it has a left one.
    function _carry(uint256 fn, uint256 sn) private pure returns (uint256, uint256) {
        while (fn & 1 == 0 && fn != 0) {
            fn >>= 1;
            sn >>= 1;
        }
        return (fn, sn);
    }
}
