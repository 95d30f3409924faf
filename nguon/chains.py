"""Where the log is anchored: on the chain that settings name, or on a local test chain of our own.

chain.json   {"chainId", "contract", "logId", "block"} of the local test chain, for a person to read;
             what the chain itself says decides
"""

import json
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from ledger.chain.deploy import set_up
from ledger.chain.node import CHAIN_ID, LocalNode
from ledger.chain.rpc import Rpc, hexed
from ledger.chain.transactions import ChainKey
from ledger.errors import ChainError
from nguon.settings import Settings

log = structlog.get_logger("chain")
LOCAL_NAME = "local test chain"
_NAMES = {1: "Ethereum", 11155111: "Sepolia", 560048: "Hoodi", 137: "Polygon", 8453: "Base", 10: "Optimism"}
_TESTS = frozenset({11155111, 560048, 31337})


@dataclass(frozen=True)
class Place:
    """A log's place on a chain.

    Attributes:
        name: what people call the chain.
        rpcs: endpoints to ask.
        local: it runs inside this service, and proves nothing to anybody else.
        test: it is a test network.
        block: a block not after the log's opening, to read its history from.
    """

    name: str
    chain_id: int
    contract: str
    log_id: bytes
    rpcs: tuple[str, ...]
    local: bool
    test: bool
    block: int = 0


def configured(settings: Settings) -> Place:
    """The place that settings name.

    Raises:
        ChainError: the contract or the log is not named (`chain.not_configured`).
    """
    if not settings.contract or not settings.log_id:
        raise ChainError(
            "NGUON_RPCS is set, so NGUON_CONTRACT and NGUON_LOG_ID must be: `nguon chain deploy` prints them.",
            code="chain.not_configured",
        )
    return Place(
        name=_NAMES.get(settings.chain_id, f"chain {settings.chain_id}"),
        chain_id=settings.chain_id,
        contract=settings.contract,
        log_id=bytes.fromhex(settings.log_id[2:]),
        rpcs=settings.rpcs,
        local=False,
        test=settings.chain_id in _TESTS,
    )


def embedded(settings: Settings, key: ChainKey, stack: ExitStack) -> Place:
    """Start the local test chain, or find the one that runs, with our contract and log on it.

    Raises:
        ChainError: it does not start, or holds the log under other terms.
    """
    node = LocalNode(settings.data_dir / "chain-state.json", binary=settings.anvil)
    stack.callback(node.stop)
    node.start()
    node.fund(key.address)
    rpc = Rpc(node.url, timeout=30.0)
    try:
        found = set_up(
            rpc, CHAIN_ID, key, settings.origin, key.address, settings.max_age, recallers=(key.address,)
        )
    finally:
        rpc.close()
    place = Place(
        LOCAL_NAME,
        CHAIN_ID,
        found.contract,
        found.log_id,
        (node.url,),
        local=True,
        test=True,
        block=found.block,
    )
    note = {
        "chainId": CHAIN_ID,
        "contract": found.contract,
        "logId": hexed(found.log_id),
        "block": found.block,
    }
    (settings.data_dir / "chain.json").write_text(json.dumps(note, indent=2) + "\n")
    log.warning(
        LOCAL_NAME, url=node.url, contract=found.contract, note="anchors here prove nothing to others"
    )
    return place
