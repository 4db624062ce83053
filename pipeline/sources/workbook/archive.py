"""What a file must be before anybody unpacks it: a workbook, whole, without a password, and no bomb."""

import zipfile
import zlib
from io import BytesIO
from typing import Final

from pipeline.errors import Unreadable

LARGEST: Final = 500_000_000
"""Bytes that all parts of a workbook may unpack to."""

MOST_PARTS: Final = 10_000
CHUNK: Final = 1 << 20

_OLE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_DTD: Final = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST: Final = max(map(len, _DTD))


def refuse(content: bytes) -> None:
    """Raise `Unreadable`, in words that follow a file's name, unless *content* is a workbook that is safe to open.

    Every part is unpacked and checked here once, so that one that is damaged in a place nobody looks at is found as well.
    """
    if not content:
        raise Unreadable("is empty")
    if content.startswith(_OLE):
        protected = _ENCRYPTED in content
        raise Unreadable("is protected by a password" if protected else "is a workbook of the old kind (.xls)")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable("is a web page or a text, not a workbook")
    if not content.startswith(b"PK"):
        raise Unreadable("is not a workbook")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _refuse_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise Unreadable("is damaged or was cut short") from error


def _refuse_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
        raise Unreadable(f"unpacks to more than {LARGEST // 1_000_000} MB, which no workbook of ours does")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("is protected by a password")
    for part in parts:
        _refuse_declarations(archive, part)


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No program of an office declares entities; a few of them can stand for gigabytes, which only some versions of expat stop."""
    is_xml = part.filename.endswith((".xml", ".rels"))
    with archive.open(part) as unpacked:
        end = b""
        while chunk := unpacked.read(CHUNK):
            seen = end + chunk
            if is_xml and any(word in seen for word in _DTD):
                raise Unreadable("declares entities, as a trap would: it was not opened")
            end = seen[-_LONGEST:]
