"""The samples in a real log: a browser tells of every lot in them what the service tells, text for text."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ledger.capture import Capture
from ledger.log.note import parse_checkpoint
from ledger.proof import bundle as bundles
from ledger.proof.chain import Anchor, ChainAnswer
from ledger.proof.target import Target
from ledger.proof.verify import recall_keys
from ledger.store.database import open_engine
from nguon.database import upgrade
from tests.ledgerkit import Kit, Ledger, Org
from tests.programs import can_run
from tests.proofkit import prover, trust_of
from tests.storykit import Asked, Scripts, as_printed, as_scripted
from tests.unit.lines.kit import SAMPLES

NOW = datetime(2026, 4, 1, 5, tzinfo=UTC)
LOT = re.compile(r"https://id\.gs1\.org/01/\d{14}/10/[^\"/]+")


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """All lots that the samples' events name, each with its bundle."""
    folder = tmp_path_factory.mktemp("samples")
    url = f"sqlite:///{folder / 'ledger.db'}"
    upgrade(url)
    ledger = Ledger(open_engine(url), folder)
    with ledger.running(admit=False) as writer:
        kit = Kit(ledger, writer)
        _capture(kit)
        size = kit.writer.submit_snapshot().result()
        found = [target for uri in sorted(_lots()) if (target := Target.of_uri(uri))]
        yield [_asked(kit, target, size) for target in found]


def _lots() -> set[str]:
    index = json.loads((SAMPLES / "signers.json").read_bytes())
    bodies = [json.loads((SAMPLES / path).read_bytes())["epcisBody"] for path in index["order"]]
    return set(LOT.findall(json.dumps(bodies)))


def _capture(kit: Kit) -> None:
    index = json.loads((SAMPLES / "signers.json").read_bytes())
    orgs = {
        one["folder"]: Org(one["org"], tuple(one["stems"]), role=one["role"], name=one["folder"])
        for one in index["signers"]
    }
    known = {org.uri: org for org in orgs.values()}
    capture = Capture(
        kit.ledger.log, kit.writer, registrars=kit.ledger.registrars, clock=lambda: NOW, signers=known.get
    )
    capture.statements([org.key_statement(kit.ledger.registrar).raw for org in known.values()], org=None)
    for path in index["order"]:
        capture.document((SAMPLES / path).read_bytes(), org=orgs[path.rpartition("/")[0]].uri)


def _asked(kit: Kit, target: Target, size: int) -> Asked:
    bundle = prover(kit).bundle(target, size)
    checkpoint = parse_checkpoint(bundle.checkpoint.partition("\n\n")[0] + "\n")
    anchor = Anchor(checkpoint.size, checkpoint.root, int(NOW.timestamp()) - 60)
    asked = frozenset(recall_keys(bundle))
    chain = ChainAnswer("ok", anchor, 0, False, 86_400, frozenset(), asked, 6, 1, 1)
    return Asked(bundles.pack(bundle), trust_of(kit), chain, NOW)


def test_every_lot_of_the_samples_is_told_alike(stories: list[Asked]) -> None:
    if not can_run():
        pytest.skip("no node: `make setup`")
    verdicts: set[str] = set()
    loads = 0
    with Scripts() as scripts:
        for story in stories:
            told = scripts.tell(story)
            for lang in ("vi", "en"):
                view = story.view(lang)
                assert told["verdict"] == view.verdict
                assert as_scripted(told[lang]) == as_printed(view)
                loads += len(view.containers)
            verdicts.add(view.verdict)
    assert len(stories) > 20
    assert verdicts >= {"verified", "recalled"}
    assert loads >= 4
