"""A file by path or stream, scanned, and read again from its beginning."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from seatbridge.usage.refusals import refuse_file, shown
from seatbridge.usage.scanning import Scanned, scan


@dataclass(frozen=True, slots=True)
class OpenedText:
    """`lines` keep their line ends. `bytes_done` says how far reading has come, of `scanned.size`."""

    lines: TextIOWrapper
    scanned: Scanned
    bytes_done: Callable[[], int]


@contextmanager
def opened(source: str | Path | BinaryIO) -> Iterator[OpenedText]:
    """A stream is its caller's to close. Raises ImportRefused: not readable, or not a text file."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(source).open("rb")) if isinstance(source, str | Path) else source
            again, scanned = _scanned(file, stack)
            start = again.tell()
        except OSError as error:
            name = shown(str(source)) if isinstance(source, str | Path) else "The input"
            raise refuse_file(f"{name} cannot be read: {error.strerror or error}.") from error
        lines = TextIOWrapper(again, encoding=scanned.encoding, newline="")
        try:
            yield OpenedText(lines, scanned, lambda: again.tell() - start)
        finally:
            lines.detach()


def _scanned(file: BinaryIO, stack: ExitStack) -> tuple[BinaryIO, Scanned]:
    """A pipe can be read once only: it is kept in a temporary file while it is scanned."""
    if file.seekable():
        start = file.tell()
        scanned = scan(file.read)
        file.seek(start)
        return file, scanned
    kept = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it

    def read(size: int) -> bytes:
        chunk = file.read(size)
        kept.write(chunk)
        return chunk

    scanned = scan(read)
    kept.seek(0)
    return kept, scanned
