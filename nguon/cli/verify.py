"""`nguon verify`: codes and bundles to verdicts. With `--trust` and bundles, no database, no server, no framework."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.errors import LedgerError
from nguon.cli.output import Json, emit

if TYPE_CHECKING:
    from ledger.proof.trustfile import TrustFile
    from ledger.proof.verdict import Reason
    from ledger.proof.verification import Verification
    from nguon.wiring import Deployment


def verify(
    inputs: Annotated[
        list[str], typer.Argument(metavar="CODE|BUNDLE…", help="Codes as scanned, or bundle files.")
    ],
    as_json: Json = False,
    trust: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Trust file; by default this deployment's own.")
    ] = None,
    rpc: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Ask these endpoints, not the trust file's; repeatable."),
    ] = None,
    now: Annotated[
        str | None, typer.Option(metavar="TIME", help="Judge as of this time (RFC 3339), not the clock's.")
    ] = None,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline", help="Only the signature on the label (GS1 AI 8030), with --keys and --trust."
        ),
    ] = False,
    keys: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="For --offline: the key statements, from /api/v1/keys."),
    ] = None,
) -> None:
    """Check codes and proof bundles: one line each.

    Exit status 0 when all are verified, 1 when any is not, 2 for usage or I/O. Offline there is no verdict: 0 when
    every signature holds. That says that no label is forged, never that none was copied.
    """
    if offline:
        from nguon.cli.offline import check_offline

        if keys is None or trust is None:
            raise typer.BadParameter("--offline needs --keys and --trust")
        raise typer.Exit(0 if check_offline(inputs, keys, trust, as_json=as_json) else 1)
    moment = _moment(now)
    all_verified = True
    with ExitStack() as stack:
        judges = _Judges(trust, tuple(rpc or ()), moment, stack)
        for given in inputs:
            found = judges.judge(given)
            if found is None:
                value: dict[str, object] = {"input": given, "verdict": None, "reasons": [_no_lot()]}
                emit(value, as_json=as_json, text=f"{'-':<18} {given}  code.no_lot")
                all_verified = False
                continue
            all_verified = all_verified and found.verdict.value == "verified"
            value = {
                "input": given,
                "verdict": found.verdict.value,
                "reasons": [_reason(r) for r in found.reasons],
            }
            codes = " ".join(reason.code for reason in found.reasons)
            emit(value, as_json=as_json, text=f"{found.verdict.value:<18} {given}  {codes}".rstrip())
    raise typer.Exit(0 if all_verified else 1)


class _Judges:
    """Opens what an input needs when the first one needs it."""

    def __init__(
        self, trust: Path | None, rpcs: tuple[str, ...], now: datetime | None, stack: ExitStack
    ) -> None:
        self._path, self._rpcs, self._now, self._stack = trust, rpcs, now, stack
        self._trust: TrustFile | None = None
        self._deployment: Deployment | None = None
        self._bundle_judge: Callable[[bytes], Verification] | None = None
        self._code_judge: Callable[[str], Verification | None] | None = None

    def judge(self, given: str) -> "Verification | None":
        """The verification of a bundle file or code; None for a code without a lot, which gets no verdict."""
        if _is_code(given):
            return self._code(given)
        data = Path(given).read_bytes()
        if self._bundle_judge is None:
            self._bundle_judge = self._open_bundle_judge()
        return self._bundle_judge(data)

    def _open_bundle_judge(self) -> Callable[[bytes], "Verification"]:
        from ledger.proof import bundle as bundles
        from ledger.proof.verify import recall_keys
        from ledger.proof.verify import verify as verify_bundle
        from nguon.asking import TrustedChain

        trust = self._trust_file()
        chain = TrustedChain(trust, self._rpcs)
        self._stack.callback(chain.close)

        def judge(data: bytes) -> "Verification":
            try:
                keys = recall_keys(bundles.parse(data))
            except LedgerError:
                keys = []
            return verify_bundle(data, trust, chain.answer(keys), self._now or datetime.now(UTC))

        return judge

    def _code(self, code: str) -> "Verification | None":
        malformed = self._malformed(code)
        if malformed is not None:
            return malformed
        if self._code_judge is None:
            verifier = self._deployed().verifier_for(self._trust_file(), self._rpcs, self._now)
            self._code_judge = lambda code: verifier.check(code).verification
        return self._code_judge(code)

    def _malformed(self, code: str) -> "Verification | None":
        """The verdict on what is no code of ours, which needs the origin's host only."""
        from ledger.errors import Gs1Error
        from ledger.proof.chain import ChainAnswer
        from ledger.proof.target import host_of, parse_code
        from ledger.proof.verdict import Reason, Verdict
        from ledger.proof.verification import Verification

        try:
            parse_code(code, host_of(self._origin()))
        except Gs1Error as error:
            nobody = ChainAnswer("unreachable", None, 0, False, 0, frozenset(), frozenset(), None, 0, 0)
            reason = Reason(error.code, Verdict.MALFORMED, error.message, dict(error.params))
            return Verification(Verdict.MALFORMED, (reason,), None, nobody)
        return None

    def _origin(self) -> str:
        if self._path is not None:
            return self._trust_file().origin
        from nguon.settings import Settings

        return Settings().origin

    def _trust_file(self) -> "TrustFile":
        if self._trust is None:
            if self._path is not None:
                from ledger.proof.trustfile import parse

                self._trust = parse(self._path.read_bytes())
            else:
                self._trust = self._deployed().trust
        return self._trust

    def _deployed(self) -> "Deployment":
        """This deployment, opened once."""
        if self._deployment is None:
            from ledger.errors import StoreError
            from nguon.settings import Settings
            from nguon.wiring import Deployment

            settings = Settings()
            if not settings.database_url and not (settings.data_dir / "nguon.db").exists():
                raise StoreError(
                    f"There is no log in {settings.data_dir}: give a bundle and --trust, or set NGUON_DATA_DIR.",
                    code="store.missing",
                )
            self._deployment = self._stack.enter_context(Deployment.from_environment())
        return self._deployment


def _is_code(given: str) -> bool:
    """Whether an input is a code: it names no file, nor is it written like a file's path."""
    if given.lower().startswith(("http://", "https://")):
        return True
    try:
        there = Path(given).exists()
    except (OSError, ValueError):  # longer than a path can be, or with a zero byte
        return True
    return not there and not given.endswith(".json") and not given.startswith(("/", "./", "../"))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no time in RFC 3339", param_hint="--now") from error
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text} lacks its offset, such as Z or +07:00", param_hint="--now")
    return moment


def _reason(reason: "Reason") -> dict[str, object]:
    return {name: _plain(value) for name, value in reason.to_json().items()}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _no_lot() -> dict[str, object]:
    return {"code": "code.no_lot", "verdict": None, "detail": "The code names a product, and no lot of it."}
