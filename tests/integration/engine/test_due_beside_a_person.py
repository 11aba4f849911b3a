"""A person saves a setting of an integration at the instant at which its schedule is due."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from threading import Event, Thread

import pytest
from django.db import connection, connections

from seatbridge.engine.due import queue_due
from seatbridge.integrations import schedules
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.switching import enable
from seatbridge.kit.clock import Clock
from seatbridge.partners.adding import add_partner
from seatbridge.sync.models import SyncRun

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
LATE = NOW - timedelta(minutes=1)


@pytest.fixture
def integration(transactional_db: None) -> Integration:
    if connection.vendor == "sqlite":
        pytest.skip("whoever writes there is alone")
    partner = add_partner("Northgate IT", "America/New_York")
    made = Integration.objects.create(partner=partner, hostname="bms.kaseya.com", enabled=True)
    Schedule.objects.create(integration=made, next_run_at=LATE)
    return made


def at_nine(integration: Integration) -> None:
    schedules.set_schedule(integration, actor="Alice", now=NOW, cadence="daily", at=time(9))


@pytest.fixture
def impatient(integration: Integration) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        yield
        cursor.execute("RESET lock_timeout")


@contextmanager
def half_saved(monkeypatch: pytest.MonkeyPatch, save: Callable[[], object]) -> Iterator[None]:
    """Meanwhile that person has the integration, and not its schedule yet."""
    begun, may_end, broke = Event(), Event(), list[BaseException]()

    def wait(real: Callable[..., object], *given: object, **named: object) -> object:
        begun.set()
        assert may_end.wait(10)
        return real(*given, **named)

    def run() -> None:
        try:
            save()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            broke.append(error)
        connections.close_all()

    monkeypatch.setattr(schedules, "_next", partial(wait, schedules._next))
    person = Thread(target=run)
    person.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        may_end.set()
        person.join(10)
    assert not broke


@pytest.mark.usefixtures("impatient")
def test_it_is_left_to_the_next_look_and_neither_waits_for_the_other(
    integration: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(real_now=lambda: NOW)
    with half_saved(monkeypatch, partial(at_nine, integration)):
        queue_due(clock)
        assert not SyncRun.objects.exists()
    saved = Schedule.objects.get()
    assert (saved.at, saved.next_run_at != LATE) == (time(9), True)
    Schedule.objects.update(next_run_at=LATE)
    queue_due(clock)
    assert SyncRun.objects.get().integration == integration


def test_who_switches_it_on_while_its_first_schedule_is_saved_waits_and_neither_breaks(
    integration: Integration, monkeypatch: pytest.MonkeyPatch
) -> None:
    Schedule.objects.all().delete()
    Integration.objects.update(enabled=False)
    broke: list[BaseException] = []

    def switch_on() -> None:
        try:
            enable(integration, actor="Bill")
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            broke.append(error)
        connections.close_all()

    other = Thread(target=switch_on)
    with half_saved(monkeypatch, partial(at_nine, integration)):
        other.start()
        while not somebody_waits_for_a_lock():
            assert other.is_alive()
    other.join(10)
    assert not broke
    assert Schedule.objects.get().at == time(9)
    assert Integration.objects.get().enabled


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])
