"""The text that a QR carries for a code (docs/formats.md §3.8).

It is in upper case, which QR packs into fewer modules, only if that changes nothing after the host: on scanning only
scheme and host ignore case.
"""


def printed_form(uri: str) -> str:
    """A code as it is printed: scheme and host in upper case where nothing after them has lower-case letters."""
    scheme, mark, rest = uri.partition("://")
    host, slash, path = rest.partition("/")
    if not mark or path != path.upper():
        return uri
    return f"{scheme.upper()}://{host.upper()}{slash}{path}"
