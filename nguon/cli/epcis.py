"""`nguon epcis validate|explain`: EPCIS documents, without a database."""

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nguon.cli.output import Json, emit, fail
from nguon.cli.sentences import Lang, Language, language, sentence

if TYPE_CHECKING:
    from ledger.errors import Violation

app = typer.Typer(help="EPCIS documents, without a database.", no_args_is_help=True)


@app.command()
def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="EPCIS 2.0 in JSON; - is standard input.")
    ],
    profile: Annotated[
        bool, typer.Option("--profile", help="Also the rules of this ledger, not the standard's shape alone.")
    ] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Check documents: one line for each fault, with its place and code.

    Exit status 0 when all are valid, 1 when any is not, 2 for usage or I/O. A warning (W) makes nothing invalid.
    """
    from nguon.validating import profile_violations, shape_violations

    def check(data: bytes) -> "list[Violation]":
        return profile_violations(data, now=datetime.now(UTC)) if profile else shape_violations(data)

    status = 0
    for name in files:
        try:
            data = _read(name)
        except OSError as error:
            fail(str(error), "io")
            status = 2
            continue
        found = check(data)
        valid = all(each.level == "W" for each in found)
        status = max(status, 0 if valid else 1)
        _report(name, valid, found, language(lang), as_json=as_json)
    raise typer.Exit(status)


@app.command()
def explain(
    file: Annotated[str, typer.Argument(metavar="FILE", help="EPCIS 2.0 in JSON; - is standard input.")],
    of: Annotated[
        str | None,
        typer.Option(metavar="URI", help="The lot or instance to trace back; by default the last product."),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Say what a document tells: withdrawn events, mass balance, ingredients, last dispositions, recall coverage.

    Exit status 0, or 1 when the document is not valid, 2 for usage or I/O.
    """
    from ledger.epcis.document import read_document
    from ledger.errors import EncodingError, RuleError
    from ledger.lot.explain import explain as explained
    from nguon.document_context import violations_of

    try:
        told = explained(read_document(_read(file), queries=True), of)
    except (EncodingError, RuleError) as error:
        for each in violations_of(error):
            print(_line(file, each, language(lang)), file=sys.stderr)
        raise typer.Exit(1) from error
    emit(told, as_json=as_json, text="" if as_json else "\n".join(_words(told)))


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _report(name: str, valid: bool, found: "Iterable[Violation]", lang: Language, *, as_json: bool) -> None:
    listed = list(found)
    if as_json:
        told = [
            {
                "code": each.code,
                "pointer": each.pointer,
                "level": each.level,
                "message": sentence(each, lang),
            }
            for each in listed
        ]
        emit({"file": name, "valid": valid, "violations": told}, as_json=True, text="")
        return
    for each in listed:
        print(_line(name, each, lang))
    if valid:
        print(f"{name}: ok")
    sys.stdout.flush()


def _line(name: str, violation: "Violation", lang: Language) -> str:
    words = " ".join(sentence(violation, lang).split())
    return f"{name}: {violation.level} {violation.pointer or '-'} [{violation.code}] {words}"


def _words(told: Mapping[str, object]) -> Iterable[str]:
    """An explanation as lines to read."""
    kinds = _mapping(told["byType"])
    yield f"{told['events']} events" + (f": {_counted(kinds)}" if kinds else "")
    yield from _part("withdrawn", told["erroneousEventIDs"], str)
    yield from _part("mass balance", told["massBalance"], _balance)
    traced = _mapping(told["traceBack"])
    if traced["of"] is not None:
        yield from _part(f"{traced['of']} is made of", traced["classesAndLots"], str)
    serials = _mapping(told["finalDispositionOfSerials"])
    if serials:
        yield f"serials: {_counted(serials)}"
    for uri, held in _mapping(told["persistentDispositions"]).items():
        yield f"{uri}: {', '.join(map(str, _listed(held)))}"
    covered = told.get("recallCoverage", [])
    for each in covered if isinstance(covered, list) else [covered]:
        yield from _coverage(_mapping(each))


def _part(title: str, items: object, line: Callable[[object], str]) -> Iterable[str]:
    listed = _listed(items)
    if listed:
        yield f"{title}:"
        yield from (f"  {line(item)}" for item in listed)


def _balance(row: object) -> str:
    step = _mapping(row)
    parts = [f"event {step['event']}, {step['bizStep']}: {step['inputKg']} kg in, {step['outputKg']} kg out"]
    parts += [] if step["yieldPct"] is None else [f"{step['yieldPct']} %"]
    parts += [str(step["note"])] if "note" in step else []
    return ", ".join(parts)


def _coverage(each: Mapping[str, object]) -> Iterable[str]:
    yield f"recall of {each['lot']}: {each['recalled']} of {each['born']} named, {each['released']} released"
    yield from _part("  forgotten", each["notNamed"], lambda uri: f"  {uri}")
    yield from _part("  still recalled", each["stillRecalled"], lambda uri: f"  {uri}")


def _counted(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _mapping(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value


def _listed(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
