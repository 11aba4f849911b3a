"""Units before: the best evidence that there is, named in words."""

from datetime import date
from decimal import Decimal

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.evidence import keys_without_evidence
from seatbridge.reconcile.facts import Invoiced, KnownLine, Pending
from seatbridge.reconcile.index import index_facts
from tests.unit.reconcile.worlds import ADVANCED, STANDARD, World, moment, one_line, row

KEY = (1, STANDARD)


def shown(world: World) -> tuple[int | None, str, str]:
    line = row(world.plan())
    return line.units_before, line.evidence_code, line.evidence


def test_a_live_answer_comes_first() -> None:
    world = one_line()
    world.lines[0] = world.lines[0]._replace(units=15)
    assert shown(world) == (15, "read", "BMS shows 15")


def test_our_last_write_while_the_total_is_the_one_kept_after_it() -> None:
    assert shown(one_line()) == (14, "written", "we wrote 14 from 1 Oct 2026")


def test_other_lines_that_move_the_total_are_said_and_change_nothing() -> None:
    world = one_line()
    world.move_total(1, "12.50")
    sentence = "we wrote 14 from 1 Oct 2026; contract total changed by +$12.50, cannot tell which line"
    assert shown(world) == (14, "written-unsure", sentence)
    assert row(world.plan()).status == "planned"


def test_a_raised_price_explains_its_own_movement_of_the_total() -> None:
    world = one_line()
    world.lines[0] = world.lines[0]._replace(unit_price=Decimal("6.00"))
    world.move_total(1, "14.00")
    assert shown(world)[:2] == (14, "written")
    assert row(world.plan()).unit_price == Decimal("6.00")


def test_a_move_that_is_no_whole_number_of_units_is_not_called_an_edit() -> None:
    world = one_line()
    world.remember(KEY, alone=True)
    world.move_total(1, "12.50")
    assert shown(world)[:2] == (14, "written-unsure")


def test_a_second_mapped_line_makes_an_edit_unknowable() -> None:
    world = one_line()
    world.line(1, 10, ADVANCED)
    world.remember(KEY, alone=True)
    world.move_total(1, "15.00")
    assert shown(world)[:2] == (14, "written-unsure")


@pytest.mark.parametrize(
    ("agreed", "words"),
    [
        ("confirmed", "14 confirmed by a person"),
        ("read", "BMS showed 14"),
        ("total", "the contract's total stood for 14"),
    ],
)
def test_units_that_a_count_agreed_with_are_not_said_to_be_written_by_us(agreed: str, words: str) -> None:
    world = one_line()
    world.remember(KEY, agreed=agreed)
    assert shown(world) == (14, "written", words)
    world.move_total(1, "12.50")
    moved = f"{words}; contract total changed by +$12.50, cannot tell which line"
    assert shown(world) == (14, "written-unsure", moved)


def test_what_was_invoiced_is_used_where_nothing_was_written() -> None:
    world = one_line()
    world.known.clear()
    world.invoiced[KEY] = Invoiced(14, date(2026, 11, 1), only_line=False)
    assert shown(world) == (14, "invoiced", "invoiced 14 on 1 Nov 2026")


def test_the_total_of_a_contract_with_one_line_tells_its_units() -> None:
    world = one_line()
    world.known[KEY] = KnownLine(alone=True)
    assert shown(world) == (14, "total", "the contract's total $70.00 ÷ $5.00 = 14")
    world.move_total(1, "1.00")
    assert shown(world)[:2] == (None, "unknown")


def test_what_a_person_confirmed_is_used_where_nothing_else_is_known() -> None:
    world = one_line()
    world.known[KEY] = KnownLine(confirmed_units=14)
    assert shown(world) == (14, "confirmed", "14 confirmed by a person")


def test_what_a_person_confirmed_since_a_write_settles_a_moved_total() -> None:
    world = one_line()
    world.move_total(1, "12.50")
    world.remember(KEY, confirmed_units=16)
    assert shown(world)[:2] == (16, "confirmed")


