"""A file that came with a form."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from seatbridge.usage.held_files import MOST_BYTES

CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class Received:
    upload: "UploadedFile[bytes]"  # generic for the type checker alone

    @property
    def name(self) -> str:
        return (self.upload.name or "The file")[:200]

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """A copy, since whoever reads a table lets go of its file in his own way."""
        with tempfile.TemporaryFile() as copy:
            for chunk in self.chunks():
                copy.write(chunk)
            copy.seek(0)
            yield cast(BinaryIO, copy)

    def chunks(self) -> Iterator[bytes]:
        self.upload.seek(0)
        yield from self.upload.chunks(CHUNK)


def received(request: HttpRequest) -> Received | str:
    """The file, or a sentence on what is wrong with it."""
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        return "Choose a CSV file first."
    if not upload.size:
        return f"{(upload.name or 'The file')[:200]} is empty."
    if upload.size > MOST_BYTES:
        return "The file is larger than 300 MB. Split it, or import it from the command line."
    return Received(upload)
