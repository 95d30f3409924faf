"""`nguon demo`: one lot, from field to scan, on this machine alone.

samples      the herb and rice scenarios, dated so that the last event is yesterday
story        what is recorded, in order
rows         a code for every verdict, scanned through the running service, and checked again without it
stage        a folder, a deployment with its own test chain, the service in a thread
performance  the three ways to see it: stay up, once, tamper
tampering    six lies (`altering`: the database; `liars`, `lies`: the chain), each caught
"""

from pathlib import Path


def run(*, port: int, once: bool, as_json: bool, keep: Path | None, tamper: bool) -> int:
    """Show the demo.

    Args:
        port: of the service on 127.0.0.1; 0 takes any free one.
        once: end after the verdicts.
        as_json: print one JSON object, and no words.
        keep: a folder, new or empty, that everything stays in.
        tamper: show lies being caught, instead of the table.

    Returns:
        The exit status: 0 when each verdict came out as it must, and every lie was caught; 1 when not; 2 when the
        port is taken, or the folder is not empty.
    """
    from nguon.demo.performance import Performance

    return Performance(port=port, as_json=as_json, keep=keep).run(once=once, tamper=tamper)
