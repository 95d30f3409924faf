"""Examples and shared responses for the OpenAPI document."""

from typing import Any, Final

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; programs rely on it."},
        "pointer": {"type": "string", "description": "RFC 6901, into what was sent."},
        "params": {"type": "object"},
        "violations": {"type": "array", "items": {"type": "object"}},
        "request": {"type": "string", "description": "Names this request in the service's log."},
    },
}
_EXAMPLES: Final[dict[int, tuple[str, str, str]]] = {
    400: ("json.duplicate_member", "Not readable", 'The member "eventID" stands twice.'),
    401: ("auth.missing", "Sign in", "Sign in, or send an API key: Authorization: Bearer …"),
    403: ("authority.key", "Not allowed", "The key was revoked before this entry."),
    404: ("not_found.event", "Not found", "There is no event of that ID."),
    409: ("event.id_reused", "Conflict", "The eventID is used by other content."),
    413: ("limit.size", "Too large", "A statement is at most 64 KiB."),
    415: (
        "blob.media_type",
        "This kind of file is not taken",
        "A document is a JPEG, PNG or WebP image, or a PDF.",
    ),
    422: ("time.future", "Rules are broken", "The event's time is over five minutes ahead."),
    429: ("limit.often", "Too often", "Too often: wait 60 seconds."),
    500: ("blob.corrupt", "Something failed here", "The document is not what it was: store it anew."),
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem responses of an operation (RFC 9457)."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        code, title, detail = _EXAMPLES[status]
        example = {
            "type": f"https://w3id.org/nguon/problem/{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
        }
        content = {"application/problem+json": {"schema": _PROBLEM, "example": example}}
        found[status] = {"description": title, "content": content}
    return found


CAPTURE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {
                    "@context": [
                        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                        {"nguon": "https://w3id.org/nguon/epcis/"},
                    ],
                    "type": "EPCISDocument",
                    "schemaVersion": "2.0",
                    "creationDate": "2026-11-23T08:00:00+07:00",
                    "epcisBody": {
                        "eventList": [
                            {
                                "type": "ObjectEvent",
                                "eventTime": "2026-11-23T07:30:00+07:00",
                                "eventTimeZoneOffset": "+07:00",
                                "action": "OBSERVE",
                                "bizStep": "shipping",
                                "disposition": "in_transit",
                                "epcList": [],
                                "quantityList": [
                                    {
                                        "epcClass": "https://id.gs1.org/01/09521321000019/10/LO-2026-01",
                                        "quantity": 120,
                                    }
                                ],
                                "readPoint": {"id": "https://id.gs1.org/414/9521321000033"},
                            }
                        ]
                    },
                },
            }
        },
    }
}
STATEMENTS: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "oneOf": [
                        {"type": "array", "items": {"type": "string"}, "minItems": 1},
                        {
                            "type": "object",
                            "required": ["statements"],
                            "properties": {
                                "statements": {"type": "array", "items": {"type": "string"}, "minItems": 1}
                            },
                        },
                    ]
                },
                "example": [
                    "eyJhYm91dCI6WyJodHRwczovL2lkLmdzMS5vcmcvLi4uIl0sImFsZyI6IkVTMjU2Ii4uLn0.e30.MEUCIQ"
                ],
            }
        },
    }
}


def json_body(schema: dict[str, Any], example: object) -> dict[str, Any]:
    """A JSON request body that the handler reads itself, strictly."""
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    }


def answer(example: object) -> dict[int | str, dict[str, Any]]:
    """A 200 response with an example."""
    return {200: {"description": "OK", "content": {"application/json": {"example": example}}}}
