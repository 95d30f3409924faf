"""`nguon demo`: a page to open, until Ctrl-C; and nothing is left of it afterwards."""

import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.integration.demo.conftest import NGUON, PATIENCE, environment


def _hear_hangups() -> None:
    """As in a terminal: whoever runs the tests under nohup has hangups ignored, and the demo would keep to it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def demo(tmp_path: Path) -> subprocess.Popen[str]:
    """The demo, on any free port."""
    with subprocess.Popen(
        [*NGUON, "demo", "--port", "0"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=_hear_hangups,
    ) as started:
        yield started
        if started.poll() is None:
            started.kill()


def read_until(demo: subprocess.Popen[str], word: str) -> str:
    said = ""
    assert demo.stdout is not None
    for line in demo.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"the demo ended without saying {word!r}:\n{said}")


def is_answered(url: str) -> bool:
    try:
        httpx.get(url, timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP])
def test_it_serves_its_links_until_it_is_told_to_stop(
    demo: subprocess.Popen[str], tmp_path: Path, ending: signal.Signals
) -> None:
    said = read_until(demo, "Ctrl-C")
    base = re.search(r"Open (http://127\.0\.0\.1:\d+)", said)
    rpc = re.search(r"chain at (http://127\.0\.0\.1:\d+)", said)
    assert base
    assert rpc
    links = re.findall(r"http://127\.0\.0\.1:\d+/01/\S+", said)
    assert len(links) == 13
    page = httpx.get(links[0], headers={"Accept": "text/html"}, timeout=30, trust_env=False)
    assert 'data-verdict="verified"' in page.text
    assert links[0].partition("/01/")[2] in httpx.get(base[1], timeout=30, trust_env=False).text

    demo.send_signal(ending)

    assert demo.wait(PATIENCE) == 0
    assert not is_answered(base[1])
    assert not is_answered(rpc[1])
    assert list(tmp_path.iterdir()) == []
