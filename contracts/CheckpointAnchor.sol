// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Entry, LogLeaf, Snapshot} from "./LogLeaf.sol";
import {LotMap, MapProof} from "./LotMap.sol";
import {Merkle} from "./Merkle.sol";

/// @title Anchors of append-only logs that cannot be rewritten
/// @notice Holds the newest checkpoints of any number of logs and takes a new one only with a proof that it extends the
/// last. Whoever holds a leaf that a log hid, or two leaves that contradict each other, can prove it here and mark the
/// log for ever. Recalls can be made here without the log.
/// @dev The contract has no owner, is never upgraded and cannot be paused. Of a log's roots it keeps two:
/// - the **latest**, and
/// - the **settled** one, which was the latest when the clock hour (UTC) of the newest anchor began.
/// The history is the event {Anchored}. At every moment one of the two stays accepted until the next full hour, however
/// often the publisher anchors, so a lie can be outrun until then and no longer.
///
/// A function's errors are checked in the order in which they are declared below.
contract CheckpointAnchor {
    /// @param root latest root
    /// @param size latest size
    /// @param time when the latest was anchored, seconds since 1970
    /// @param falseSince when the log was first proven false, 0 if never
    /// @param maxAge seconds within which the log promises its next anchor
    /// @param closed takes no more anchors: retired, or proven false
    struct Log {
        bytes32 root;
        uint64 size;
        uint64 time;
        uint64 falseSince;
        uint32 maxAge;
        bool closed;
        address publisher;
        address owner;
        bytes32 settledRoot;
        uint64 settledSize;
        uint64 settledTime;
        bytes32 successor;
        address[] recallers;
    }

    uint256 private constant MAX_RECALLERS = 32;

    mapping(bytes32 logId => Log) private _logs;
    mapping(address by => mapping(bytes32 subject => bytes32 statement)) private _recalls;

    /// @notice A log was opened.
    /// @param logId the log
    /// @param owner who opened it
    /// @param publisher who may anchor it
    /// @param origin its origin
    /// @param maxAge seconds within which it promises its next anchor
    event Opened(bytes32 indexed logId, address indexed owner, address publisher, string origin, uint32 maxAge);
    /// @notice A log was anchored. These events are its history: they cost no storage.
    /// @param logId the log
    /// @param size number of leaves
    /// @param root root of the tree
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root);
    /// @notice A log has another publisher.
    /// @param logId the log
    /// @param publisher who may anchor it from now on
    event PublisherSet(bytes32 indexed logId, address publisher);
    /// @notice A log counts the recalls of one more address.
    /// @param logId the log
    /// @param recaller whose recalls count from now on
    event RecallerAdded(bytes32 indexed logId, address indexed recaller);
    /// @notice `by` recalled `subject`.
    /// @param by the sender
    /// @param subject `about` key
    /// @param statement commitment of the statement that says why
    event Recalled(address indexed by, bytes32 indexed subject, bytes32 statement);
    /// @notice `by` lifted his own recall of `subject`.
    /// @param by the sender
    /// @param subject `about` key
    /// @param statement commitment of the statement that says why
    event Released(address indexed by, bytes32 indexed subject, bytes32 statement);
    /// @notice A log was proven false about `subject`, by the leaves at these two indexes.
    /// @param logId the log
    /// @param subject key of the subject
    /// @param indexA the hidden entry, or the earlier one of a fork
    /// @param indexB the snapshot that hides it, or the later one of a fork
    event ProvenFalse(bytes32 indexed logId, bytes32 indexed subject, uint64 indexA, uint64 indexB);
    /// @notice A log takes no more anchors; another one goes on in its place.
    /// @param logId the log
    /// @param successor the log that goes on
    event Retired(bytes32 indexed logId, bytes32 successor);

    /// @notice The sender has opened a log of this origin already.
    error AlreadyOpen();
    /// @notice Only the log's owner may.
    error NotOwner();
    /// @notice Only the log's publisher may.
    error NotPublisher();
    /// @notice The log is retired or proven false.
    error Closed();
    /// @notice An address, a root, an age or a statement is zero.
    error ZeroValue();
    /// @notice The log lists 32 recallers already.
    error TooManyRecallers();
    /// @notice A log only grows.
    error NotLarger(uint64 latest, uint64 size);
    /// @notice The new tree is not shown to extend the latest one: history would be rewritten.
    error BadConsistencyProof();
    /// @notice The root is neither the log's latest nor its settled one.
    error UnknownRoot();
    /// @notice The entry is not under the root at its index.
    error NotIncluded();
    /// @notice The snapshot is not under the root at its index, or is not the one that speaks for this root.
    error NotASnapshot();
    /// @notice The map proof does not lead from the subject to the snapshot's map root.
    error BadMapProof();
    /// @notice The bytes are no statement leaf of version 1.
    error NotALeaf();
    /// @notice The leaves do not contradict each other.
    error NothingProven();
    /// @notice The sender has recalled this subject already.
    error AlreadyRecalled();
    /// @notice The sender has not recalled this subject.
    error NotRecalled();
    /// @notice The successor is no log that is open and takes anchors, or is this one.
    error UnknownSuccessor();

    /// @notice Open a log; the sender becomes its owner, for ever.
    /// @param origin the log's origin, as in its checkpoints
    /// @param publisher the address that may anchor
    /// @param maxAge seconds within which the log promises its next anchor
    /// @return logId keccak256(abi.encode(sender, origin)): nobody can take another's origin from him
    function open(string calldata origin, address publisher, uint32 maxAge) external returns (bytes32 logId) {
        logId = keccak256(abi.encode(msg.sender, origin));
        Log storage log = _logs[logId];
        if (log.owner != address(0)) revert AlreadyOpen();
        if (publisher == address(0) || maxAge == 0) revert ZeroValue();
        log.owner = msg.sender;
        log.publisher = publisher;
        log.maxAge = maxAge;
        emit Opened(logId, msg.sender, publisher, origin, maxAge);
    }

    /// @notice Anchor a newer checkpoint of a log.
    /// @dev Reverts unless `proof` shows that the tree of `size` leaves extends the last one (RFC 9162 §2.1.4.2).
    /// @param logId id returned by {open}
    /// @param size number of leaves, greater than the last anchored size
    /// @param root SHA-256 root of the tree of `size` leaves
    /// @param proof consistency proof, empty for the first anchor
    function anchor(bytes32 logId, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        Log storage log = _logs[logId];
        if (log.publisher != msg.sender) revert NotPublisher();
        if (log.closed) revert Closed();
        if (root == 0) revert ZeroValue();
        uint64 latestSize = log.size;
        if (size <= latestSize) revert NotLarger(latestSize, size);
        if (latestSize == 0) {
            if (proof.length != 0) revert BadConsistencyProof();
        } else {
            bytes32 latestRoot = log.root;
            if (!Merkle.consistent(latestSize, latestRoot, size, root, proof)) revert BadConsistencyProof();
            uint64 latestTime = log.time;
            if (block.timestamp / 1 hours != latestTime / 1 hours) {
                log.settledRoot = latestRoot;
                (log.settledSize, log.settledTime) = (latestSize, latestTime);
            }
        }
        log.root = root;
        (log.size, log.time) = (size, uint64(block.timestamp));
        emit Anchored(logId, size, root);
    }

    /// @notice The newest anchored checkpoint of a log; zeros if there is none.
    /// @param logId id returned by {open}
    /// @return size number of leaves
    /// @return root root of the tree
    /// @return time when it was anchored, seconds since 1970
    function latest(bytes32 logId) external view returns (uint64 size, bytes32 root, uint64 time) {
        Log storage log = _logs[logId];
        return (log.size, log.root, log.time);
    }

    /// @notice The checkpoint that was latest when the hour of the newest anchor began; zeros if there was none.
    /// @param logId id returned by {open}
    /// @return size number of leaves
    /// @return root root of the tree
    /// @return time when it was anchored, seconds since 1970
    function settled(bytes32 logId) external view returns (uint64 size, bytes32 root, uint64 time) {
        Log storage log = _logs[logId];
        return (log.settledSize, log.settledRoot, log.settledTime);
    }

    /// @notice How a log stands and who acts for it.
    /// @param logId id returned by {open}
    /// @return falseSince when it was first proven false, seconds since 1970; 0 if never
    /// @return successor the log that goes on in its place; 0 if it is not retired
    /// @return maxAge seconds within which it promises its next anchor
    /// @return owner the address that sets roles; 0 if the log is not open
    /// @return publisher the address that anchors
    /// @return recallers the addresses whose recalls count
    function standing(bytes32 logId)
        external
        view
        returns (
            uint64 falseSince,
            bytes32 successor,
            uint32 maxAge,
            address owner,
            address publisher,
            address[] memory recallers
        )
    {
        Log storage log = _logs[logId];
        return (log.falseSince, log.successor, log.maxAge, log.owner, log.publisher, log.recallers);
    }

    /// @notice Give a log another publisher.
    /// @param logId id returned by {open}
    /// @param publisher the address that may anchor from now on
    function setPublisher(bytes32 logId, address publisher) external {
        Log storage log = _owned(logId);
        if (publisher == address(0)) revert ZeroValue();
        log.publisher = publisher;
        emit PublisherSet(logId, publisher);
    }

    /// @notice Let a log count the recalls of one more address. Nobody can be removed.
    /// @dev Does nothing if the address is listed already. A retired log's list can still grow.
    /// @param logId id returned by {open}
    /// @param recaller the address to list
    function addRecaller(bytes32 logId, address recaller) external {
        Log storage log = _owned(logId);
        if (recaller == address(0)) revert ZeroValue();
        address[] storage recallers = log.recallers;
        uint256 count = recallers.length;
        for (uint256 i = 0; i < count; ++i) {
            if (recallers[i] == recaller) return;
        }
        if (count == MAX_RECALLERS) revert TooManyRecallers();
        recallers.push(recaller);
        emit RecallerAdded(logId, recaller);
    }

    /// @notice End a log's anchoring in favour of another. It stays readable, and a lie in it stays provable.
    /// @dev The successor must take anchors itself, so successors never run in a circle. A log proven false can still name one.
    /// @param logId id returned by {open}
    /// @param successor the log that goes on
    function retire(bytes32 logId, bytes32 successor) external {
        Log storage log = _owned(logId);
        if (log.successor != 0) revert Closed();
        Log storage next = _logs[successor];
        if (successor == logId || next.owner == address(0) || next.closed) revert UnknownSuccessor();
        log.closed = true;
        log.successor = successor;
        emit Retired(logId, successor);
    }

    /// @notice Recall a subject in the sender's own name.
    /// @param subject `about` key of what is recalled
    /// @param statement commitment of the statement that says why
    function recall(bytes32 subject, bytes32 statement) external {
        if (statement == 0) revert ZeroValue();
        mapping(bytes32 => bytes32) storage recalls = _recalls[msg.sender];
        if (recalls[subject] != 0) revert AlreadyRecalled();
        recalls[subject] = statement;
        emit Recalled(msg.sender, subject, statement);
    }

    /// @notice Lift the sender's own recall of a subject.
    /// @param subject `about` key of what was recalled
    /// @param statement commitment of the statement that says why
    function release(bytes32 subject, bytes32 statement) external {
        if (statement == 0) revert ZeroValue();
        mapping(bytes32 => bytes32) storage recalls = _recalls[msg.sender];
        if (recalls[subject] == 0) revert NotRecalled();
        delete recalls[subject];
        emit Released(msg.sender, subject, statement);
    }

    /// @notice The statement under which an address recalls a subject.
    /// @param by the address
    /// @param subject `about` key
    /// @return statement commitment of the statement that says why; 0 if it does not recall it
    function recallOf(address by, bytes32 subject) external view returns (bytes32 statement) {
        return _recalls[by][subject];
    }

    /// @notice Which of these subjects one of the log's recallers recalls: a lot and all its ancestors in one call.
    /// @param logId id returned by {open}
    /// @param subjects `about` keys
    function recalled(bytes32 logId, bytes32[] calldata subjects) external view returns (bool[] memory) {
        address[] storage recallers = _logs[logId].recallers;
        uint256 count = recallers.length;
        bool[] memory answer = new bool[](subjects.length);
        for (uint256 i = 0; i < count; ++i) {
            mapping(bytes32 => bytes32) storage recalls = _recalls[recallers[i]];
            for (uint256 j = 0; j < subjects.length; ++j) {
                if (recalls[subjects[j]] != 0) answer[j] = true;
            }
        }
        return answer;
    }

    /// @notice Whether the leaf at `index` under one of the log's two roots has this hash.
    /// @param logId id returned by {open}
    /// @param root the log's latest or settled root
    /// @param index zero-based position of the leaf
    /// @param leafHash SHA-256(0x00 ‖ leaf)
    /// @param proof inclusion proof, leaf to root
    function verifyInclusion(bytes32 logId, bytes32 root, uint64 index, bytes32 leafHash, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        return Merkle.includes(root, _sizeOf(logId, root), index, leafHash, proof);
    }

    /// @notice A subject's newest entry under one of the log's two roots, or the proof that it has none.
    /// @dev Takes only the snapshot that speaks for the root, its last leaf: an older one would pass for the present.
    /// @param logId id returned by {open}
    /// @param root the log's latest or settled root
    /// @param subject key of the subject
    /// @param s the snapshot at the root's last index
    /// @param m what the snapshot's map says of the subject
    /// @return present whether the subject has entries
    /// @return head leaf hash of its newest entry
    /// @return ordinal how many entries it has
    function lotState(bytes32 logId, bytes32 root, bytes32 subject, Snapshot calldata s, MapProof calldata m)
        external
        view
        returns (bool present, bytes32 head, uint64 ordinal)
    {
        uint64 size = _sizeOf(logId, root);
        unchecked {
            // a root that the log stands by has a size of at least 1
            if (s.index != size - 1) revert NotASnapshot();
        }
        (head, ordinal) = _state(root, size, subject, s, m);
        present = ordinal != 0;
    }

    /// @notice Prove that a snapshot hides an entry: its map counts fewer entries of the subject than a leaf before it has
    /// seen, or names another leaf at the same count. Marks the log for ever. Anyone may.
    /// @dev An honest map counts every leaf before it, so it never counts less, and at the same count names that very leaf.
    /// @param logId id returned by {open}
    /// @param root the log's latest or settled root
    /// @param e the hidden entry
    /// @param subject a subject of that entry
    /// @param s a snapshot after it
    /// @param m what the snapshot's map says of the subject
    function proveOmission(
        bytes32 logId,
        bytes32 root,
        Entry calldata e,
        bytes32 subject,
        Snapshot calldata s,
        MapProof calldata m
    ) external {
        uint64 size = _sizeOf(logId, root);
        bytes32 leafHash = _included(root, size, e);
        (bytes32 head, uint64 counted) = _state(root, size, subject, s, m);
        (bool found,, uint64 ordinal) = _ordinals(e, subject);
        bool told = ordinal < counted || (ordinal == counted && head == leafHash);
        if (!found || e.index >= s.index || told) revert NothingProven();
        _markFalse(logId, subject, e.index, s.index);
    }

    /// @notice Prove that a log tells a subject's story twice: the later of two entries does not have the higher ordinal.
    /// Marks the log for ever. Anyone may.
    /// @param logId id returned by {open}
    /// @param root the log's latest or settled root
    /// @param a the earlier entry
    /// @param b the later entry
    /// @param subject a subject of both
    function proveFork(bytes32 logId, bytes32 root, Entry calldata a, Entry calldata b, bytes32 subject) external {
        uint64 size = _sizeOf(logId, root);
        _included(root, size, a);
        _included(root, size, b);
        (bool inA,, uint64 earlier) = _ordinals(a, subject);
        (bool inB, uint64 later,) = _ordinals(b, subject);
        if (!inA || !inB || a.index >= b.index || later > earlier) revert NothingProven();
        _markFalse(logId, subject, a.index, b.index);
    }

    /// @dev The log, if the sender owns it.
    function _owned(bytes32 logId) private view returns (Log storage log) {
        log = _logs[logId];
        if (log.owner != msg.sender) revert NotOwner();
    }

    /// @dev The mark keeps the time of the first proof; later ones are told by their events.
    function _markFalse(bytes32 logId, bytes32 subject, uint64 indexA, uint64 indexB) private {
        Log storage log = _logs[logId];
        if (log.falseSince == 0) (log.falseSince, log.closed) = (uint64(block.timestamp), true);
        emit ProvenFalse(logId, subject, indexA, indexB);
    }

    /// @dev The size of the tree under a root that the log stands by. No root is zero.
    function _sizeOf(bytes32 logId, bytes32 root) private view returns (uint64) {
        Log storage log = _logs[logId];
        if (root != 0) {
            if (root == log.root) return log.size;
            if (root == log.settledRoot) return log.settledSize;
        }
        revert UnknownRoot();
    }

    /// @dev The hash of an entry that is under the root at its index.
    function _included(bytes32 root, uint64 size, Entry calldata e) private view returns (bytes32 leafHash) {
        leafHash = LogLeaf.hash(e.leaf);
        if (!Merkle.includes(root, size, e.index, leafHash, e.proof)) revert NotIncluded();
    }

    /// @dev What a snapshot under the root says of a subject; zeros if it is absent.
    function _state(bytes32 root, uint64 size, bytes32 subject, Snapshot calldata s, MapProof calldata m)
        private
        view
        returns (bytes32 head, uint64 ordinal)
    {
        if (!Merkle.includes(root, size, s.index, LogLeaf.hash(s), s.proof)) revert NotASnapshot();
        bool ok;
        (ok, head, ordinal) = LotMap.resolve(s.mapRoot, subject, m);
        if (!ok) revert BadMapProof();
    }

    /// @dev The lowest and the highest ordinal of a subject in an entry; equal in a well-formed one.
    function _ordinals(Entry calldata e, bytes32 subject) private pure returns (bool found, uint64 low, uint64 high) {
        bool ok;
        (ok, found, low, high) = LogLeaf.ordinals(e.leaf, subject);
        if (!ok) revert NotALeaf();
    }
}
