"""The QR code of a tem, as it is printed (docs/formats.md §3.8).

A code is written in upper case, which QR packs into fewer modules, only if that changes nothing after the host: on
scanning only scheme and host ignore case.
"""

from api.qr import QUIET, modules, svg_path


def printed_form(code: str) -> str:
    """The text that the QR carries: scheme and host in upper case where nothing after them has lower-case letters."""
    scheme, mark, rest = code.partition("://")
    host, slash, path = rest.partition("/")
    if not mark or path != path.upper():
        return code
    return f"{scheme.upper()}://{host.upper()}{slash}{path}"


def qr_svg(code: str) -> bytes:
    """A tem's QR code as an SVG document, one millimetre a module, with its quiet zone."""
    rows = modules(printed_form(code))
    side = len(rows) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path transform="translate({QUIET} {QUIET})" d="{svg_path(rows)}"/></svg>'
    ).encode()
