"""Changing what stands in the database: the record of a lot altered, two swapped, an old copy restored."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from ledger.audit import Finding, audit
from ledger.encoding import b64url_decode, b64url_encode
from ledger.errors import LedgerError
from nguon.demo.rows import Desk
from nguon.demo.stage import DATABASE, BehindTheBack
from nguon.demo.telling import Scene
from nguon.settings import Settings
from nguon.wiring import Deployment


@dataclass(frozen=True)
class Victim:
    """A lot whose record is meddled with: its code, and the index of its birth."""

    code: str
    index: int


def altered(statement: str) -> str:
    """The statement with twice as many bags in it; header and signature stay."""
    header, payload, signature = statement.split(".")
    event = orjson.loads(b64url_decode(payload))
    event["outputQuantityList"][0]["quantity"] *= 2
    return f"{header}.{b64url_encode(orjson.dumps(event))}.{signature}"


def alter_a_record(scene: Scene, deployment: Deployment, desk: Desk, victim: Victim) -> None:
    """Change stored bytes behind the service's back."""
    database = BehindTheBack.of(deployment)
    honest = database.statement(victim.index)
    before, _ = desk.verdict(victim.code)
    database.replace(victim.index, altered(honest))
    scene.tell("altered.done", index=victim.index, before=before)
    after, reasons = desk.verdict(victim.code)
    scene.tell("altered.verdict", verdict=after, reasons=reasons)
    named = _findings(deployment)
    scene.tell("altered.fsck", entries=_listed(named))
    database.replace(victim.index, honest)
    healed, _ = desk.verdict(victim.code)
    scene.tell("healed", verdict=healed)
    scene.check(before == healed == "verified")
    scene.caught(
        after == "tampered" and list(named) == [victim.index],
        verdict=after,
        reasons=reasons,
        fsck=_listed(named),
    )


def swap_two_records(scene: Scene, deployment: Deployment, desk: Desk, one: Victim, other: Victim) -> None:
    """Put the signed record of one lot in another's place, and the other way round: both signatures are right."""
    database = BehindTheBack.of(deployment)
    first, second = database.statement(one.index), database.statement(other.index)
    database.replace(one.index, second)
    database.replace(other.index, first)
    scene.tell("swapped.done", one=one.index, other=other.index)
    verdicts = [desk.verdict(victim.code)[0] for victim in (one, other)]
    scene.tell("swapped.verdict", first=verdicts[0], second=verdicts[1], reasons=desk.verdict(one.code)[1])
    named = _findings(deployment)
    scene.tell("altered.fsck", entries=_listed(named))
    database.replace(one.index, first)
    database.replace(other.index, second)
    healed = [desk.verdict(victim.code)[0] for victim in (one, other)]
    scene.tell("healed", verdict=healed[0])
    scene.check(healed == ["verified", "verified"])
    expected = sorted((one.index, other.index))
    scene.caught(
        verdicts == ["tampered", "tampered"] and sorted(named) == expected,
        verdicts=verdicts,
        fsck=_listed(named),
    )


def roll_back(scene: Scene, settings: Settings, copy: Path, size: int) -> None:
    """Start again from an older copy of the database; the deployment that wrote on is closed."""
    BehindTheBack(settings.data_dir / DATABASE).restore(copy)
    scene.tell("rolled_back.done", size=size)
    for teller in ("file", "chain"):
        if teller == "chain":  # the liar goes on, and removes the checkpoint file too
            (settings.data_dir / "checkpoint").unlink()
        code, message = _refusal(settings)
        scene.tell(f"rolled_back.{teller}", code=code, detail=message)
        scene.check(code == "store.behind")
        scene.evidence[teller] = code
    scene.caught(True, size=size)


def _refusal(settings: Settings) -> tuple[str, str]:
    """How a deployment refuses to go on: when it starts to write, or at the first look at the chain."""
    with Deployment.open(settings) as deployment:
        try:
            writer = deployment.writer
            anchor = deployment.chain.home.newest_final()
            if anchor is not None:
                writer.assert_not_behind(anchor.size, anchor.root)
        except LedgerError as error:
            return error.code, error.message
    return "", ""


def _findings(deployment: Deployment) -> dict[int, str]:
    """The entries whose records `nguon fsck` finds wrong: index -> code."""
    found = audit(
        deployment.log,
        origin=deployment.settings.origin,
        vkey=deployment.log_key,
        registrars=[deployment.registrar],
    )
    return {
        int(item.where.rpartition(" ")[2]): item.code
        for item in found
        if isinstance(item, Finding) and item.is_error and item.where.startswith("statement ")
    }


def _listed(named: dict[int, str]) -> str:
    return ", ".join(f"{index} ({code})" for index, code in sorted(named.items()))
