"""Errors as RFC 9457 problem details: the one place where a code meets an HTTP status.

    {"type": "https://w3id.org/nguon/problem/<code>", "title", "status", "detail", "code", "pointer"?,
     "params"?, "violations"?: [{"code", "pointer", "level", "detail"}…], "request"}

`code` is stable. `title` and `detail` are in Vietnamese or English, as the client prefers; English ones
are the error's own words, Vietnamese ones come from the catalogue (`problems.<code>`).
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final, Protocol

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from api.pages.i18n import Catalogues, MissingMessageError, pick_language
from labels.errors import LabelError
from ledger.errors import (
    AuthorityError,
    BundleError,
    ChainError,
    ConflictError,
    EncodingError,
    Gs1Error,
    LedgerError,
    NotFoundError,
    RuleError,
    SealError,
    StatementError,
    StoreError,
    Violation,
)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "https://w3id.org/nguon/problem/"
log = structlog.get_logger("api")

_BY_CODE: Final[Mapping[str, int]] = {
    "limit.size": 413,
    "limit.events": 413,
    "blob.media_type": 415,
    "blob.corrupt": 500,
    "store.corrupt": 500,
    "chain.reverted": 502,
    "chain.wrong_chain": 502,
    "limit.often": 429,
    "auth.missing": 401,
    "auth.unknown": 401,
    "auth.session": 401,
    "account.exists": 409,
    "hidden.code": 422,
}
_BY_CLASS: Final[Sequence[tuple[type[LedgerError], int]]] = (
    (NotFoundError, 404),
    (ConflictError, 409),
    (AuthorityError, 403),
    (RuleError, 422),
    (LabelError, 422),
    (StatementError, 422),
    (EncodingError, 400),
    (Gs1Error, 400),
    (BundleError, 400),
    (SealError, 400),
    (StoreError, 503),
    (ChainError, 503),
)


_HTTP_CODES: Final[Mapping[int, str]] = {404: "http.not_found", 405: "http.method", 413: "limit.size"}


class AuthenticationError(LedgerError):
    """Nobody, or nobody known, is calling. Codes: auth.missing, auth.unknown, auth.session."""

    default_code = "auth.missing"


class TooOftenError(LedgerError):
    """Somebody did something too often, and may go on after `seconds`. Codes: limit.often."""

    default_code = "limit.often"

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1.0, seconds)
        super().__init__(f"Too often: wait {ceil(self.seconds)} seconds.", seconds=ceil(self.seconds))


def status_of(error: LedgerError) -> int:
    """The HTTP status of an error: by its code, else by its class; 500 for what no client caused."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return next((status for kind, status in _BY_CLASS if isinstance(error, kind)), 500)


class PageRenderer(Protocol):
    """Prints a page for a person where something went wrong."""

    def __call__(self, lang: str, *, status: int, code: str, detail: str = "", path: str = "/") -> str: ...


def install(app: FastAPI, catalogues: Catalogues, render_page: PageRenderer) -> None:
    """Make every error of an application a problem: a page for a browser, problem details for a program."""
    answers = _Answers(catalogues, render_page)

    def ledger_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, LedgerError)
        status = status_of(error)
        (log.error if status >= 500 else log.info)(
            "refused", code=error.code, pointer=error.pointer, status=status
        )
        violations = error.violations if isinstance(error, RuleError) else ()
        return answers.problem(
            request, status, error.code, error.message, error.pointer, error.params, violations
        )

    def validation_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        violations = [
            Violation("http.parameter", "/" + "/".join(map(str, found["loc"])), found["msg"], "E")
            for found in error.errors()
        ]
        message = "A parameter is missing or wrong."
        return answers.problem(request, 400, "http.parameter", message, violations=violations)

    def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _HTTP_CODES.get(error.status_code, "http.error")
        return answers.problem(request, error.status_code, code, str(error.detail), headers=error.headers)

    def unknown_error(request: Request, error: Exception) -> Response:
        log.error("failed", exc_info=error)
        message = "Something failed here; the service's log has it under this request's id."
        return answers.problem(request, 500, "internal", message)

    app.add_exception_handler(LedgerError, ledger_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(Exception, unknown_error)


def violation_json(violation: Violation, catalogues: Catalogues, language: str) -> dict[str, object]:
    """A violation or warning as clients see it."""
    detail = _words(catalogues, language, violation.code, violation.message, violation.params)
    return {
        "code": violation.code,
        "pointer": violation.pointer,
        "level": violation.level,
        "detail": detail,
        "params": _plain(violation.params),
    }


class _Answers:
    """Writes problems in the client's language, for a program or for a person."""

    def __init__(self, catalogues: Catalogues, render_page: PageRenderer) -> None:
        self._catalogues, self._render_page = catalogues, render_page

    def problem(
        self,
        request: Request,
        status: int,
        code: str,
        message: str,
        pointer: str = "",
        params: Mapping[str, object] | None = None,
        violations: Sequence[Violation] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The response for an error."""
        language = pick_language(request.query_params.get("lang"), request.headers.get("accept-language"))
        sent = {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})}
        if _is_browser(request):
            page = self._render_page(language, status=status, code=code, path=request.url.path)
            return HTMLResponse(page, status, sent)
        body: dict[str, object] = {
            "type": TYPE_PREFIX + code,
            "title": self._catalogues[language].maybe(f"problems.title.{status}") or message,
            "status": status,
            "detail": _words(self._catalogues, language, code, message, params or {}),
            "code": code,
        }
        if pointer:
            body["pointer"] = pointer
        if params:
            body["params"] = _plain(params)
        if violations:
            body["violations"] = [violation_json(item, self._catalogues, language) for item in violations]
        body["request"] = getattr(request.state, "request_id", "")
        if "seconds" in (params or {}) and status in (429, 503):
            sent["Retry-After"] = str((params or {})["seconds"])
        if status == 401:
            sent["WWW-Authenticate"] = 'Bearer realm="nguon"'
        return JSONResponse(body, status, sent, MEDIA_TYPE)


def _is_browser(request: Request) -> bool:
    programs = request.url.path.startswith(("/api/", "/epcis/", "/tile/"))
    return not programs and "text/html" in request.headers.get("accept", "")


def _words(
    catalogues: Catalogues, language: str, code: str, message: str, params: Mapping[str, object]
) -> str:
    if language == "en":
        return message
    words, rule, need = catalogues[language], params.get("rule"), params.get("need")
    if isinstance(need, str):
        params = {**params, "need": words.maybe(f"line.need.{need}") or need}
    try:
        keys = (f"problems.shape.{rule}", f"problem.{rule}") if isinstance(rule, str) else ()
        told = next((text for key in keys if (text := words.maybe(key, **params))), "")
        return told or words.maybe(f"problems.{code}", **params) or message
    except MissingMessageError:
        return message


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as JSON: what is no number, text or truth value is written out."""
    return {
        name: value if isinstance(value, str | int | float | bool) or value is None else str(value)
        for name, value in params.items()
    }
