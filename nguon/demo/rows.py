"""The table: a code for every verdict that the demo can show, asked of the running service and of a saved bundle."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx

from ledger.errors import StoreError
from ledger.proof.verdict import Verdict
from nguon.demo import story
from nguon.demo.story import Day

HOST = "nguon.localhost"
_SHOWN = re.compile(r'data-verdict="([a-z_]+)"')
VERIFY_TIMEOUT = 60.0


@dataclass(frozen=True)
class Row:
    """A code to scan.

    Attributes:
        name: what it is; its place in the catalogue.
        code: as a phone reads it.
        expected: the verdict it must get.
        size: an older size of the log to ask at; None: the newest anchor.
    """

    name: str
    code: str
    expected: Verdict
    size: int | None = None

    def url(self, base: str) -> str:
        """Where its page is on the demo's own service."""
        parts = urlsplit(self.code)
        if parts.netloc != HOST:
            return f"{base}/verify?{urlencode({'code': self.code})}"
        return f"{base}{parts.path}" + (f"?size={self.size}" if self.size is not None else "")


@dataclass(frozen=True)
class Result:
    """What became of a row.

    Attributes:
        verdict, reasons: as the service answered.
        bundle: the proof that it offered, saved; None where there is none.
        shown: the verdict on its page.
        offline: the verdict of `nguon verify --trust` on the bundle alone; None where there is none.
    """

    row: Row
    verdict: str
    reasons: Sequence[Mapping[str, object]]
    bundle: Path | None
    url: str
    shown: str
    offline: str | None = None

    @property
    def is_right(self) -> bool:
        """All that looked at it came to the verdict that it must get."""
        seen = {self.verdict, self.shown, *([] if self.bundle is None else [self.offline])}
        return seen == {self.row.expected.value}

    def to_json(self) -> dict[str, object]:
        """The row as programs read it."""
        return {
            "code": self.row.code,
            "verdict": self.verdict,
            "reasons": [dict(reason) for reason in self.reasons],
            "bundle": None if self.bundle is None else str(self.bundle),
            "url": self.url,
        }


def rows(day: Day) -> tuple[Row, ...]:
    """The codes of a day, good news first."""
    good = day.serials[0]
    forged = day.serials[1][:-1] + ("0" if day.serials[1][-1] != "0" else "1")
    return (
        Row("verified", _code(story.RICE, story.RICE_LOT, good), Verdict.VERIFIED),
        Row("released", _code(story.TEA, story.TEA_LOT, "7K004Q51"), Verdict.VERIFIED),
        Row("repacked", _code(*story.REPACKED), Verdict.VERIFIED),
        Row("stale", _code(story.RICE, story.RICE_LOT, good), Verdict.STALE, day.first_anchor),
        Row("recorded", _code(story.RICE, story.RECORDED), Verdict.RECORDED),
        Row("incomplete", _code(story.RICE, story.WITHHELD), Verdict.INCOMPLETE),
        Row("expired", _code(story.RICE, story.EXPIRED), Verdict.EXPIRED),
        Row("recalled", _code(story.TEA, story.TEA_LOT, "7K001Q37"), Verdict.RECALLED),
        Row("recalled_ancestor", _code(story.TEA, story.RECALLED_TEA), Verdict.RECALLED),
        Row("unknown_tem", _code(story.RICE, story.RICE_LOT, forged), Verdict.UNKNOWN),
        Row("unknown_lot", _code(story.RICE, "NHC269999"), Verdict.UNKNOWN),
        Row("tampered", _code(story.RICE, story.ALTERED), Verdict.TAMPERED),
        Row("malformed_digit", _code(story.RICE[:-1] + "6", story.RICE_LOT), Verdict.MALFORMED),
        Row(
            "malformed_host",
            f"https://tem.example/01/{story.RICE}/10/{story.RICE_LOT}/21/{good}",
            Verdict.MALFORMED,
        ),
    )


def _code(gtin: str, lot: str, serial: str | None = None) -> str:
    return f"https://{HOST}/01/{gtin}/10/{lot}" + (f"/21/{serial}" if serial else "")


class Desk:
    """Asks the running service about codes, as any phone or program would, and keeps the proofs it offers."""

    def __init__(self, base: str, bundles: Path) -> None:
        self._base, self._bundles = base, bundles
        self._client = httpx.Client(base_url=base, timeout=30.0, trust_env=False)

    def __enter__(self) -> "Desk":
        self._bundles.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def verdict(self, code: str) -> tuple[str, str]:
        """Verdict and reasons of a code, in short."""
        answer = self._ask(code, None)
        return str(answer["verdict"]), " ".join(str(reason["code"]) for reason in answer["reasons"])

    def scan(self, row: Row) -> Result:
        """A row, asked through the API and opened as a page."""
        answer = self._ask(row.code, row.size)
        url = row.url(self._base)
        page = self._client.get(url, headers={"Accept": "text/html", "Sec-Purpose": "prefetch"}).text
        shown = _SHOWN.search(page)
        return Result(
            row=row,
            verdict=str(answer["verdict"]),
            reasons=answer["reasons"],
            bundle=self._save(row, answer.get("proof")),
            url=url,
            shown=shown[1] if shown else "",
        )

    def trust(self) -> bytes:
        """The trust file that the service offers."""
        return self._get("/trust.json")

    def _ask(self, code: str, size: int | None) -> dict[str, list[dict[str, object]]]:
        query = {"code": code} | ({} if size is None else {"size": str(size)})
        answer: dict[str, list[dict[str, object]]] = json.loads(
            self._get(f"/api/v1/verify?{urlencode(query)}")
        )
        return answer

    def _save(self, row: Row, proof: object) -> Path | None:
        if not isinstance(proof, str):
            return None
        path = self._bundles / f"{row.name}.json"
        parts = urlsplit(proof)
        path.write_bytes(self._get(f"{parts.path}?{parts.query}"))
        return path

    def _get(self, path: str) -> bytes:
        return self._client.get(path).raise_for_status().content


def verify_offline(results: Sequence[Result], trust: Path, rpc: str) -> dict[Path, str]:
    """Verdict by bundle, from `nguon verify --trust` in a process of its own, without service or database.

    Raises:
        StoreError: it did not come to any verdicts (`demo.verify`).
    """
    paths = [result.bundle for result in results if result.bundle is not None]
    command = [sys.executable, "-m", "nguon", "verify", "--json", "--trust", str(trust), "--rpc", rpc]
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, timeout=VERIFY_TIMEOUT, check=False
    )
    if done.returncode not in (0, 1):
        raise StoreError(f"nguon verify failed: {done.stderr.strip()}", code="demo.verify")
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(one["input"]): one["verdict"] for one in said}
