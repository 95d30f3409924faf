"""The API's reference as a page of our own: read from the OpenAPI document, printed without a script."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str
    required: bool
    description: str


@dataclass(frozen=True)
class Outcome:
    """An answer that an operation may give; `example` is empty where there is none."""

    status: str
    description: str
    example: str


@dataclass(frozen=True)
class Operation:
    """One method at one path.

    Attributes:
        may: who may, as its access is declared (`api.access`); empty where it is not told.
    """

    method: str
    path: str
    summary: str
    description: str
    may: str
    parameters: tuple[Parameter, ...]
    body: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Group:
    """The operations for one audience."""

    name: str
    operations: tuple[Operation, ...]


def groups(document: Mapping[str, Any]) -> tuple[Group, ...]:
    """The operations of an OpenAPI 3.1 document by their first tag, in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or [""])[0]
                found.setdefault(tag, []).append(_operation(method, path, item[method]))
    return tuple(Group(name, tuple(operations)) for name, operations in found.items())


def _operation(method: str, path: str, item: Mapping[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=item.get("summary", ""),
        description=item.get("description", ""),
        may=_may(item.get("x-access", {})),
        parameters=tuple(
            Parameter(one["name"], one["in"], one.get("required", False), one.get("description", ""))
            for one in item.get("parameters", ())
        ),
        body=_example(item.get("requestBody", {})),
        outcomes=tuple(
            Outcome(status, one.get("description", ""), _example(one))
            for status, one in sorted(item.get("responses", {}).items())
            if status != "422" or one.get("content")
        ),
    )


def _may(access: Mapping[str, Any]) -> str:
    if not access:
        return ""
    if "public" in access:
        return f"Anybody: {access['public']}."
    who = " or ".join(access["anyOf"]) + (", a person" if access.get("person") else "")
    return f"Who may: {who}; whose things: {access['whose']}."


def _example(holder: Mapping[str, Any]) -> str:
    """The first example of a body, as indented JSON or as the text that it is."""
    for content in holder.get("content", {}).values():
        examples: Sequence[Any] = [
            *([content["example"]] if "example" in content else []),
            *(one.get("value") for one in content.get("examples", {}).values()),
        ]
        if examples:
            first = examples[0]
            return first if isinstance(first, str) else json.dumps(first, ensure_ascii=False, indent=2)
    return ""