def test_a_line_that_a_person_put_in_place_of_ours_is_not_trusted() -> None:
    world = one_line()
    world.remember(KEY, line_id=7)
    world.invoiced[KEY] = Invoiced(14, date(2026, 11, 1), only_line=False)
    assert shown(world)[0] is None
    assert row(world.plan()).status == "current-units-unknown"
    assert "another one stands in its place" in row(world.plan()).cause


def scheduled(total_moves: str, *, unknown: bool = False, before: int | None = 14) -> World:
    """17 from 1 December was written in November; today is 2 December."""
    world = one_line(issue_on=IssueOn.START, end=None)
    world.now = moment("2026-12-02 06:00")
    pending = Pending(17, date(2026, 12, 1), outcome_unknown=unknown, units_before=before)
    world.remember(KEY, pending=pending)
    world.move_total(1, total_moves)
    return world


def test_a_write_whose_day_has_come_is_proved_by_the_total() -> None:
    assert shown(scheduled("15.00")) == (17, "written", "we wrote 17 from 1 Dec 2026")
    assert shown(scheduled("15.00", before=None))[:2] == (17, "written")
    assert row(scheduled("15.00").plan()).status == "no-change"


def test_a_write_whose_day_has_come_beside_other_movements_is_unsure() -> None:
    assert shown(scheduled("27.50"))[:2] == (17, "written-unsure")


def test_a_total_that_did_not_move_shows_the_former_units() -> None:
    world = scheduled("0.00")
    assert shown(world)[:2] == (14, "written-unsure")
    assert "has not moved since" in shown(world)[2]
    assert row(world.plan()).status == "planned"


def test_a_lost_write_whose_day_has_come_is_decided_by_the_total_alone() -> None:
    assert shown(scheduled("15.00", unknown=True))[:2] == (17, "written")
    assert shown(scheduled("0.00", unknown=True))[0] == 14
    assert row(scheduled("27.50", unknown=True).plan()).status == "current-units-unknown"


def test_what_is_older_than_a_lost_write_whose_day_has_come_tells_nothing() -> None:
    world = scheduled("27.50", unknown=True)
    world.remember(KEY, confirmed_units=14)
    world.invoiced[KEY] = Invoiced(14, date(2026, 11, 1), only_line=False)
    assert shown(world)[0] is None
    assert "our write from 1 Dec 2026" in shown(world)[2]
    world.invoiced[KEY] = Invoiced(17, date(2026, 12, 1), only_line=False)
    assert shown(world) == (17, "invoiced", "invoiced 17 on 1 Dec 2026")


def test_an_invoice_older_than_a_write_whose_units_are_not_known_any_more_tells_nothing() -> None:
    world = one_line()
    world.known[KEY] = KnownLine(written_from=date(2026, 10, 1))
    world.invoiced[KEY] = Invoiced(14, date(2026, 9, 1), only_line=False)
    assert shown(world)[0] is None
    world.remember(KEY, confirmed_units=15)
    assert shown(world) == (15, "confirmed", "15 confirmed by a person")
    world.invoiced[KEY] = Invoiced(16, date(2026, 10, 1), only_line=False)
    assert shown(world) == (16, "invoiced", "invoiced 16 on 1 Oct 2026")


def test_invoices_are_needed_only_where_nothing_better_is_known() -> None:
    world = World()
    for number in range(1, 7):
        world.contract(number)
        world.company(f"company-{number}", number, standard=5)
        world.line(number, 4)
    world.known.pop((1, STANDARD))
    world.known[2, STANDARD] = KnownLine(confirmed_units=4)
    world.lines[2] = world.lines[2]._replace(units=4)
    world.known.pop((3, STANDARD))
    world.known[4, STANDARD] = KnownLine(automatic=True)
    world.contracts[5] = world.contracts[5]._replace(end=date(2026, 10, 31))
    world.known.pop((5, STANDARD))
    world.move_total(6, "12.50")
    assert keys_without_evidence(index_facts(world.facts())) == {(1, STANDARD), (2, STANDARD)}
