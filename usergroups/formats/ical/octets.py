"""A stranger's bytes made text: of bearable size, unfolded, its lines ended by line feeds."""

import codecs
import re
import zlib

from usergroups.errors import DomainError

LARGEST = 10_000_000
_GZIP = b"\x1f\x8b"
_BEGINNING = re.compile(r"^[ \t]*BEGIN[ \t]*:[ \t]*VCALENDAR[ \t]*$", re.IGNORECASE | re.MULTILINE)
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n"))
_UTF16 = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"B\0E\0", "utf-16-le"),
    (b"\0B\0E", "utf-16-be"),
)


class NotACalendarError(DomainError):
    """What came is no calendar, or more of one than is read; `reason` says which."""

    status = 422

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def text_of(data: bytes, warnings: dict[str, None]) -> str:
    """The file as text. What had to be guessed or mended goes into `warnings`.

    Raises NotACalendarError with the reason "not_calendar" or "too_large".
    """
    data = _utf8(_inflated(data), warnings)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Octets are unfolded, not characters: some programs fold inside a character.
    data = data.replace(b"\n ", b"").replace(b"\n\t", b"")
    cleaned = data.translate(None, _CONTROLS)
    if len(cleaned) != len(data):
        warnings["control_chars"] = None
    text = _decoded(cleaned, warnings)
    if not _BEGINNING.search(text):
        raise NotACalendarError("not_calendar", "it is not a calendar (no BEGIN:VCALENDAR)")
    return text


def _inflated(data: bytes) -> bytes:
    """What a gzipped file holds, never more of it than is read."""
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, LARGEST + 1)
        except zlib.error as broken:
            raise NotACalendarError("not_calendar", "it is a damaged gzip file") from broken
    if len(data) > LARGEST:
        raise NotACalendarError("too_large", f"it is larger than {LARGEST // 1_000_000} MB")
    return data


def _utf8(data: bytes, warnings: dict[str, None]) -> bytes:
    for mark, encoding in _UTF16:
        if data.startswith(mark):
            warnings["not_utf8"] = None
            return data.decode(encoding, "replace").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _decoded(data: bytes, warnings: dict[str, None]) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as wrong:
        if wrong.start >= len(data) - 3 and wrong.reason == "unexpected end of data":
            return data[: wrong.start].decode()  # the download broke off inside a character
    warnings["not_utf8"] = None
    # Line by line, since one that an old program wrote spoils no others.
    return "\n".join(_line(line) for line in data.split(b"\n"))


def _line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
