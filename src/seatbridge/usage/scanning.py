"""One pass over a file's bytes: is it text, in which encoding, are its lines of a sane length."""

import codecs
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from seatbridge.usage.refusals import ImportRefused, refuse_file

CHUNK = 1 << 20
LONGEST_LINE = 64 * 1024
_NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class Scanned:
    encoding: str
    sha256: str
    size: int  # bytes


def scan(read: Callable[[int], bytes]) -> Scanned:
    """Reads to the end, a chunk at a time. Raises ImportRefused at the first chunk that shows why."""
    digest, size = hashlib.sha256(), 0
    lines = _LineLengths()
    text: _Utf8 | _Utf16 | None = None
    while chunk := read(CHUNK):
        if text is None:
            text = _begin(chunk)
        digest.update(chunk)
        size += len(chunk)
        lines.take(text.take(chunk))
    if text is None:
        raise refuse_file("The file is empty.")
    return Scanned(text.end(), digest.hexdigest(), size)


def _begin(chunk: bytes) -> "_Utf8 | _Utf16":
    if chunk.startswith(b"PK\x03\x04"):
        raise refuse_file("This is a workbook or an archive, not a CSV file. Save the sheet as CSV (UTF-8).")
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _Utf16()
    return _Utf8(with_mark=chunk.startswith(codecs.BOM_UTF8))


def _refuse_nul(chunk: bytes) -> None:
    if b"\0" in chunk:
        raise refuse_file("This is not a text file: it holds NUL bytes. Save it as CSV (UTF-8).")


class _LineLengths:
    def __init__(self) -> None:
        self._open = 0  # bytes of the line that the last chunk left unfinished

    def take(self, chunk: bytes) -> None:
        pieces = chunk.splitlines()
        if not pieces:
            return
        pieces[0] = b"".join([b"." * self._open, pieces[0]])
        longest = max(map(len, pieces))
        if longest > LONGEST_LINE:
            raise refuse_file(f"A line is longer than {LONGEST_LINE:,} bytes: this is not a table of rows.")
        self._open = 0 if chunk.endswith((b"\n", b"\r")) else len(pieces[-1])


class _Utf16:
    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16")()

    def take(self, chunk: bytes) -> bytes:
        text = self._decode(chunk).encode()
        _refuse_nul(text)
        return text

    def end(self) -> str:
        self._decode(b"", final=True)
        return "utf-16"

    def _decode(self, chunk: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            raise refuse_file("The file begins as UTF-16 and then breaks off. Export it again.") from error


class _Utf8:
    """UTF-8 until a byte says otherwise; then Windows-1252, unless real UTF-8 letters came before."""

    def __init__(self, *, with_mark: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._with_mark = with_mark
        self._letters_seen = with_mark
        self._is_utf8 = True

    def take(self, chunk: bytes) -> bytes:
        _refuse_nul(chunk)  # before anything is said about encodings: this is the plainer reason
        self._check(chunk)
        return chunk

    def end(self) -> str:
        self._check(b"", final=True)
        if not self._is_utf8:
            return "cp1252"
        return "utf-8-sig" if self._with_mark else "utf-8"

    def _check(self, chunk: bytes, *, final: bool = False) -> None:
        if self._is_utf8:
            try:
                self._letters_seen |= not self._decoder.decode(chunk, final).isascii()
            except UnicodeDecodeError as error:
                if self._letters_seen or not error.object[: error.start].isascii():
                    raise _broken() from error
                self._is_utf8 = False
        if not self._is_utf8 and len(chunk.translate(None, _NOT_IN_CP1252)) != len(chunk):
            raise _broken()


def _broken() -> ImportRefused:
    return refuse_file(
        "The file is neither whole UTF-8 nor Windows-1252 text. Export it again as CSV (UTF-8)."
    )
