"""Pictures of one colour, as small as they come."""

import struct
import zlib
from base64 import b64decode

BLUE_WEBP = b64decode("UklGRhwAAABXRUJQVlA4TA8AAAAvB8ABAAcQ0f/+ByKi/wEA")
"""Of 8 × 8 pixels, lossless."""


def a_png(colour: tuple[int, int, int], side: int = 8) -> bytes:
    row = b"\0" + bytes(colour) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(row * side)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def an_svg(colour: str, inside: str = "") -> bytes:
    square = f'<rect width="8" height="8" fill="{colour}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{square}{inside}</svg>'.encode()
