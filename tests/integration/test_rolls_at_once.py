"""Whoever issues at the same time, and in however many processes: together no more tem than the lot holds."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from threading import Barrier

import pytest

from coop.accounts.actions import add_organisation
from ledger.encoding import canonical_json
from ledger.errors import RuleError
from nguon.settings import Settings
from nguon.wiring import Deployment

ORG = "https://id.gs1.org/417/9521001000017"
GTIN, PRODUCT = "09521001000055", "https://id.gs1.org/01/09521001000055"
PLACE = "https://id.gs1.org/414/9521001000024"


def found(deployment: Deployment, packs: int) -> None:
    """An organisation and a lot of so many packs."""
    add_organisation(deployment.accounts, ORG, "HTX Mẫu", deployment.clock())
    deployment.host_key(ORG, stems=["https://id.gs1.org/01/0952100100", PLACE])
    born = (deployment.clock() - timedelta(hours=1)).isoformat(timespec="seconds")
    event = {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"cbvmda": "urn:epcglobal:cbv:mda:"},
        ],
        "type": "ObjectEvent",
        "eventTime": born,
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [{"epcClass": f"{PRODUCT}/10/L1", "quantity": packs}],
        "readPoint": {"id": PLACE},
        "ilmd": {"cbvmda:lotNumber": "L1"},
    }
    deployment.capture.document(canonical_json(event), org=ORG)


@pytest.fixture
def two(database_url: str, tmp_path: Path) -> Iterator[tuple[Deployment, Deployment]]:
    """Two deployments on one database, as two processes have it: each has its own writer and its own locks."""
    if database_url.startswith("sqlite"):
        pytest.skip("one process at a time writes an embedded database; see the test with two processes")
    with ExitStack() as stack:
        first = stack.enter_context(
            Deployment.open(Settings(data_dir=tmp_path / "a", database_url=database_url))
        )
        assert first.keys.tem()
        (tmp_path / "b").mkdir()
        for path in (tmp_path / "a").glob("*.key"):
            copyfile(path, tmp_path / "b" / path.name)
        found(first, 100)
        copyfile(tmp_path / "a" / "checkpoint", tmp_path / "b" / "checkpoint")
        second = stack.enter_context(
            Deployment.open(Settings(data_dir=tmp_path / "b", database_url=database_url))
        )
        yield first, second


def test_two_processes_at_one_database_never_exceed_the_balance_together(
    two: tuple[Deployment, Deployment],
) -> None:
    barrier = Barrier(4)

    def issue(deployment: Deployment) -> int:
        barrier.wait()
        issued = 0
        for _ in range(4):
            with suppress(RuleError):
                issued += deployment.issuing.issue_roll(GTIN, "L1", 15, ORG).count
        return issued

    for deployment in two:
        assert deployment.issuing.balance(GTIN, "L1").left == 100
    with ThreadPoolExecutor(4) as pool:
        issued = sum(pool.map(issue, [*two, *two]))
    assert issued == 90
    for deployment in two:
        assert deployment.issuing.balance(GTIN, "L1").left == 10


def test_without_the_log_s_own_check_they_would_exceed_it(
    two: tuple[Deployment, Deployment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.staging.Staging._check_heads", lambda self, draft: None)
    barrier = Barrier(2)
    for deployment in two:
        real = deployment.issuing._record

        def together(*sent: object, real=real) -> object:  # type: ignore[no-untyped-def]
            barrier.wait()  # both have found room for themselves, neither has recorded
            return real(*sent)

        monkeypatch.setattr(deployment.issuing, "_record", together)
    with ThreadPoolExecutor(2) as pool:
        rolls = list(pool.map(lambda one: one.issuing.issue_roll(GTIN, "L1", 80, ORG), two))
    assert sum(roll.count for roll in rolls) == 160


def test_two_processes_at_an_embedded_database_never_exceed_the_balance_together(tmp_path: Path) -> None:
    with Deployment.open(Settings(data_dir=tmp_path)) as deployment:
        found(deployment, 100)
    command = [sys.executable, "-m", "nguon", "tem", "issue", GTIN, "L1", "60", "--json"]
    environment = {"NGUON_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ends = [process.communicate(timeout=120) for process in running]
    assert sorted(process.returncode for process in running) == [0, 2], ends
    refused = next(err for process, (_, err) in zip(running, ends, strict=True) if process.returncode)
    assert "[store.locked]" in refused or "[balance.exceeded]" in refused
    with Deployment.open(Settings(data_dir=tmp_path)) as deployment:
        assert deployment.issuing.balance(GTIN, "L1").issued == 60
