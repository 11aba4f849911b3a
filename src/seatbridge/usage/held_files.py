"""Uploaded files kept between the preview of what they change and their import."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.db import transaction

from seatbridge.partners.models import Partner
from seatbridge.usage.models import HeldChunk, HeldFile

KEPT = timedelta(hours=1)
MOST_BYTES = 300_000_000
_IN_MEMORY = 2_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a file when it comes."""

    kind: str
    name: str
    made_by: str
    complete: bool = False
    about: int | None = None


def hold_file(
    partner: Partner, held: Held, chunks: Iterable[bytes], report: dict[str, object], now: datetime
) -> HeldFile:
    """`chunks`: the content, in pieces that fit into memory. Files of the partner older than an hour go."""
    with transaction.atomic():
        HeldFile.objects.filter(partner=partner, created_at__lt=now - KEPT).delete()
        row = HeldFile.objects.create(
            partner=partner,
            kind=held.kind,
            name="".join(sign for sign in held.name if sign.isprintable())[:200],
            complete=held.complete,
            about=held.about,
            made_by=held.made_by,
            created_at=now,
            report=report,
        )
        for number, chunk in enumerate(chunks):
            HeldChunk.objects.create(file=row, number=number, content=chunk)
    return row


@contextmanager
def opened_held(row: HeldFile) -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        numbers = range(HeldChunk.objects.filter(file=row).count())
        for number in numbers:
            file.write(bytes(HeldChunk.objects.get(file=row, number=number).content))
        file.seek(0)
        yield cast(BinaryIO, file)


def take_held(row: HeldFile) -> bool:
    """True for one taker only: a second click finds it taken."""
    deleted, _ = HeldFile.objects.filter(pk=row.pk).delete()
    return deleted > 0
