"""The QR code of a tem, as it is printed (docs/formats.md §3.8).

A code is written in upper case, which QR packs into fewer modules, only if that changes nothing after the host: on
scanning only scheme and host ignore case.
"""

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

QUIET_ZONE = 4  # modules, ISO/IEC 18004


def printed_form(code: str) -> str:
    """The text that the QR carries: scheme and host in upper case where nothing after them has lower-case letters."""
    scheme, mark, rest = code.partition("://")
    host, slash, path = rest.partition("/")
    if not mark or path != path.upper():
        return code
    return f"{scheme.upper()}://{host.upper()}{slash}{path}"


def qr_svg(code: str) -> bytes:
    """A tem's QR code as an SVG document, one millimetre a module, with its quiet zone."""
    qr = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE, box_size=10)
    qr.add_data(printed_form(code))
    qr.make(fit=True)
    image: SvgPathImage = qr.make_image(image_factory=SvgPathImage)
    return bytes(image.to_string())
