"""A thread that reminds people: mail may be slow, and runs must not wait for it."""

import logging
from dataclasses import dataclass, field
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections, connections

from seatbridge.engine.pool import guarded
from seatbridge.kit.clock import Clock
from seatbridge.reminders.mailing import send_reminders
from seatbridge.reminders.noticing import note_reminders

EVERY = 60.0  # seconds
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Reminding:
    """Does nothing where no mail is sent: then pages alone tell what waits."""

    clock: Clock
    every: float = EVERY
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        if settings.MAIL_IS_SENT:
            self._thread = Thread(target=self._work, name="seatbridge-reminders", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1)

    def remind(self) -> int:
        """1 write down what is due  2 send what is written down."""
        note_reminders(self.clock)
        return send_reminders(self.clock)

    def _work(self) -> None:
        while not self._stop.wait(self.every):
            with guarded("reminding people"):
                close_old_connections()
                sent = self.remind()
                if sent:
                    _LOG.info("%s reminders were sent", sent)
        connections.close_all()
