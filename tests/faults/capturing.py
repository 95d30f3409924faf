"""A process that captures without end, to be killed.

It sends `(index, eventID)` of each event once it is acknowledged. Events are derived from (run, thread, number), and
every event is sent twice, so that what is recorded and not acknowledged is sent again.
"""

import threading
from multiprocessing.connection import Connection
from pathlib import Path

from ledger.store.database import open_engine
from ledger.store.writer import Writer
from tests.ledgerkit import COOP, Kit, Ledger, document, event_id, harvest, lot

THREADS = 4
READY = (-1, "ready")


def main(url: str, directory: str, run: int, acknowledged: Connection) -> None:
    """Capture from several threads, and take snapshots meanwhile."""
    ledger = Ledger(open_engine(url), Path(directory))
    with Writer(ledger.appender()) as writer:
        kit = Kit(ledger, writer)
        sending = threading.Lock()

        def acknowledge(index: int, name: str) -> None:
            with sending:
                acknowledged.send((index, name))

        def send(thread: int) -> None:
            for number in range(1, 1 << 24):
                packs = [{"epcClass": lot(f"L{thread}"), "quantity": number}]
                name = event_id(run << 32 | thread << 24 | number, space=7)
                event = document(harvest(eventID=name, quantityList=packs))
                for _ in range(2):
                    result = kit.capture.document(event, org=COOP)
                acknowledge(result.receipts[0].index, result.event_ids[0])

        acknowledge(*READY)
        threads = [threading.Thread(target=send, args=(thread,)) for thread in range(THREADS)]
        for started in threads:
            started.start()
        while all(started.is_alive() for started in threads):
            writer.submit_snapshot().result()
            threads[0].join(0.05)
        raise SystemExit("a sender died")
