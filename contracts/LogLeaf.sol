// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Merkle} from "./Merkle.sol";
import {Sha256} from "./Sha256.sol";

/// @notice A statement leaf and its place in the log.
/// @param leaf the exact bytes
/// @param index zero-based position
/// @param proof inclusion proof, leaf to root
struct Entry {
    bytes leaf;
    uint64 index;
    bytes32[] proof;
}

/// @notice A snapshot leaf, given by its fields; the contract rebuilds the bytes.
/// @param index zero-based position, which the leaf itself states
/// @param time milliseconds since 1970
/// @param mapRoot root of the lot map over the `index` leaves before it
/// @param proof inclusion proof, leaf to root
struct Snapshot {
    uint64 index;
    uint64 time;
    bytes32 mapRoot;
    bytes32[] proof;
}

/// @title The leaves of a log
/// @notice statement: version 1 ‖ kind ‖ time u64 ‖ commitment ‖ n u8 ‖ n × (subject key ‖ ordinal u64);
/// snapshot: version 1 ‖ kind 3 ‖ time u64 ‖ map root ‖ index u64; all big-endian.
library LogLeaf {
    uint256 internal constant VERSION = 1;
    uint256 internal constant SNAPSHOT = 3;
    uint256 internal constant HEADER = 43;
    uint256 internal constant RECORD = 40;

    /// @dev `sha256(abi.encodePacked(uint8(0), leaf))`
    function hash(bytes calldata leaf) internal view returns (bytes32) {
        return Sha256.prefixed(Merkle.LEAF, leaf);
    }

    /// @dev `sha256(abi.encodePacked(uint8(0), uint8(1), uint8(3), s.time, s.mapRoot, s.index))`
    function hash(Snapshot calldata s) internal view returns (bytes32 digest) {
        uint256 head = (VERSION << 72) | (SNAPSHOT << 64) | s.time;
        bytes32 mapRoot = s.mapRoot;
        uint256 index = s.index;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, shl(168, head)) // 0x00, version, kind, time: 11 bytes
            mstore(add(input, 11), mapRoot)
            mstore(add(input, 43), shl(192, index))
            if iszero(staticcall(gas(), 2, input, 51, 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
        }
    }

    /// @notice The lowest and the highest ordinal under which a statement leaf files `subject`.
    /// @dev Lenient on purpose, so that a malformed leaf escapes no proof: any kind but a snapshot's, whatever `n` says, in
    /// any order, with bytes left over. A well-formed leaf names a subject at most once, and there the two are equal.
    /// @param leaf the exact bytes
    /// @param subject key of the subject
    /// @return ok false if this is no statement leaf of version 1
    /// @return found whether the subject stands in it
    /// @return low its lowest ordinal
    /// @return high its highest ordinal
    function ordinals(bytes calldata leaf, bytes32 subject)
        internal
        pure
        returns (bool ok, bool found, uint64 low, uint64 high)
    {
        if (leaf.length < HEADER || uint8(leaf[0]) != VERSION || uint8(leaf[1]) == SNAPSHOT) {
            return (false, false, 0, 0);
        }
        ok = true;
        // unchecked: offsets stay within calldata
        unchecked {
            for (uint256 end = HEADER + RECORD; end <= leaf.length; end += RECORD) {
                bytes32 key;
                uint64 ordinal;
                assembly ("memory-safe") {
                    // key = bytes32(leaf[end - 40:end - 8]), ordinal = uint64(bytes8(leaf[end - 8:end]))
                    let record := add(leaf.offset, sub(end, RECORD))
                    key := calldataload(record)
                    ordinal := shr(192, calldataload(add(record, 0x20)))
                }
                if (key != subject) continue;
                if (!found || ordinal < low) low = ordinal;
                if (ordinal > high) high = ordinal;
                found = true;
            }
        }
    }
}
