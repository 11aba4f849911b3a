"""The engine of this process, as its database asks for: alone on SQLite, one of many on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol, cast

from django.utils.module_loading import import_string

from seatbridge.config.logs import speak_up
from seatbridge.config.settings import Settings
from seatbridge.engine.reminding import Reminding
from seatbridge.engine.runner import Runner
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.carriers import this_process
from seatbridge.sync.leases import Heart
from seatbridge.sync.pausing import LONGEST_WAIT
from seatbridge.sync.syncing import Surroundings


class Engine(Protocol):
    def ask_to_stop(self) -> None:
        """At once, and from a signal's handler; `stop` waits until it is done."""

    def stop(self, patience: float = ...) -> None: ...


class _WithReminders:
    """The engine, and the thread that reminds people beside it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._reminding = engine, Reminding(clock)
        self._reminding.start()

    def ask_to_stop(self) -> None:
        self._engine.ask_to_stop()

    def stop(self, patience: float = 8) -> None:
        self._reminding.stop()
        self._engine.stop(patience)


def start_engine(settings: Settings, most: int | None = None) -> Engine:
    """`most`: runs at a time. The caller stops it."""
    speak_up()
    heart = Heart(this_process(settings.home))
    heart.start()

    def around(sleep: Callable[[float], None]) -> Surroundings:
        clock = Clock(sleep=sleep, billing_offset=settings.date_offset)

        @contextmanager
        def open_bms(integration: Integration) -> Iterator[Bms]:
            with open_bms_for(integration, settings, clock) as bms:
                yield bms

        return Surroundings(
            clock=clock,
            open_bms=open_bms,
            lock_folder=settings.home,
            settle=timedelta(seconds=settings.settle_seconds),
            heart=heart,
            longest_wait=LONGEST_WAIT,
            tries_again=True,
        )

    kind: type[Runner] = Runner
    if settings.database.is_postgresql:
        # By its name: on SQLite nothing of Procrastinate is ever loaded, which saves memory and start.
        kind = cast("type[Runner]", import_string("seatbridge.engine.scaled.Worker"))
    engine = kind(around) if most is None else kind(around, most=most)
    engine.start()
    return _WithReminders(engine, Clock(billing_offset=settings.date_offset))
