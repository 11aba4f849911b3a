"""The body of a call: as large as it may be, of the type that is read, and text that every database takes."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from django.http import HttpRequest
from ninja.parser import Parser

from seatbridge.api.problems import Problem

JSON_BYTES = 1_000_000
COUNTS_BYTES = 8_000_000  # 50,000 companies
CSV_BYTES = 300_000_000  # a file of a million rows
_CHUNK = 1_000_000
JSON, CSV = "application/json", "text/csv"


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        """Raises ValueError: ninja answers 400."""
        return json.loads(request.body.decode(), parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


def read_body(request: HttpRequest, media_type: str, most: int) -> None:
    """Afterwards `request.body` is there, in memory. Raises Problem."""
    _check(request, media_type, most)
    body = request.read(most + 1)
    if len(body) > most:
        raise _too_large(most)
    if b"\\u" in body:
        _refuse_unstorable(body)
    request._body = body  # noqa: SLF001 - Django reads it only up to one size


def _refuse_unstorable(body: bytes) -> None:
    """NUL and half of a surrogate pair are JSON, and no text that a database takes."""
    try:
        waiting: list[Any] = [json.loads(body.decode())]
    except (ValueError, RecursionError):
        return  # not JSON at all: said where it is read
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
            raise Problem(422, "The body holds a NUL character, or half of a surrogate pair.")


@contextmanager
def received_csv(request: HttpRequest) -> Iterator[BinaryIO]:
    """In a file that is gone afterwards: whoever reads a table looks through it twice. Raises Problem."""
    _check(request, CSV, CSV_BYTES)
    with tempfile.TemporaryFile() as copy:
        size = 0
        while chunk := request.read(_CHUNK):
            size += len(chunk)
            if size > CSV_BYTES:
                raise _too_large(CSV_BYTES)
            copy.write(chunk)
        copy.seek(0)
        yield cast(BinaryIO, copy)


def _check(request: HttpRequest, media_type: str, most: int) -> None:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > most:
        raise _too_large(most)
    if length and (request.content_type or "").lower() != media_type:
        said = "none" if not request.content_type else "another"
        raise Problem(415, f"Send the body as Content-Type: {media_type}. It came with {said}.")


def _too_large(most: int) -> Problem:
    return Problem(413, f"The body is larger than {most:,} bytes. Send it in parts.")
