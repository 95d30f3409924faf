"""A photo that somebody sends, made anew from its pixels: what a camera wrote beside them (place, device) is gone."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from ledger.errors import EncodingError

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PIXELS: Final = 50_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_LONGEST: Final = 2_048  # pixels of a side: enough to read a label by
_QUALITY: Final = 85


def cleaned(data: bytes) -> bytes:
    """A JPEG of the same picture, upright, at most 2,048 pixels a side, without anything beside its pixels.

    Raises:
        EncodingError: longer than 5 MB, no JPEG, PNG or WebP, more than 50 million pixels, or it cannot be decoded
            (`report.photo`).
    """
    wrong = EncodingError(
        "A photo is a JPEG, PNG or WebP image of at most 5 MB that can be opened.", code="report.photo"
    )
    if len(data) > MAX_BYTES:
        raise wrong
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise wrong
            opened.draft("RGB", (_LONGEST, _LONGEST))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise wrong from error
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A"))
    plain.thumbnail((_LONGEST, _LONGEST))
    out = BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
