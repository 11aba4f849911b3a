"""The shared call budget asks the database seldom, and never lends a call twice for that."""

from datetime import timedelta

import pytest

from seatbridge.integrations.budgets import SharedBudget
from seatbridge.integrations.models import CallWindow
from seatbridge.psa.kaseya_bms.call_window import Rate
from seatbridge.psa.kaseya_bms.calls import AUTHENTICATE, CONTRACTS, LINES, WRITE_LINE
from seatbridge.psa.kaseya_bms.pacing import Pacing
from tests.integration.integrations.conftest import FakeTime
from tests.support.statements import told_statements

HOST = "bms.kaseya.com"
pytestmark = pytest.mark.django_db


def budget(rate: Rate | None = None) -> SharedBudget:
    return SharedBudget(HOST, "northwind", rate or Rate())


def session(time: FakeTime) -> Pacing:
    return Pacing(time.clock(), budget(), lambda until, why: pytest.fail(f"{why} until {until}"))


def carry_on(pacing: Pacing) -> None:
    """What a sync calls where nothing has changed: a sign-in, and one reading of four services."""
    pacing.wait_turn(AUTHENTICATE)
    pacing.expect({CONTRACTS: 1, LINES: 4})
    pacing.wait_turn(CONTRACTS)
    for _ in range(4):
        pacing.wait_turn(LINES)
    pacing.give_back()


def test_a_session_looks_once_and_writes_once_an_endpoint(time: FakeTime) -> None:
    carry_on(session(time))
    with told_statements() as told:
        carry_on(session(time))
    asked = ["pause" if "pausedhost" in sql else sql.partition(" ")[0] for sql in told]
    assert asked == ["pause", "SELECT", "UPDATE", "UPDATE", "UPDATE"]
    assert {row.endpoint: sum(row.slots.values()) for row in CallWindow.objects.all()} == {
        AUTHENTICATE: 2,
        CONTRACTS: 2,
        LINES: 8,
    }


def test_the_first_calls_of_an_endpoint_are_counted_as_its_row_is_made(time: FakeTime) -> None:
    ours = budget()
    with told_statements() as told:
        assert ours.exchange(CONTRACTS, time.now, want=3).count == 3
    assert [sql.partition(" ")[0] for sql in told] == ["SELECT", "INSERT"]
    assert budget().calls_left(CONTRACTS, time.now) == 1140 - 3


def test_who_looked_before_others_took_calls_takes_none_of_theirs(time: FakeTime) -> None:
    """Ours knows the rows of all endpoints from before the others began, also that one had no row."""
    few = Rate(20)
    ours, others = budget(few), budget(few)
    ours.exchange(AUTHENTICATE, time.now, want=1)
    others.exchange(CONTRACTS, time.now, want=15)
    ours.exchange(WRITE_LINE, time.now, want=1)
    others.exchange(WRITE_LINE, time.now, want=10)
    assert ours.exchange(CONTRACTS, time.now, want=15).count == 4
    assert ours.exchange(WRITE_LINE, time.now, want=15).count == 8
    taken = {row.endpoint: sum(row.slots.values()) for row in CallWindow.objects.all()}
    assert taken == {AUTHENTICATE: 1, CONTRACTS: 19, WRITE_LINE: 19}


def test_what_others_gave_back_since_is_seen(time: FakeTime) -> None:
    few = Rate(20)
    ours, others = budget(few), budget(few)
    held = others.exchange(CONTRACTS, time.now, want=19)
    assert ours.exchange(CONTRACTS, time.now, want=1).count == 0
    others.exchange(CONTRACTS, time.now, want=0, back=held)
    assert ours.exchange(CONTRACTS, time.now, want=1).count == 1


def test_to_ask_how_many_are_left_makes_no_row(time: FakeTime) -> None:
    assert budget().calls_left(CONTRACTS, time.now) == 1140
    assert budget().free_at(CONTRACTS, time.now) == time.now
    assert not CallWindow.objects.exists()


def test_the_pause_is_looked_at_no_more_than_once_a_second(time: FakeTime) -> None:
    ours = budget()
    with told_statements() as told:
        for _ in range(6):
            ours.paused_until(time.now)
            time.now += timedelta(milliseconds=400)
    assert len(told) == 2
