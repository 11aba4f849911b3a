"""Kaseya's hourly limit: a rolling hour per endpoint, waited out before it is hit."""

from datetime import UTC, datetime, timedelta

import pytest

from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.kaseya_bms.pacing import read_retry_after
from tests.unit.psa.examples import STANDARD_TO_14, WRITTEN
from tests.unit.psa.scripted import CONTRACTS, NOON, WRITE, Host, ok, page, pages_of


def test_a_used_up_hour_is_waited_out_and_said() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    waits: list[tuple[datetime, str]] = []
    bms = host.bms(hourly_budget=3)
    bms.on_wait = lambda until, why: waits.append((until, why))
    for _ in range(3):
        bms.contracts()
        host.time.now += timedelta(minutes=10)
    assert bms.calls_left(calls.CONTRACTS) == 0
    bms.contracts()
    assert waits == [(NOON + timedelta(hours=1), "Kaseya's hourly limit")]
    assert host.time.now == NOON + timedelta(hours=1)


def test_the_hour_rolls() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    bms = host.bms(hourly_budget=2)
    for _ in range(5):
        bms.contracts()
        host.time.now += timedelta(minutes=30)
    assert host.time.slept == []


def test_endpoints_have_their_own_hours() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    host.on(WRITE, ok(WRITTEN))
    bms = host.bms(hourly_budget=2)
    bms.contracts()
    bms.contracts()
    bms.write_line(STANDARD_TO_14)
    assert host.time.slept == []
    assert bms.calls_left(calls.WRITE_LINE) == 1
    assert bms.calls_left(calls.WRITE_PRICES) == 2


def test_a_429_holds_every_endpoint_back() -> None:
    host = Host()
    host.on(CONTRACTS, page(429), pages_of([]))
    host.on(WRITE, ok(WRITTEN))
    waits: list[str] = []
    bms = host.bms()
    bms.on_wait = lambda _until, why: waits.append(why)
    bms.sign_in()
    bms._pacing.pause(timedelta(minutes=2))
    bms.write_line(STANDARD_TO_14)
    assert host.time.now == NOON + timedelta(minutes=2)
    assert waits == ["Kaseya BMS asked for a pause"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 5 ", 5),
        ("0", 0),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 23 Nov 2026 11:00:00 GMT", -3600),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 20, None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: int | None) -> None:
    found = read_retry_after(text, datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert (found and found.total_seconds()) == (seconds or (found and 0))
