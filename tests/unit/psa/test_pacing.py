"""Kaseya's hourly limit: a rolling hour per endpoint, waited out before it is hit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.kaseya_bms.budget import OwnBudget
from seatbridge.psa.kaseya_bms.call_window import Rate, Tokens
from seatbridge.psa.kaseya_bms.pacing import Pacing, read_retry_after
from tests.unit.psa.examples import STANDARD_TO_14, WRITTEN
from tests.unit.psa.scripted import CONTRACTS, LINES, NOON, WRITE, Host, Time, ok, page, pages_of


def test_a_used_up_hour_is_waited_out_and_said() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    waits: list[tuple[datetime, str]] = []
    bms = host.bms(budget=OwnBudget(Rate(3)))
    bms.on_wait = lambda until, why: waits.append((until, why))
    for _ in range(3):
        bms.contracts()
        host.time.now += timedelta(minutes=10)
    assert bms.calls_left(calls.CONTRACTS) == 0
    bms.contracts()
    # A call counts until an hour after the end of its minute, and a minute more for its way there.
    assert waits == [(NOON + timedelta(minutes=62), "Kaseya's hourly limit")]
    assert host.time.now == NOON + timedelta(minutes=62)


def test_the_hour_rolls() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    bms = host.bms(budget=OwnBudget(Rate(2)))
    for _ in range(5):
        bms.contracts()
        host.time.now += timedelta(minutes=31)
    assert host.time.slept == []


def test_endpoints_have_their_own_hours() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    host.on(WRITE, ok(WRITTEN))
    bms = host.bms(budget=OwnBudget(Rate(2)))
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
    bms._pacing.pause_host(timedelta(minutes=2))
    bms.write_line(STANDARD_TO_14)
    assert host.time.now == NOON + timedelta(minutes=2)
    assert waits == ["the pause that Kaseya BMS asked for"]


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


class Counting(OwnBudget):
    looks = most = 0

    def exchange(self, *given: Any, **named: Any) -> Tokens:
        self.looks, self.most = self.looks + 1, max(self.most, named["want"])
        return super().exchange(*given, **named)


def test_hundreds_of_calls_cost_few_looks_at_the_budget() -> None:
    budget = Counting(Rate())
    pacing = Pacing(Time().clock, budget, lambda until, why: pytest.fail(f"{why} until {until}"))
    for _ in range(300):
        pacing.wait_turn(calls.CONTRACTS)
    assert budget.looks <= 25


def test_a_reading_takes_its_calls_at_once_and_no_others() -> None:
    host, budget = Host(), Counting(Rate())
    host.on(CONTRACTS, pages_of([]))
    for service_id in (501, 502, 503):
        host.on(LINES.replace("501", str(service_id)), pages_of([]))
    with host.bms(budget=budget) as bms:
        bms.read([501, 502, 503])
        assert budget.looks == 3  # the sign-in, the contracts, the lines
        assert bms._pacing._pools[calls.LINES].tokens.count == 0
        bms.read([501, 502, 503])
        assert budget.looks == 5
    assert budget.looks == 5


def test_what_a_reading_expects_is_never_more_than_may_be_taken_at_once() -> None:
    host, budget = Host(), Counting(Rate(120))
    host.on(CONTRACTS, pages_of([]))
    for service_id in (501, 502, 503):
        host.on(LINES.replace("501", str(service_id)), pages_of([]))
    bms = host.bms(budget=budget)
    bms.read([501, 502, 503])
    assert budget.most == 2
    assert budget.calls_left(calls.LINES, host.time.now) == 114 - 3


def test_what_a_client_took_and_did_not_send_is_free_when_it_ends() -> None:
    host, shared = Host(), OwnBudget(Rate())
    host.on(CONTRACTS, pages_of([]))
    with host.bms(budget=shared) as bms:
        for _ in range(5):
            bms.contracts()
        assert bms.set_aside({calls.CONTRACTS: 40, calls.WRITE_LINE: 25}) is None
        assert shared.calls_left(calls.WRITE_LINE, host.time.now) == 1140 - 25
    assert shared.calls_left(calls.CONTRACTS, host.time.now) == 1140 - 5
    assert shared.calls_left(calls.WRITE_LINE, host.time.now) == 1140


def test_calls_set_aside_are_kept_while_others_use_up_the_rest() -> None:
    host, shared = Host(), OwnBudget(Rate(20))
    host.on(WRITE, ok(WRITTEN))
    ours, theirs = host.bms(budget=shared), host.bms(budget=shared)
    assert ours.set_aside({calls.WRITE_LINE: 5}) is None
    for _ in range(14):
        theirs.write_line(STANDARD_TO_14)
    assert host.time.slept == []
    host.time.now += timedelta(minutes=20)
    for _ in range(5):
        ours.write_line(STANDARD_TO_14)
    assert host.time.slept == []
    with ours.urgent():
        ours.write_line(STANDARD_TO_14)
    assert host.time.slept == []
    assert theirs.set_aside({calls.CONTRACTS: 2, calls.WRITE_LINE: 2}) == NOON + timedelta(minutes=62)
    assert theirs.calls_left(calls.CONTRACTS) == 19
