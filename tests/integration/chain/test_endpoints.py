"""No endpoint is believed alone: the rules of the quorum, against endpoints that lie, lag, hang and vanish.

Whatever is asked here is asked a second time by the pages' own code (`scanner_web/chain`), which must answer the same.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ledger.chain import contract
from ledger.chain.endpoints import Endpoints, with_others
from ledger.chain.node import LocalNode
from ledger.errors import ChainError
from ledger.proof.chain import Anchor, ChainAnswer
from tests.chain_world import Chain, LyingEndpoint, MemoryLog, subject

GONE = "http://127.0.0.1:9"
PROJECT = Path(__file__).resolve().parents[3]
Browser = Callable[[Endpoints, Sequence[bytes]], ChainAnswer]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The pages' code, asked as `Endpoints.answer` is."""
    node = Path(sys.executable).with_name("node")
    command = [str(node), "scanner_web/tools/ask.ts"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        into, out = process.stdin, process.stdout

        def ask(endpoints: Endpoints, keys: Sequence[bytes]) -> ChainAnswer:
            question = {
                "rpcs": [rpc.url for rpc in endpoints.rpcs],
                "chainId": endpoints.chain_id,
                "contract": endpoints.contract,
                "logId": endpoints.log_id.hex(),
                "quorum": endpoints.quorum,
                "finality": endpoints.finality,
                "keys": [key.hex() for key in keys],
                "timeout": 500,
            }
            into.write(json.dumps(question) + "\n")
            into.flush()
            return _answer(json.loads(out.readline()))

        yield ask
        into.close()


def _answer(said: dict[str, Any]) -> ChainAnswer:
    latest = said["latest"] and Anchor(
        said["latest"]["size"], bytes.fromhex(said["latest"]["root"]), said["latest"]["time"]
    )
    recalled, asked = (frozenset(map(bytes.fromhex, said[name])) for name in ("recalled", "asked"))
    return ChainAnswer(
        said["state"], latest, said["falseSince"], said["retired"], said["maxAge"], recalled, asked,
        said["block"], said["endpoints"], said["agreed"],
    )  # fmt: skip


@pytest.fixture(autouse=True)
def both(monkeypatch: pytest.MonkeyPatch, browser: Browser) -> None:
    """Each answer is compared with what the pages' code makes of the same endpoints."""
    answer = Endpoints.answer

    def compared(self: Endpoints, keys: Sequence[bytes]) -> ChainAnswer:
        found = answer(self, keys)
        assert browser(self, keys) == found
        return found

    monkeypatch.setattr(Endpoints, "answer", compared)


@pytest.fixture
def log(chain: Chain) -> MemoryLog:
    log = MemoryLog()
    log.entry("a")
    log.submit_snapshot()
    chain.anchor(log)
    return log


@pytest.fixture
def lying(chain: Chain) -> Iterator["Liars"]:
    with ExitStack() as stack:
        yield Liars(chain, stack)


class Liars:
    """Makes endpoints that hand on to the chain, and lie."""

    def __init__(self, chain: Chain, stack: ExitStack) -> None:
        self._chain = chain
        self._stack = stack

    def __call__(self, lie: object = None, **how: object) -> LyingEndpoint:
        return self._stack.enter_context(LyingEndpoint(self._chain.node.url, lie, **how))  # type: ignore[arg-type]  # passed on as given


def other_latest(method: str, params: list[object], result: object) -> object:
    """Says of the newest anchor that it is of size 9."""
    if method == "eth_call" and isinstance(result, str) and len(result) == 2 + 3 * 64:
        return "0x" + (9).to_bytes(32).hex() + result[66:]
    return result


def behind(blocks: int) -> object:
    """Knows nothing of the newest blocks."""

    def lie(method: str, params: list[object], result: object) -> object:
        if method == "eth_blockNumber" and isinstance(result, str):
            return hex(max(0, int(result, 16) - blocks))
        return result

    return lie


def assert_ok(answer: ChainAnswer, log: MemoryLog) -> None:
    assert answer.state == "ok"
    assert answer.latest is not None
    assert (answer.latest.size, answer.latest.root) == (log.size(), log.root_at(log.size()))


def test_an_endpoint_that_takes_no_block_hashes_is_asked_by_number(
    chain: Chain, log: MemoryLog, lying: Liars
) -> None:
    old = lying(by_number=True)
    assert_ok(chain.endpoints(old.url).answer([subject("a")]), log)
    assert_ok(chain.endpoints(old.url, chain.node.url, quorum=2).answer([subject("a")]), log)


def test_what_is_read_by_number_counts_only_while_the_block_stays_the_same(
    chain: Chain, log: MemoryLog, lying: Liars
) -> None:
    asked = []

    def replaced(method: str, params: list[object], result: object) -> object:
        if method == "eth_getBlockByNumber" and isinstance(result, dict):
            asked.append(method)
            return {**result, "hash": "0x" + len(asked).to_bytes(32).hex()}
        return result

    assert chain.endpoints(lying(replaced, by_number=True).url).answer([subject("a")]).state == "unreachable"


def test_one_endpoint_answers_for_itself(chain: Chain, log: MemoryLog) -> None:
    answer = chain.endpoints().answer([subject("a")])
    assert_ok(answer, log)
    assert (answer.endpoints, answer.agreed, answer.max_age) == (1, 1, 86_400)
    assert answer.asked == {subject("a")}
    assert answer.recalled == frozenset()


def test_before_the_first_anchor_there_is_none(chain: Chain) -> None:
    answer = chain.endpoints().answer([])
    assert answer.state == "ok"
    assert answer.latest is None
    assert chain.endpoints().newest_final() is None


def test_a_quorum_agrees_though_one_endpoint_is_gone(chain: Chain, log: MemoryLog, lying: Liars) -> None:
    answer = chain.endpoints(chain.node.url, GONE, lying().url, quorum=2).answer([])
    assert_ok(answer, log)
    assert (answer.endpoints, answer.agreed) == (3, 2)


def test_fewer_than_the_quorum_is_unreachable(chain: Chain, log: MemoryLog) -> None:
    answer = chain.endpoints(chain.node.url, GONE, quorum=2).answer([subject("a")])
    assert (answer.state, answer.latest, answer.agreed) == ("unreachable", None, 0)
    assert answer.asked == {subject("a")}


def test_the_same_endpoint_named_twice_counts_once(chain: Chain, log: MemoryLog) -> None:
    answer = chain.endpoints(chain.node.url, chain.node.url, quorum=2).answer([])
    assert answer.state == "unreachable"


def test_no_endpoint_at_all_is_unreachable(chain: Chain) -> None:
    assert chain.endpoints(GONE).answer([]).state == "unreachable"


def test_a_contradiction_about_one_block_is_disputed_whatever_the_majority(
    chain: Chain, log: MemoryLog, lying: Liars
) -> None:
    endpoints = chain.endpoints(chain.node.url, lying().url, lying(other_latest).url, quorum=2)
    answer = endpoints.answer([])
    assert (answer.state, answer.latest) == ("disputed", None)
    with pytest.raises(ChainError) as caught:
        endpoints.newest_final()
    assert caught.value.code == "chain.disputed"


def test_a_contradiction_about_recalls_is_disputed(chain: Chain, log: MemoryLog, lying: Liars) -> None:
    def hide(method: str, params: list[object], result: object) -> object:
        if (
            method == "eth_call"
            and isinstance(result, str)
            and len(result) == 2 + 3 * 64
            and result.endswith("1")
        ):
            return result[:-1] + "0"
        return result

    chain.send(contract.add_recaller(chain.log_id, chain.key.address))
    chain.send(contract.recall(subject("a"), subject("why")))
    assert chain.endpoints().answer([subject("a")]).recalled == {subject("a")}
    answer = chain.endpoints(chain.node.url, lying(hide).url).answer([subject("a")])
    assert answer.state == "disputed"


def test_another_chain_does_not_count(chain: Chain, log: MemoryLog, lying: Liars, tmp_path: Path) -> None:
    foreign = lying(lambda method, params, result: "0x1" if method == "eth_chainId" else result)
    assert chain.endpoints(foreign.url).answer([]).state == "unreachable"
    with pytest.raises(ChainError) as caught:
        chain.endpoints(foreign.url).head()
    assert caught.value.code == "chain.wrong_chain"
    assert_ok(chain.endpoints(foreign.url, chain.node.url).answer([]), log)
    with LocalNode(tmp_path / "other.json", chain_id=5) as other:
        assert chain.endpoints(other.url).answer([]).state == "unreachable"


def test_an_endpoint_that_is_behind_is_waited_for(chain: Chain, log: MemoryLog, lying: Liars) -> None:
    late = lying(behind(1)).url
    log.entry("b")
    log.submit_snapshot()
    chain.anchor(log)
    assert_ok(chain.endpoints(chain.node.url, lying().url, late, quorum=2, finality="0").answer([]), log)
    older = chain.endpoints(chain.node.url, lying().url, late, quorum=3, finality="0").answer([])
    assert older.latest is not None
    assert (older.latest.size, older.agreed) == (2, 3)


@pytest.mark.parametrize("quorum", [1, 2])
def test_an_endpoint_that_is_ahead_and_then_fails_does_not_silence_the_others(
    chain: Chain, log: MemoryLog, lying: Liars, quorum: int
) -> None:
    def ahead(method: str, params: list[object], result: object) -> object:
        if method == "eth_getBlockByNumber" and isinstance(result, dict):
            return {**result, "number": hex(int(result["number"], 16) + 5)}
        return None if method == "eth_call" else result

    urls = (lying(ahead).url, lying(ahead).url, chain.node.url, lying().url)
    answer = chain.endpoints(*urls, quorum=quorum).answer([])
    assert_ok(answer, log)
    assert (answer.endpoints, answer.agreed) == (4, 2)


RUBBISH = [
    b"",
    b"<html>502</html>",
    b"{}",
    b"[]",
    b"null",
    b'{"jsonrpc":"2.0","id":-1,"result":"0x1"}',
    b"\xff\xfe",
    b"[" * 9999,
]


@pytest.mark.parametrize("body", RUBBISH)
def test_an_endpoint_that_answers_rubbish_does_not_count(
    chain: Chain, log: MemoryLog, lying: Liars, body: bytes
) -> None:
    bad = lying(broken=body).url
    assert chain.endpoints(bad).answer([]).state == "unreachable"
    assert_ok(chain.endpoints(bad, chain.node.url).answer([]), log)


@pytest.mark.parametrize("value", [None, 5, "0x", "x", [], {}, "0x" + "f" * 99, "0x" + "00" * 31])
def test_odd_values_anywhere_never_raise(chain: Chain, log: MemoryLog, lying: Liars, value: object) -> None:
    for method in ("eth_chainId", "eth_getBlockByNumber", "eth_call"):
        bad = lying(lambda name, params, result, m=method: value if name == m else result).url
        assert chain.endpoints(bad).answer([subject("a")]).state == "unreachable"


def test_an_endpoint_that_hangs_is_not_waited_for(chain: Chain, log: MemoryLog, lying: Liars) -> None:
    slow = lying(delay=1.0).url
    assert_ok(chain.endpoints(slow, chain.node.url, timeout=0.2).answer([]), log)


def test_an_address_without_our_contract_is_unreachable(chain: Chain) -> None:
    empty = Endpoints(
        [chain.node.url], chain.place.chain_id, "0x" + "77" * 20, chain.log_id, finality="latest"
    )
    assert empty.answer([]).state == "unreachable"


def test_anchors_count_so_many_blocks_deep_and_marks_at_once(chain: Chain, log: MemoryLog) -> None:
    deep = chain.endpoints(finality="3")
    assert deep.answer([]).latest is None
    chain.send(contract.add_recaller(chain.log_id, chain.key.address))
    chain.send(contract.recall(subject("a"), subject("why")))
    answer = deep.answer([subject("a")])
    assert answer.latest is None
    assert answer.recalled == {subject("a")}
    chain.mine(1)
    answer = deep.answer([subject("a")])
    assert_ok(answer, log)
    assert answer.block == chain.rpc.quantity("eth_blockNumber") - 3


@pytest.mark.parametrize("finality", ["safe", "finalized", "latest", "0"])
def test_every_finality_is_understood(chain: Chain, log: MemoryLog, finality: str) -> None:
    assert_ok(chain.endpoints(finality=finality).answer([]), log)


@pytest.mark.parametrize("finality", ["", "pending", "-1", "١"])
def test_no_other_finality_is(chain: Chain, finality: str) -> None:
    with pytest.raises(ValueError, match="finality"):
        chain.endpoints(finality=finality)


def test_many_keys_are_asked_in_pieces(chain: Chain, log: MemoryLog, lying: Liars) -> None:
    chain.send(contract.add_recaller(chain.log_id, chain.key.address))
    keys = [subject(str(n)) for n in range(1201)]
    for key in (keys[0], keys[600], keys[1200]):
        chain.send(contract.recall(key, subject("why")))
    endpoint = lying()
    answer = chain.endpoints(endpoint.url).answer(keys)
    assert answer.recalled == {keys[0], keys[600], keys[1200]}
    assert answer.asked == frozenset(keys)
    assert endpoint.asked.count("eth_call") == 2 * (2 + 3)


def test_marks_and_recalls_of_other_chains_count_too() -> None:
    def answer(false_since: int, *recalled: str) -> ChainAnswer:
        keys = frozenset(map(subject, recalled))
        return ChainAnswer("ok", Anchor(1, bytes(32), 5), false_since, False, 60, keys, keys, 9, 1, 1)

    home = answer(0, "a")
    both = with_others(home, [answer(7, "b"), answer(3)])
    assert both.false_since == 3
    assert both.recalled == {subject("a"), subject("b")}
    assert both.latest == home.latest
    assert with_others(home, []) == home
