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
_TAKEN = "taken"


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


def is_taken(row: HeldFile) -> bool:
    return bool(row.report.get(_TAKEN))


@contextmanager
def opened_held(row: HeldFile) -> Iterator[BinaryIO]:
    """Its content; nothing where somebody took it meanwhile."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        chunks = HeldChunk.objects.filter(file=row)
        for number in range(chunks.count()):
            if (chunk := chunks.filter(number=number).first()) is not None:
                file.write(bytes(chunk.content))
        file.seek(0)
        yield cast(BinaryIO, file)


def tell_anew(row: HeldFile, report: dict[str, object]) -> bool:
    """What it would change has changed. False where somebody took it meanwhile."""
    with transaction.atomic():
        known = HeldFile.objects.select_for_update().filter(pk=row.pk).first()
        if known is None or is_taken(known):
            return False
        known.report = report
        known.save(update_fields=["report"])
    return True


def take_held(row: HeldFile) -> bool:
    """True for one taker only. The row stays for its hour, without its content: a second click is told so."""
    with transaction.atomic():
        known = HeldFile.objects.select_for_update().filter(pk=row.pk).first()
        if known is None or is_taken(known):
            return False
        known.report = {**known.report, _TAKEN: True}
        known.save(update_fields=["report"])
        HeldChunk.objects.filter(file=known).delete()
    return True
