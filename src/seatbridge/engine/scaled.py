"""Runs of many processes, on PostgreSQL: Procrastinate hands the jobs out, the run's own row decides.

A job says "run X". It is done whatever became of the run: tries, pauses and takeovers belong to the run's
row. A run that no job stands for any more (its worker was killed, or frozen, or cut off) gets a new one.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from typing import Any

import procrastinate
from django.db import close_old_connections, connections
from procrastinate.contrib.django import connector_params

from seatbridge.engine.carrying import Carrying
from seatbridge.engine.due import queue_due
from seatbridge.engine.handing_on import hand_on
from seatbridge.engine.looking import until_next_look
from seatbridge.engine.pool import Pool, guarded
from seatbridge.engine.stopping import StopSign
from seatbridge.integrations.schedules import plan_anew
from seatbridge.sync.carriers import this_process
from seatbridge.sync.queueing import QUEUE, TASK
from seatbridge.sync.syncing import Surroundings
from seatbridge.vitals.beating import Beating

HEARTBEAT, STALLED = timedelta(seconds=3), timedelta(seconds=15)  # of Procrastinate: beats, and is gone
PATIENCE_WITH_JOBS = 2.0  # their runs are carried on without them
LOOK_FOR_STOP = 0.2
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """At most `most` runs at a time; `beat`: seconds between two looks for what is due or left behind."""

    around: Callable[[Callable[[float], None]], Surroundings]
    beat: float = 1.0
    most: int = 4
    _stop: StopSign = field(default_factory=StopSign)
    _threads: list[Thread] = field(default_factory=list)
    _beating: Beating = field(default_factory=Beating)
    _carrying: Carrying = field(init=False)
    _pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        self._carrying = Carrying(self.around, self._stop)
        self._pool = Pool(self._carrying.carry, self.most, keeps_connections=True)

    def start(self) -> None:
        for name, work in (("ticker", self._tick_on), ("jobs", self._take_jobs)):
            thread = Thread(target=work, name=f"seatbridge-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def ask_to_stop(self) -> None:
        self._stop.set()

    def stop(self, patience: float = 8) -> None:
        """No further run begins; one under way finishes its step, and goes on elsewhere at once."""
        self.ask_to_stop()
        if not self._pool.wait(patience):
            _LOG.warning("a run is cut off in mid-step: whoever goes on settles what it has begun")
        for thread in self._threads:
            thread.join(1)

    def _tick_on(self) -> None:
        planned = more = False
        look_again = float("-inf")
        carrier = this_process(self._carrying.around(lambda _: None).lock_folder)
        while not self._stop.wait(0 if more else self.beat):
            more = False
            with guarded("looking for runs"):
                close_old_connections()
                self._beating.beat()
                clock = self._carrying.clock
                if not planned:
                    plan_anew(clock.billing_now())
                    planned = True
                more = queue_due(clock)
                # It reads every run under way. While thousands are, that takes little of a worker's time.
                began = time.monotonic()
                if began >= look_again:
                    hand_on(carrier, clock.now(), STALLED)
                    look_again = began + until_next_look(time.monotonic() - began, self.beat)
        with guarded("saying goodbye"):
            self._beating.end()
        connections.close_all()

    def _take_jobs(self) -> None:
        while not self._stop.is_set():
            with guarded("taking jobs"):
                asyncio.run(self._work())
            self._stop.wait(self.beat)

    async def _work(self) -> None:
        """Until the stop, or until the database cannot be reached: then this begins anew."""
        app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(kwargs=_connection(), min_size=1, max_size=3)
        )
        app.task(name=TASK, queue=QUEUE)(self._carry)
        async with app.open_async():
            work = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self.most,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    fetch_job_polling_interval=self.beat * 5,
                    update_heartbeat_interval=HEARTBEAT.total_seconds(),
                    stalled_worker_timeout=STALLED.total_seconds(),
                    shutdown_graceful_timeout=PATIENCE_WITH_JOBS,
                )
            )
            while not self._stop.is_set() and not work.done():  # noqa: ASYNC110 - a stop comes from a thread
                await asyncio.sleep(LOOK_FOR_STOP)
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def _carry(self, run: int) -> None:
        """The job waits for the run, so that no worker takes more of them than it carries."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def ended() -> None:
            loop.call_soon_threadsafe(over.set)

        if self._pool.begin(run, ended):
            await over.wait()


def _connection() -> dict[str, Any]:
    """A worker that is frozen in the middle of taking a job must not keep it locked."""
    params = connector_params()
    longest = f"-c idle_in_transaction_session_timeout={STALLED.total_seconds():.0f}s"
    return {**params, "options": f"{params.get('options', '')} {longest}".strip()}
