// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../CheckpointAnchor.sol";
import {Entry} from "../LogLeaf.sol";

interface Vm {
    function warp(uint256 time) external;
}

/// @title What is said for ever stays, whatever is called in whatever order
/// @notice The log's second leaf repeats its first, so anyone can mark it at any time, under whichever root still stands.
contract StandingTest {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    CheckpointAnchor private immutable CONTRACT = new CheckpointAnchor();

    struct State {
        uint64 size;
        bytes32 root;
        uint64 time;
        uint64 settledSize;
        bytes32 settledRoot;
        uint64 settledTime;
        uint64 falseSince;
        bytes32 successor;
        uint256 recallers;
    }

    bytes32 private _logId;
    bytes32 private _next;
    uint256 private _now = 1_790_000_000;
    bytes private _leaf = abi.encodePacked(uint8(1), uint8(1), uint64(0), bytes32(0), uint8(1), _SUBJECT, uint64(1));
    /// @dev right siblings of the doubling tree's left edge, lowest first; the first belongs to both leaves
    bytes32[] private _siblings;

    bytes32 private constant _SUBJECT = bytes32(uint256(7));

    function testFuzz_WhatIsSaidForEverStays(uint256[24] calldata calls) external {
        _logId = CONTRACT.open("one.example", address(this), 3600);
        _next = CONTRACT.open("two.example", address(this), 3600);
        _siblings.push(sha256(abi.encodePacked(uint8(0), _leaf)));
        State memory before = _state();
        for (uint256 i = 0; i < calls.length; ++i) {
            _call(calls[i]);
            State memory state = _state();
            bool closed = before.falseSince != 0 || before.successor != 0;
            require(state.size >= before.size, "a log shrank");
            require(state.size > before.size || state.root == before.root, "a root changed at one size");
            require(!closed || state.size == before.size, "a closed log grew");
            require(before.falseSince == 0 || state.falseSince == before.falseSince, "a mark changed");
            require(before.successor == 0 || state.successor == before.successor, "a successor changed");
            require(state.recallers >= before.recallers && state.recallers <= 32, "the list shrank or overflowed");
            require(state.settledSize >= before.settledSize, "the settled root went back");
            require(state.settledSize == 0 || state.settledSize < state.size, "the settled root is not older");
            require(
                state.settledSize == 0 || state.settledTime / 1 hours < state.time / 1 hours, "settled in its own hour"
            );
            before = state;
        }
    }

    function _call(uint256 dice) private {
        uint256 what = dice % 8;
        dice >>= 8;
        if (what < 3) {
            _anchor(dice);
        } else if (what == 3) {
            _now += dice % 5400;
            VM.warp(_now);
        } else if (what == 4) {
            try CONTRACT.addRecaller(_logId, address(uint160(1 + dice % 40))) {} catch {}
        } else if (what == 5 && dice % 4 == 0) {
            try CONTRACT.retire(_logId, dice % 8 == 0 ? _next : _logId) {} catch {}
        } else if (what == 6 && dice % 3 == 0) {
            _prove(dice);
        } else if (what == 7) {
            _rubbish(dice);
        }
    }

    /// @dev A first anchor takes any root; after it nothing without its proof.
    function _rubbish(uint256 dice) private {
        (uint64 size,,) = CONTRACT.latest(_logId);
        if (size == 0) return;
        try CONTRACT.anchor(_logId, uint64(dice), bytes32(dice | 1), new bytes32[](dice % 9)) {
            revert("rubbish was anchored");
        } catch {}
    }

    /// @dev Double the tree: a tree of 2^k leaves is a node of the next, whose other half is anything.
    function _anchor(uint256 dice) private {
        uint256 levels = _siblings.length;
        if (levels > 40) return;
        (uint64 size, bytes32 root,) = CONTRACT.latest(_logId);
        if (size == 0) {
            bytes32 leaf = _siblings[0];
            try CONTRACT.anchor(_logId, 2, sha256(abi.encodePacked(uint8(1), leaf, leaf)), new bytes32[](0)) {} catch {}
            return;
        }
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = keccak256(abi.encode(dice));
        bytes32 grown = sha256(abi.encodePacked(uint8(1), root, proof[0]));
        try CONTRACT.anchor(_logId, size * 2, grown, proof) {
            _siblings.push(proof[0]);
        } catch {}
    }

    function _prove(uint256 dice) private {
        (uint64 size, bytes32 root,) = dice % 2 == 0 ? CONTRACT.latest(_logId) : CONTRACT.settled(_logId);
        if (size == 0) return;
        uint256 levels;
        while (1 << levels < size) ++levels;
        bytes32[] memory proof = new bytes32[](levels);
        for (uint256 i = 0; i < levels; ++i) {
            proof[i] = _siblings[i];
        }
        CONTRACT.proveFork(_logId, root, Entry(_leaf, 0, proof), Entry(_leaf, 1, proof), _SUBJECT);
        (uint64 falseSince,,,,,) = CONTRACT.standing(_logId);
        require(falseSince != 0, "a lie under a root that stands was not marked");
    }

    function _state() private view returns (State memory s) {
        (s.size, s.root, s.time) = CONTRACT.latest(_logId);
        (s.settledSize, s.settledRoot, s.settledTime) = CONTRACT.settled(_logId);
        address[] memory recallers;
        (s.falseSince, s.successor,,,, recallers) = CONTRACT.standing(_logId);
        s.recallers = recallers.length;
    }
}
