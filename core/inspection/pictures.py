"""JPEG and PNG read as what they are, a row of parts: size from the header, completeness, and everything that
is not the picture left out without touching the picture itself.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

PNG_START = b"\x89PNG\r\n\x1a\n"
ORIENTATION = 0x0112
# What a PNG needs to look as it does; the rest is text, dates, places.
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD"),
    *(b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT"),
}
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.S)


class BrokenPicture(Exception):
    """The bytes are not a whole picture of their kind."""


@dataclass(frozen=True)
class Picture:
    """A picture without particulars. turned: how the camera was held (1 = upright), which was written in
    them.
    """

    width: int
    height: int
    content: bytes
    turned: int = 1


def _turned(exif: bytes) -> int:
    found = Image.Exif()
    try:
        found.load(exif)
        value = found.get(ORIENTATION, 1)
    except Exception:  # what a hostile block makes the reader raise; the picture itself is whole
        return 1
    return value if value in range(1, 9) else 1


def read_jpeg(data: bytes) -> Picture:
    """Segments up to the end mark; raises BrokenPicture when the end or a part is missing."""
    if data[:3] != b"\xff\xd8\xff":
        raise BrokenPicture
    kept, place, width, height, turned = [b"\xff\xd8"], 2, 0, 0, 1
    while True:
        found = _MARKER.match(data, place)
        if found is None:
            raise BrokenPicture
        marker, place = found[1][0], found.end()
        if marker == 0xD9:
            break
        if place + 2 > len(data):
            raise BrokenPicture
        length = struct.unpack_from(">H", data, place)[0]
        end = place + length
        body = data[place + 2 : end]
        if length < 2 or end > len(data):
            raise BrokenPicture
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and len(body) >= 5:
            height, width = struct.unpack_from(">HH", body, 1)
        if marker == 0xE1 and body.startswith(b"Exif\x00"):
            turned = _turned(body)
        if marker == 0xDA:  # the picture itself runs to the next mark
            following = _MARKER.search(data, end)
            if following is None:
                raise BrokenPicture
            end = following.start()
        if _belongs(marker, body):
            kept.append(b"\xff" + bytes([marker]) + data[place:end])
        place = end
    if not width or not height:
        raise BrokenPicture
    return Picture(width, height, b"".join([*kept, b"\xff\xd9"]), turned)


def _belongs(marker: int, body: bytes) -> bool:
    """Whether a segment is part of the picture: tables and frames, colour profile, JFIF and Adobe heads."""
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\x00")
    return marker in (0xE0, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def read_png(data: bytes) -> Picture:
    """Chunks with right sums up to the end chunk; raises BrokenPicture otherwise."""
    if not data.startswith(PNG_START):
        raise BrokenPicture
    kept, place, width, height, turned = [PNG_START], len(PNG_START), 0, 0, 1
    name = b""
    while name != b"IEND":
        if place + 12 > len(data):
            raise BrokenPicture
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if (
            end > len(data)
            or zlib.crc32(data[place + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]
        ):
            raise BrokenPicture
        if name == b"IHDR" and length >= 8:
            width, height = struct.unpack_from(">II", data, place + 8)
        if name == b"eXIf":
            turned = _turned(b"Exif\x00\x00" + data[place + 8 : end - 4])
        if name in PNG_KEPT:
            kept.append(data[place:end])
        place = end
    if not width or not height:
        raise BrokenPicture
    return Picture(width, height, b"".join(kept), turned)


def read_picture(data: bytes) -> Picture:
    """A JPEG or PNG by its first bytes; raises BrokenPicture for anything else."""
    return read_png(data) if data.startswith(PNG_START) else read_jpeg(data)


def upright(picture: Picture) -> bytes:
    """The bytes of the picture standing as it was seen; written anew only when it has to be turned.

    Raises BrokenPicture when it cannot be drawn.
    """
    if picture.turned == 1:
        return picture.content
    try:
        with Image.open(BytesIO(picture.content)) as image:
            image.getexif()[ORIENTATION] = picture.turned
            kind, profile = image.format, image.info.get("icc_profile")
            turned = ImageOps.exif_transpose(image)
            result = BytesIO()
            options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
            turned.save(result, kind, icc_profile=profile, exif=b"", **options)
    except (OSError, ValueError, SyntaxError) as error:
        raise BrokenPicture from error
    return result.getvalue()
