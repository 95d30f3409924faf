"""The process between us and the local node. Standard library only; started by path, never imported.

    supervisor.py STATE PARENT_PID LOCK_FD COMMAND…

It runs COMMAND and ends it when its own standard input closes or its parent is gone. Both happen however
the parent dies, also by SIGKILL, so no node lingers. It ends the node with SIGINT, which makes the node
write its state, and waits for that. It holds the lock on STATE that it inherited for as long as the node
lives: a successor can never read a state that is still being written.

The node rewrites STATE in place, so a power cut can leave half a file. Every version that is whole is
therefore kept a second time, as STATE.backup, by an atomic rename.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

TICK = 0.5
BACKUP_TICKS = 6
GRACE = 15.0


def main(state: Path, parent: int, command: list[str], lock: int) -> int:
    """Run the command until it ends or our parent does; the exit code is the command's."""
    stop_read, stop_write = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(stop_write, b"x"))
    node = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(lock,), start_new_session=True)
    kept = b""
    ticks = 0
    while node.poll() is None and os.getppid() == parent:
        readable, _, _ = select.select([0, stop_read], [], [], TICK)
        if readable:
            break
        ticks += 1
        if ticks % BACKUP_TICKS == 0:
            kept = back_up(state, kept)
    if node.poll() is None:
        node.send_signal(signal.SIGINT)
        try:
            node.wait(GRACE)
        except subprocess.TimeoutExpired:
            node.kill()
            node.wait()
    back_up(state, kept)
    return node.returncode


def back_up(state: Path, kept: bytes) -> bytes:
    """Keep a second copy of the state, if it is whole and new; returns what is kept."""
    try:
        data = state.read_bytes()
    except OSError:
        return kept
    if data == kept:
        return kept
    try:
        json.loads(data)
    except ValueError:
        return kept
    fresh = state.with_name(state.name + ".backup.new")
    with contextlib.suppress(OSError):
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(state.with_name(state.name + ".backup"))
        return data
    return kept


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[4:], int(sys.argv[3])))
