"""The service: a deployment behind HTTP, and its anchoring loop."""

import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

import api
from api.app import create_app
from api.assets import Assets
from api.checking import trust_bytes, trust_digest
from api.counting import Counts
from api.pages import ChainFacts, Pages, Support, load_catalogues
from api.services import Services
from api.standalone import Template
from coop.limits import Limiter
from ledger.chain.rpc import hexed
from ledger.errors import ChainError, StoreError
from ledger.proof.chain import ChainAnswer
from nguon.settings import Settings
from nguon.wiring import Deployment

log = structlog.get_logger("nguon")
LOCALES = Path(__file__).parent / "locales"


def static_folder() -> Path:
    """The user interface's files: inside the installed package, or in the source tree."""
    packaged = Path(api.__file__).parent / "static"
    return packaged if packaged.is_dir() else Path(api.__file__).parents[1] / "scanner_web" / "ui"


def assets_folder() -> Path:
    """The built scripts: inside the installed package, or in the source tree."""
    packaged = Path(api.__file__).parent / "assets"
    return (
        packaged if packaged.is_dir() else Path(api.__file__).parents[1] / "scanner_web" / "dist" / "assets"
    )


def standalone_template() -> Template | None:
    """The standalone verifier as it was built: inside the installed package, or in the source tree."""
    packaged = Path(api.__file__).parent / "verifier"
    built = Path(api.__file__).parents[1] / "scanner_web" / "dist" / "standalone"
    return Template.read(packaged if packaged.is_dir() else built)


class _ChainDescriber:
    """What is said about the chain; where an anchor is found is looked up once per size."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._found: dict[int, tuple[str | None, int | None]] = {}
        self._lock = threading.Lock()

    def __call__(self, answer: ChainAnswer) -> ChainFacts:
        place = self._deployment.place
        tx, block = self._anchor(answer.latest.size) if answer.latest else (None, None)
        return ChainFacts(
            name=place.name,
            chain_id=place.chain_id,
            contract=place.contract,
            log_id=hexed(place.log_id),
            local=place.local,
            test=place.test,
            anchor_tx=tx,
            anchor_block=block,
        )

    def _anchor(self, size: int) -> tuple[str | None, int | None]:
        with self._lock:
            if size not in self._found:
                hints = self._deployment.anchor_hints(size)
                if not hints:
                    return None, None
                self._found[size] = (hints[-1].tx, hints[-1].block)
            return self._found[size]


def build(deployment: Deployment) -> Services:
    """All that the API needs, started."""
    settings = deployment.settings
    catalogues = load_catalogues(LOCALES)
    trust = deployment.trust
    describe = _ChainDescriber(deployment)
    assets = Assets.read(assets_folder())
    template = standalone_template()
    standalone = template.fill(trust_bytes(trust)) if template else None
    silent = ChainAnswer("unreachable", None, 0, False, 0, frozenset(), frozenset(), None, 0, 0)
    loop = deployment.anchor_loop
    anchor_every = min(settings.anchor_max_seconds, settings.max_age // 2)
    return Services(
        base_url=settings.base_url,
        trust=trust,
        log=deployment.log,
        blobs=deployment.blobs,
        capture=deployment.capture,
        issuing=deployment.issuing,
        lots=deployment.lots,
        tem_to_print=deployment.tem_to_print,
        stock=deployment.stock,
        prover=deployment.prover,
        verifier=deployment.verifier,
        accounts=deployment.engine,
        catalogues=catalogues,
        pages=Pages(
            catalogues,
            trust.origin,
            describe(silent),
            settings.base_url,
            support=Support(settings.support_phone or None, settings.support_email or None),
            docs=settings.api_docs,
            assets=assets,
            trust_digest=trust_digest(trust),
            standalone_digest=standalone.digest if standalone else "",
            anchor_every=anchor_every,
        ),
        chain_facts=describe,
        anchoring=lambda: loop.health if loop is not None else None,
        writer_alive=lambda: deployment.writer.alive,
        clock=deployment.clock,
        anchor_every=anchor_every,
        counts=Counts(deployment.log),
        scans=deployment.scans,
        open_layer=deployment.slots.open,
        reports=deployment.reports,
        often=Limiter(times=60, seconds=3600),
        place_header=settings.place_header,
        examples=lambda lang: _examples(settings.data_dir / "examples.json", lang),
        static=static_folder(),
        assets=assets,
        books=deployment.books,
        people=deployment.people,
        support_phone=settings.support_phone,
        template=template,
        standalone=standalone,
        docs=settings.api_docs,
    )


def _examples(path: Path, lang: str) -> tuple[tuple[str, str], ...]:
    """Links for the first page, `[{"vi": …, "en": …, "path": …}, …]`, where a file names some."""
    try:
        return tuple((str(item[lang]), str(item["path"])) for item in json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        StoreError: the port is taken (`serve.port`).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise StoreError(
            f"Port {port} on {host} is taken, or not ours to take: choose another (NGUON_PORT).",
            code="serve.port",
            port=port,
        ) from error
    listener.listen(2048)
    return listener


class Server(uvicorn.Server):
    """Ends on SIGINT and SIGTERM by returning: uvicorn's own would raise the signal again, and the process would die
    before writer, anchoring and chain are closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def started(settings: Settings) -> Iterator[tuple[Deployment, FastAPI]]:
    """A deployment that anchors, and its application; everything ends in reverse."""
    with Deployment.open(settings) as deployment:
        application = create_app(build(deployment))
        _check_not_behind(deployment)
        with deployment.anchoring(), _warming(deployment):
            yield deployment, application


@contextmanager
def _warming(deployment: Deployment) -> Iterator[None]:
    """Long stories are read ahead, in a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=deployment.lots.warm, args=(stop.is_set,), name="warming")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run(settings: Settings, ready: Callable[[str], None] = lambda _url: None) -> None:
    """Serve until told to stop.

    Args:
        ready: told where, as soon as the service listens.

    Raises:
        StoreError: the port is taken, another process writes this log, or the database is behind what was promised.
        ChainError: the chain is not configured, or the local one does not start.
    """
    with ExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        deployment, application = stack.enter_context(started(settings))
        log.info("serving", url=settings.base_url, origin=settings.origin, size=deployment.log.size())
        ready(settings.base_url)
        config = uvicorn.Config(application, log_config=None, access_log=False, server_header=False)
        Server(config).run(sockets=[listener])
    log.info("stopped")


def _check_not_behind(deployment: Deployment) -> None:
    """A database that is behind the chain refuses to append; a chain that does not answer is no reason to stop."""
    try:
        anchor = deployment.chain.home.newest_final()
    except ChainError as error:
        log.warning("chain does not answer", code=error.code)
        return
    if anchor is not None:
        deployment.writer.assert_not_behind(anchor.size, anchor.root)
