"""Readings of BMS that go on behind a page: one of an integration at a time in this process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from django.db import connection

from seatbridge.psa.errors import PsaError

Found = TypeVar("Found")
PATIENCE = 2.0  # seconds: a small BMS is read before the page answers


@dataclass(slots=True)
class Reading(Generic[Found]):
    """`found` or `failure` once it is done; neither where it broke off."""

    found: Found | None = None
    failure: PsaError | None = None
    done: Event = field(default_factory=Event)

    @property
    def is_done(self) -> bool:
        return self.done.is_set()


class Behind(Generic[Found]):
    """Readings of one sort, by integration."""

    def __init__(self) -> None:
        self._readings: dict[int, Reading[Found]] = {}
        self._lock = Lock()

    def begin(
        self, integration_id: int, read: Callable[[], Found], patience: float = PATIENCE
    ) -> Reading[Found]:
        """Waits for it no longer than `patience` seconds. A second click finds the first one's reading."""
        with self._lock:
            reading = self._readings.get(integration_id)
            if reading is None or reading.is_done:
                reading = self._readings[integration_id] = Reading()
                Thread(target=_carry_out, args=(read, reading), daemon=True).start()
        reading.done.wait(patience)
        return reading

    def of(self, integration_id: int) -> Reading[Found] | None:
        """The last one of this process, under way or done."""
        return self._readings.get(integration_id)


def _carry_out(read: Callable[[], Found], reading: Reading[Found]) -> None:
    try:
        reading.found = read()
    except PsaError as error:
        reading.failure = error
    finally:
        connection.close()  # this thread's own
        reading.done.set()
