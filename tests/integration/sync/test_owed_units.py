"""Missing is not zero: a line whose units nobody knows is never posted, whatever a person answered."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from seatbridge.psa.records import Contract, Line
from seatbridge.sync.models import Owed
from seatbridge.sync.views import KeyView
from seatbridge.sync.writing.calls import line_write_of
from seatbridge.sync.writing.owing import UNITS_UNKNOWN, Do, next_step

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
PRICE = Decimal("5.00")
CONTRACT = Contract(
    7001, "Northwind", "Northwind", "Recurring Services", "Active", "Monthly", Decimal(0), NOVEMBER, None
)


def owed(phase: Owed.Phase, units: int | None) -> Owed:
    """As it stands once a person has answered "finish"."""
    return Owed(
        contract_id=7001, service_id=501, line_id=91, purpose=Owed.Purpose.REVERT, phase=phase, units=units,
        unit_price=PRICE, unit_cost=Decimal(0), name="Standard", effective_date=NOVEMBER,
    )  # fmt: skip


def view(price: Decimal, since: date) -> KeyView:
    line = Line(
        91, 7001, 501, 1, "Standard", "", since, Decimal(0), price, excluded_from_bulk=False, units=None
    )
    return KeyView(CONTRACT, (line,), datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("phase", "seen"),
    [(Owed.Phase.RETURNING, view(PRICE, DECEMBER)), (Owed.Phase.ADDING, view(Decimal(0), NOVEMBER))],
)
def test_a_line_is_posted_only_with_units_that_are_known(phase: Owed.Phase, seen: KeyView) -> None:
    settle = timedelta(seconds=60)
    assert next_step(owed(phase, 14), seen, settle=settle).do is Do.SEND_ADD
    asked = next_step(owed(phase, None), seen, settle=settle)
    assert (asked.do, asked.why) == (Do.ASK, UNITS_UNKNOWN)


@pytest.mark.parametrize(
    ("price", "next_do"), [(Decimal("70.00"), Do.SEND_RESTORE), (Decimal(0), Do.ASK)], ids=["wrong", "at 0"]
)
def test_a_wrong_price_is_put_back_also_beside_a_second_priced_line(price: Decimal, next_do: Do) -> None:
    """It is billed already, at the wrong sum: only a line at 0 would become the second one."""
    ours = view(price, NOVEMBER)
    other = ours.lines[0]._replace(id=92, unit_price=PRICE)
    seen = KeyView(CONTRACT, (*ours.lines, other), ours.read_from)
    step = next_step(owed(Owed.Phase.RESTORING, 14), seen, settle=timedelta(seconds=60))
    assert step.do is next_do


def test_nothing_makes_a_zero_of_units_that_are_missing() -> None:
    assert line_write_of(owed(Owed.Phase.ADDING, 0)).units == 0
    with pytest.raises(ValueError, match="no units are known for service 501 of contract 7001"):
        line_write_of(owed(Owed.Phase.ADDING, None))
