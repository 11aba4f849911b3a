"""What a forked child can be asked to do: build rows, sync, switch, choose, tell what is stored."""

import os
import signal
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx
from django.core.management import call_command
from django.db import connection
from django.db.models import Max

from seatbridge.config.start import current
from seatbridge.integrations.methods import choose_method, set_rewrites_clean
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.integrations.switching import disable, enable
from seatbridge.kit.clock import Clock
from seatbridge.kit.hosts import HostList
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.cancelling import cancel_run
from seatbridge.sync.carriers import this_process
from seatbridge.sync.leases import Heart, TakenOver
from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.requesting import NotNow
from seatbridge.sync.starting import Asked, RunHeld
from seatbridge.sync.syncing import Surroundings, sync
from tests.support.forked_rows import add_counts, add_partner_rows
from tests.support.forked_telling import tell

ALICE = "alice@northgate.test"
WRITING = ("/services", "/bulkupdate")
TLS = ssl.create_default_context()  # made once, before any child: it takes longer than a whole sync


class Asker(Protocol):
    def say(self, **what: Any) -> None: ...
    def wait(self) -> None: ...


class Impatient(httpx.HTTPTransport):
    """Gives up on an answer soon, so that a hanging BMS costs a test a moment."""

    def __init__(self, seconds: float, changes: "Changes") -> None:
        super().__init__(verify=TLS)
        self._timeout = httpx.Timeout(seconds).as_dict()
        self._changes = changes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = self._timeout
        self._changes.made += request.url.path.endswith(WRITING)
        return super().handle_request(request)


@dataclass(slots=True)
class Changes:
    """Counts all that a process leaves behind when it dies: rows changed, and writes sent to BMS.

    Calls counted in the shared budget are left out: a run goes on the same whatever they say.
    """

    made: int = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.made += sql.startswith(("INSERT", "UPDATE", "DELETE")) and "callwindow" not in sql
        return execute(sql, *rest)


@dataclass(slots=True)
class Steps:
    """Counts the steps of a run from 0; the one that is asked for kills this process, or makes it wait."""

    asker: Asker
    changes: Changes
    kill_at: int | None
    pause_at: int | None
    seen: int = 0

    def __call__(self, name: str) -> None:
        self.asker.say(at=name, changes=self.changes.made, pid=os.getpid())
        number, self.seen = self.seen, self.seen + 1
        if number == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == self.pause_at:
            self.asker.wait()


def clock_of(asked: dict[str, Any]) -> Clock:
    return Clock(billing_offset=timedelta(seconds=asked["billing_offset"]))


def run_sync(asked: dict[str, Any], asker: Asker) -> Any:
    """Ends with what the run became, or with who holds it; `tell` adds all that is stored then."""
    settings = replace(current(), psa_hosts=HostList({asked["host"]: asked["bms"]}))
    clock, changes = clock_of(asked), Changes()
    transport = Impatient(asked["patience"], changes)

    @contextmanager
    def open_bms(integration: Integration) -> Iterator[Bms]:
        with open_bms_for(integration, settings, clock, transport=transport) as bms:
            yield bms

    around = Surroundings(
        clock=clock,
        open_bms=open_bms,
        lock_folder=Path(asked["locks"]),
        settle=timedelta(seconds=asked["settle"]),
        at=Steps(asker, changes, asked.get("kill_at"), asked.get("pause_at")),
    )
    if "lease" in asked:
        lease = timedelta(seconds=asked["lease"])
        heart = Heart(this_process(around.lock_folder), lease, lease.total_seconds() / 5)
        heart.start()
        around = replace(around, heart=heart)
    lines = [(company, product) for company, product in asked.get("approve_lines", [])]
    try:
        with connection.execute_wrapper(changes):
            what = (
                put_back_of_latest()
                if asked.get("puts_back")
                else Asked(ALICE, asked.get("dry_run", False), asked["approve"], lines)
            )
            run = sync_insisting(what, around, asked.get("insist", 0.0))
    except RunHeld as held:
        return {"held": str(held)}
    except TakenOver as lost:
        return {"lost": str(lost)}
    told = tell() if asked.get("tell") else None
    return {"state": run.state, "run": run.pk, "taken_over": run.taken_over, "told": told}


def sync_insisting(what: Asked, around: Surroundings, seconds: float) -> SyncRun:
    """Asks again for so long, each time that the lease of whoever holds the run is over."""
    ends = time.monotonic() + seconds
    while True:
        try:
            return sync(Integration.objects.get(), what, around)
        except RunHeld:
            if time.monotonic() > ends:
                raise
            time.sleep(_left_of_lease())


def _left_of_lease() -> float:
    until = SyncRun.objects.aggregate(until=Max("lease_until"))["until"]
    left = 0.0 if until is None else (until - datetime.now(UTC)).total_seconds()
    return max(left, 0.05)


def put_back_of_latest() -> Asked:
    asked = asked_to_put_back(SyncRun.objects.latest("pk"), None, actor=ALICE, dry_run=False)
    if isinstance(asked, NotNow):
        raise TypeError(asked.sentence)
    return asked


def rewrites_are_clean(_: dict[str, Any], __: Asker) -> Any:
    set_rewrites_clean(Integration.objects.get(), clean=True, actor=ALICE)


def prepare(asked: dict[str, Any], _: Asker) -> Any:
    add_partner_rows(asked["rows"], current(), clock_of(asked).billing_now())


def migrate(_: dict[str, Any], __: Asker) -> Any:
    call_command("migrate", verbosity=0)


def count_anew(asked: dict[str, Any], _: Asker) -> Any:
    add_counts(Integration.objects.get().partner, asked["counts"], clock_of(asked).billing_now())


def switch(asked: dict[str, Any], _: Asker) -> Any:
    return (enable if asked["on"] else disable)(Integration.objects.get(), actor=ALICE)


def cancel(asked: dict[str, Any], _: Asker) -> Any:
    cancel_run(SyncRun.objects.latest("pk"), clock_of(asked).now())


def choose(asked: dict[str, Any], _: Asker) -> Any:
    return choose_method(Integration.objects.get(), asked["method"], actor=ALICE)


def report(_: dict[str, Any], __: Asker) -> Any:
    return tell()


JOBS: dict[str, Callable[[dict[str, Any], Any], Any]] = {
    "migrate": migrate,
    "prepare": prepare,
    "count": count_anew,
    "sync": run_sync,
    "switch": switch,
    "cancel": cancel,
    "choose": choose,
    "rewrites are clean": rewrites_are_clean,
    "report": report,
}
