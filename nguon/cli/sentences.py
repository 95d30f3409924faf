"""Sentences of the catalogues, for commands: without the pages, and without what they need."""

import json
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.errors import Violation

LOCALES: Final = Path(__file__).parents[1] / "locales"
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


class Language(StrEnum):
    VI = "vi"
    EN = "en"


Lang = Annotated[
    Language | None,
    typer.Option("--lang", help="The sentences' language; by default LANG's, or English."),
]


def language(asked: Language | None) -> Language:
    """The language that is asked for, else the environment's (LC_ALL, LC_MESSAGES, LANG), else English."""
    if asked is not None:
        return asked
    set_ = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return Language.VI if set_.lower().startswith("vi") else Language.EN


def sentence(violation: Violation, lang: Language) -> str:
    """What is wrong, for a person: English as the rule says it, else the catalogue's words."""
    if lang is Language.EN:
        return violation.message
    rule = violation.params.get("rule")
    catalogue = _catalogue(lang)
    rules = [f"problems.shape.{rule}", f"problem.{rule}"] if isinstance(rule, str) else []
    for key in [*rules, f"problems.{violation.code}"]:
        message = _message(catalogue, key)
        if message is not None and all(name in violation.params for name in _PLACEHOLDER.findall(message)):
            return _PLACEHOLDER.sub(lambda match: str(violation.params[match[1]]), message)
    return violation.message


def _message(catalogue: Mapping[str, object], key: str) -> str | None:
    found: object = catalogue
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None


@cache
def _catalogue(lang: Language) -> Mapping[str, object]:
    catalogue = json.loads((LOCALES / f"{lang.value}.json").read_bytes())
    assert isinstance(catalogue, dict)
    return catalogue
