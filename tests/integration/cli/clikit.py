"""Runs the command line as a person does, with settings from the environment; in this process, to be quick, or in
one of its own."""

import io
import json
import logging
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nguon.cli import main

ROOT = Path(__file__).resolve().parents[3]
GROWER = "https://id.gs1.org/417/9521001000017"
LAB = "https://id.gs1.org/417/9521090000028"
PRODUCT = "https://id.gs1.org/01/09521001000055"
PLACE = "https://id.gs1.org/414/9521001000024"


@dataclass
class Ran:
    """A finished run."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects that it printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def value(self) -> dict[str, Any]:
        (only,) = self.lines
        return only


@dataclass
class Cli:
    """The command `nguon` over one data directory."""

    data: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NGUON_")}
        return {
            **kept,
            "NGUON_DATA_DIR": str(self.data),
            "NGUON_ANCHOR_MAX_SECONDS": "1",
            "PYTHONPATH": str(ROOT),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "nguon", *arguments]

    def run(self, *arguments: str, expect: int = 0, **environment: str) -> Ran:
        """A run in this process."""
        out, err = io.StringIO(), io.StringIO()
        before, argv = dict(os.environ), sys.argv
        handlers = logging.getLogger().handlers[:]
        os.environ.clear()
        os.environ.update({**self.environment, **environment})
        sys.argv = ["nguon", *arguments]
        status: object = 0
        try:
            with redirect_stdout(out), redirect_stderr(err):
                main()
        except SystemExit as stop:
            status = stop.code or 0
        finally:
            sys.argv = argv
            os.environ.clear()
            os.environ.update(before)
            logging.getLogger().handlers[:] = handlers
        assert status == expect, f"{arguments}: {status}\n{out.getvalue()}\n{err.getvalue()}"
        return Ran(expect, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, expect: int = 0) -> Ran:
        """A run in a process of its own."""
        found = subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert found.returncode == expect, f"{arguments}: {found.returncode}\n{found.stdout}\n{found.stderr}"
        return Ran(found.returncode, found.stdout, found.stderr)

    def json(self, *arguments: str, expect: int = 0) -> Ran:
        return self.run(*arguments, "--json", expect=expect)


def code(lot: str, serial: str | None = None) -> str:
    return f"https://nguon.localhost/01/09521001000055/10/{lot}" + (f"/21/{serial}" if serial else "")


def birth(lot: str, quantity: int = 50) -> dict[str, Any]:
    moment = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    return {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"cbvmda": "urn:epcglobal:cbv:mda:"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": moment,
        "epcisBody": {
            "eventList": [
                {
                    "type": "ObjectEvent",
                    "eventID": f"urn:uuid:00000000-0000-4000-8000-{abs(hash(lot)) % 10**12:012}",
                    "eventTime": moment,
                    "eventTimeZoneOffset": "+00:00",
                    "action": "ADD",
                    "bizStep": "commissioning",
                    "quantityList": [{"epcClass": f"{PRODUCT}/10/{lot}", "quantity": quantity}],
                    "readPoint": {"id": PLACE},
                    "ilmd": {"cbvmda:lotNumber": lot},
                }
            ]
        },
    }
