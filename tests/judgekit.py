"""The verifier in TypeScript, asked what Python's is asked: `scanner_web/tools/judge.ts`, one process, many cases."""

import base64
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from queue import Queue
from threading import Thread
from typing import Any, Self

from ledger.proof.chain import ChainAnswer
from ledger.proof.target import Target
from ledger.proof.trustfile import TrustFile
from ledger.proof.verdict import Reason
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from ledger.proof.word import heed
from tests.programs import NODE, program

AHEAD = 64
"""Cases that are under way at once."""

Judged = dict[str, Any]
"""`verdict`, `reasons` and `tem`, as JSON."""


@dataclass(frozen=True)
class Case:
    """What a verifier is asked.

    Attributes:
        word: what the operator says of the tem.
    """

    bundle: bytes
    trust: TrustFile
    chain: ChainAnswer
    now: datetime
    expect: Target | None = None
    word: tuple[Reason, ...] = ()

    def by_python(self) -> Judged:
        found = verify(self.bundle, self.trust, self.chain, self.now, expect=self.expect)
        return judged(heed(found, self.word))

    def to_json(self) -> dict[str, Any]:
        """As `judge.ts` reads it."""
        latest, expect = self.chain.latest, self.expect
        return {
            "bundle": base64.b64encode(self.bundle).decode(),
            "trust": json.dumps(self.trust.to_json()),
            "chain": {
                "state": self.chain.state,
                "latest": latest and {"size": latest.size, "root": latest.root.hex(), "time": latest.time},
                "falseSince": self.chain.false_since,
                "retired": self.chain.retired,
                "maxAge": self.chain.max_age,
                "recalled": [key.hex() for key in self.chain.recalled],
                "asked": [key.hex() for key in self.chain.asked],
            },
            "now": self.now.isoformat(timespec="milliseconds"),
            "expect": expect and {"gtin": expect.gtin, "lot": expect.lot, "serial": expect.serial},
            "word": reasons_json(self.word),
        }


def judged(found: Verification) -> Judged:
    """A verification as the other verifier would say it: verdict, reasons in their order, where the tem was found."""
    reasons = reasons_json(found.reasons)
    tem = None if found.tem is None else asdict(found.tem)
    return {"verdict": found.verdict.value, "reasons": reasons, "tem": tem and _hex(tem)}


def reasons_json(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons as JSON."""
    return [
        {"code": reason.code, "verdict": reason.verdict.value, "params": _plain(dict(reason.params))}
        for reason in reasons
    ]


def _hex(value: Any) -> Any:
    """Bytes as hex."""
    if isinstance(value, Mapping):
        return {name: _hex(member) for name, member in value.items()}
    return value.hex() if isinstance(value, bytes) else value


def _plain(params: dict[str, object]) -> dict[str, Any]:
    """Params as they come back from JSON, where infinity is null."""
    text = json.dumps(params, default=list)
    value: dict[str, Any] = json.loads(text, parse_constant=lambda _: None)
    return value


class Judge:
    """The verifier in TypeScript, running."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [str(NODE), str(program("judge"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def ask(self, case: Case) -> Judged:
        return next(iter(self.ask_all([case])))

    def ask_all(self, cases: Iterable[Case]) -> Iterator[Judged]:
        """The answers in order; cases are made and asked while earlier ones are judged."""
        return self.answers(case.to_json() for case in cases)

    def answers(self, questions: Iterable[Mapping[str, Any]]) -> Iterator[Judged]:
        """The answers to anything that `judge.ts` may be asked, in order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        stdin = self._process.stdin
        asked: Queue[bool] = Queue(AHEAD)
        """True for every case asked, and then False."""

        def feed() -> None:
            try:
                for question in questions:
                    stdin.write(json.dumps(question) + "\n")
                    stdin.flush()
                    asked.put(True)
            finally:
                asked.put(False)

        thread = Thread(target=feed, daemon=True)
        thread.start()
        while asked.get():
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError("the judge has ended")
            value: Judged = json.loads(line)
            yield value
        thread.join()
