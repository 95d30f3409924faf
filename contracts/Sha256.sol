// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title SHA-256 over the short inputs that a log is made of
/// @notice The precompile is called in assembly: `sha256(abi.encodePacked(…))` copies each input twice and costs about
/// three times as much, and an anchor is little else than such hashes. Every function states its Solidity meaning.
/// @dev All of them build their input above the free memory pointer without moving it, and read the digest from scratch
/// space, so nothing that Solidity holds in memory is touched. They revert where the precompile runs out of gas: a failed
/// call would otherwise leave whatever was in scratch space to pass for a digest.
library Sha256 {
    /// @dev `sha256(abi.encodePacked(prefix, left, right))`
    function pair(uint8 prefix, bytes32 left, bytes32 right) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, prefix)
            mstore(add(input, 0x01), left)
            mstore(add(input, 0x21), right)
            if iszero(staticcall(gas(), 2, input, 65, 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
        }
    }

    /// @dev `sha256(abi.encodePacked(prefix, data))`
    function prefixed(uint8 prefix, bytes calldata data) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, prefix)
            calldatacopy(add(input, 0x01), data.offset, data.length)
            if iszero(staticcall(gas(), 2, input, add(data.length, 1), 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
        }
    }

    /// @dev `sha256(abi.encodePacked(prefix, first, second, suffix))`
    function pairAndSuffix(uint8 prefix, bytes32 first, bytes32 second, uint64 suffix)
        internal
        view
        returns (bytes32 digest)
    {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, prefix)
            mstore(add(input, 0x01), first)
            mstore(add(input, 0x21), second)
            mstore(add(input, 0x41), shl(192, suffix))
            if iszero(staticcall(gas(), 2, input, 73, 0x00, 0x20)) {
                revert(0, 0)
            }
            digest := mload(0x00)
        }
    }
}
