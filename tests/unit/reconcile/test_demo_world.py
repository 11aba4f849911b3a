"""The demo world, Monday 23 November 2026: Start of cycle is posted on the 25th, End of cycle on the 1st."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.facts import Ahead, BmsReading, CompanyState, Method, Verdict
from seatbridge.reconcile.planned import Outcome, Plan
from tests.unit.reconcile.worlds import ADVANCED, APPROVED, STANDARD, World, row

START = IssueOn.START


def demo() -> World:
    world = World(approvals=APPROVED)
    _calm_rows(world)
    _waiting_rows(world)
    _grey_rows(world)
    return world


def _calm_rows(world: World) -> None:
    world.company("alder", 1, licenses=15, standard=14)
    world.contract(1, issue_on=START, fiscal=False, start=date(2026, 1, 17))
    world.line(1, 14, effective_date=date(2026, 1, 17))
    world.company("brightwater", 2, licenses=50, advanced=49)
    world.contract(2, issue_on=START, billing_price=Decimal("1210.40"))
    world.line(2, 46, ADVANCED)
    world.company("cobalt", 3, licenses=32, standard=29)
    world.contract(3)
    world.line(3, 32)
    world.company("ironbridge", 9, licenses=30, standard=28)
    world.contract(9, "Yearly", issue_on=START, fiscal=False, start=date(2026, 3, 1), end=date(2027, 2, 28))
    world.line(9, 25, unit_price=Decimal("60.00"), effective_date=date(2026, 3, 1))


def _waiting_rows(world: World) -> None:
    world.company("delacroix", 4, licenses=60, advanced=22)
    world.contract(4, issue_on=START)
    world.line(4, 60, ADVANCED)
    world.company("evergreen", 5)
    world.change_company("evergreen", state=CompanyState.LEFT)
    world.contract(5, issue_on=START)
    world.line(5, 5)
    world.company("fulton", 6, licenses=80, standard=74)
    world.contract(6, issue_on=START, end=date(2026, 10, 31))
    world.line(6, 71)
    world.company("granite", 7, licenses=40, standard=0, advanced=38)
    world.contract(7, issue_on=START)
    world.line(7, 38)
    world.line(7, 0, ADVANCED)
    world.company("hollis holdings", 8, licenses=20, standard=11)
    world.company("hollis marine", 8, licenses=20, standard=6)
    world.contract(8, issue_on=START)
    world.line(8, 17)
    world.remember((8, STANDARD), alone=True)
    world.move_total(8, "15.00")
    world.company("juniper", None, licenses=20, standard=18)


def _grey_rows(world: World) -> None:
    for ref, reason in (("northgate", "internal"), ("kestrel", "trial"), ("maple ridge", "in bundle")):
        world.company(ref, None, standard=0)
        world.map_again(ref, excluded=reason, review_on=date(2027, 3, 1) if ref == "maple ridge" else None)


@pytest.fixture(scope="module")
def made() -> Plan:
    return demo().plan()


@pytest.mark.parametrize(
    ("company", "product", "status", "before", "after"),
    [
        ("alder", "standard", "no-change", 14, 14),
        ("brightwater", "advanced", "planned", 46, 49),
        ("cobalt", "standard", "planned", 32, 29),
        ("delacroix", "advanced", "held:anomaly", 60, 22),
        ("evergreen", "standard", "left-password-boss", 5, 0),
        ("fulton", "standard", "blocked:contract-ended", 71, 74),
        ("granite", "standard", "held:plan-change", 38, 0),
        ("granite", "advanced", "held:plan-change", 0, 38),
        ("hollis holdings", "standard", "held:edited-in-bms", 20, 17),
        ("hollis marine", "standard", "held:edited-in-bms", 20, 17),
        ("ironbridge", "standard", "planned", 25, 28),
        ("juniper", "standard", "skipped:unmapped-company", None, None),
        ("northgate", "advanced", "skipped:excluded", None, None),
        ("kestrel", "advanced", "skipped:excluded", None, None),
        ("maple ridge", "advanced", "skipped:excluded", None, None),
    ],
)
def test_each_row_shows_what_the_demo_promises(
    made: Plan, company: str, product: str, status: str, before: int | None, after: int | None
) -> None:
    line = row(made, company, product)
    assert (line.status, line.units_before, line.units_after) == (status, before, after)
    assert line.cause or line.status == "no-change"


def test_three_lines_are_written_each_from_its_own_day(made: Plan) -> None:
    assert {
        planned.key[0]: (planned.units_after, planned.effective_date, planned.ahead)
        for planned in made.writes
    } == {
        2: (49, date(2026, 12, 1), True),
        3: (29, date(2026, 11, 1), False),
        9: (28, date(2026, 12, 1), True),
    }
    assert made.run_holds == ()


def test_the_money_is_the_demos(made: Plan) -> None:
    assert row(made, "brightwater", "advanced").money_delta == Decimal("22.50")
    assert row(made, "cobalt").money_delta == Decimal("-15.00")
    assert row(made, "cobalt").proration is None
    assert row(made, "delacroix", "advanced").money_delta == Decimal("-285.00")
    assert row(made, "granite", "advanced").cause.endswith("+$95.00 a month.")
    assert row(made, "juniper").money_delta == Decimal("90.00")
    ironbridge = row(made, "ironbridge")
    assert (ironbridge.money_delta_period, ironbridge.proration) == (Decimal("180.00"), Decimal("44.38"))
    assert "Decide before 25 Nov 2026." in row(made, "delacroix", "advanced").fix


def test_replace_leaves_brightwater_and_ironbridge_to_a_person() -> None:
    made = demo().plan(verdict=Verdict(BmsReading.APPENDS, Method.REPLACE))
    assert [planned.key[0] for planned in made.writes] == [3]
    for company, product, sentence in (
        ("brightwater", "advanced", "from 46 to 49 units from 1 Dec 2026."),
        ("ironbridge", "standard", "from 25 to 28 units from 1 Dec 2026."),
    ):
        line = row(made, company, product)
        assert line.status == "blocked:write-method"
        assert line.fix.endswith(sentence)


def test_where_writes_ahead_move_todays_line_ironbridge_waits_for_its_day() -> None:
    made = demo().plan(verdict=Verdict(BmsReading.ADJUSTS, ahead=Ahead.RE_DATES))
    assert [planned.key[0] for planned in made.writes] == [3]
    assert row(made, "brightwater", "advanced").status == "blocked:write-method"
    assert row(made, "ironbridge").status == "planned"


def test_two_priced_lines_and_a_line_counted_by_rmm_are_not_written() -> None:
    world = demo()
    world.company("lakeshore", 20, standard=22)
    world.contract(20, issue_on=START)
    world.line(20, 10)
    world.line(20, 12, line_id=99)
    world.company("mesa", 21, standard=30)
    world.contract(21, issue_on=START)
    world.line(21, 28)
    world.remember((21, STANDARD), automatic=True)
    made = world.plan()
    assert row(made, "lakeshore").status == "blocked:duplicate-lines"
    assert row(made, "mesa").status == "blocked:automatic-line"
    assert len(made.writes) == 3


def test_a_feed_whose_rows_are_shifted_by_one_stops_the_whole_run() -> None:
    world = demo()
    world.approvals = replace(APPROVED, first_run_done=True)
    for number in range(30, 50):
        world.contract(number)
        world.company(f"company-{number}", number, licenses=200, standard=10 + (number * 7 + 7) % 20 * 5)
        world.line(number, 10 + number * 7 % 20 * 5)
    made = world.plan()
    assert made.waits_for_approval
    assert made.writes == ()
    assert not [line for line in made.lines if line.outcome is Outcome.CHANGE]
