"""`worker`: carries runs, and nothing else; as many as wanted, on as many machines."""

import signal
import sys
from threading import Event
from typing import Annotated

import typer

from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.printing import tell
from seatbridge.config.start import current
from seatbridge.engine.starting import start_engine

CONCURRENCY = 4


def work(
    *,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=64, help="So many runs at a time.")
    ] = CONCURRENCY,
) -> int:
    """Carry runs until it is interrupted; the portal then needs no engine: serve --no-engine."""
    settings = current()
    if not settings.database.is_postgresql:
        raise CommandRefused(
            "Workers need PostgreSQL.",
            why="On SQLite the process that shows the portal carries the runs: seatbridge serve.",
            fix="Set SEATBRIDGE_DATABASE_URL to postgresql://USER:PASSWORD@HOST:PORT/NAME",
        )
    asked = Event()
    engine = start_engine(settings, concurrency)

    def stop(*_: object) -> None:
        engine.ask_to_stop()
        asked.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    tell(["The worker carries runs (Ctrl-C ends it)."])
    sys.stdout.flush()  # whoever reads a pipe wants to know now
    asked.wait()
    engine.stop()
    tell(["The worker has ended."])
    return 0
