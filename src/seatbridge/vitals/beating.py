"""A process that carries runs says every few seconds that it does."""

import os
import platform
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from seatbridge.vitals.models import EngineBeat

EVERY = 10.0  # seconds
GONE = timedelta(seconds=45)  # who said nothing for so long is gone
FORGOTTEN = timedelta(days=1)


@dataclass(slots=True)
class Beating:
    """Of one engine. Call `beat` as often as you like."""

    process: str = field(default_factory=lambda: f"{os.getpid()}-{uuid.uuid4().hex[:12]}")
    _last: float | None = None

    def beat(self) -> None:
        now = time.monotonic()
        if self._last is not None and now - self._last < EVERY:
            return
        seen_at = timezone.now()
        if not EngineBeat.objects.filter(process=self.process).update(seen_at=seen_at):
            machine = platform.node()[:120]
            EngineBeat.objects.create(
                process=self.process, machine=machine, started_at=seen_at, seen_at=seen_at
            )
            EngineBeat.objects.filter(seen_at__lt=seen_at - FORGOTTEN).delete()
        self._last = now

    def end(self) -> None:
        """It stops in good order, so nobody has to wonder about it."""
        EngineBeat.objects.filter(process=self.process).delete()
        self._last = None


def engines_alive(now: datetime) -> list[EngineBeat]:
    return list(EngineBeat.objects.filter(seen_at__gt=now - GONE).order_by("-seen_at"))
