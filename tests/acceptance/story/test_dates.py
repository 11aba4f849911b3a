"""From which day a change counts, proven by the invoices that BMS then makes: units and money to the cent."""

from datetime import date, time
from decimal import Decimal

import pytest

from seatbridge.integrations.calendars import note_posted
from seatbridge.ledger.models import LedgerEntry
from tests.support.story import ALICE, Settle, Story, confirm, confirm_carried
from tests.support.story_world import Client

NOV_1, DEC_1, JAN_1 = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
CONTOSO = Client("contoso", {"standard": 500})
START = {"issue_on": "start"}


def told(
    settle: Settle, units: int = 20, contract: dict[str, object] | None = None, **begin: object
) -> Story:
    return settle([Client("northwind", {"standard": units}, contract=contract or {}), CONTOSO], **begin)


def full(first_day: date, units: int, total: str) -> tuple[date, Decimal, Decimal, str]:
    return (first_day, Decimal(units), Decimal(total), "full")


def change(story: Story, units: int, *, approve: bool = False) -> tuple[str, str]:
    """Status and effective date of Northwind's line after a sync with this count."""
    story.count("northwind", standard=units)
    line = story.sync(approve=approve).line("northwind")
    return line["status"], line["effective_date"]


class TestEndOfCycle:
    """Posted on the 1st: November is billed on 1 December."""

    def test_a_change_counts_from_the_first_day_of_the_unposted_period(self, settle: Settle) -> None:
        story = told(settle)
        assert change(story, 22) == ("synced", "2026-11-01")
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 22, "110.00")]

    def test_one_write_a_period_and_the_newer_count_with_the_next(self, settle: Settle) -> None:
        story = told(settle)
        change(story, 22)
        story.day(date(2026, 11, 25))
        assert change(story, 24) == ("planned", "2026-12-01")
        story.day(date(2026, 12, 2))
        assert change(story, 24) == ("synced", "2026-12-01")
        story.day(date(2027, 1, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 22, "110.00"), full(DEC_1, 24, "120.00")]

    def test_where_rewriting_is_clean_the_latest_count_before_posting_wins(self, settle: Settle) -> None:
        story = told(settle)
        story.rewrites_are_clean()
        for day, units in ((23, 22), (25, 25), (30, 19)):
            story.day(date(2026, 11, day))
            assert change(story, units) == ("synced", "2026-11-01")
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 19, "95.00")]

    def test_on_the_posting_day_nothing_is_written_until_the_set_hour(self, settle: Settle) -> None:
        story = told(settle)
        story.day(DEC_1, time(0, 1))
        for hour in (time(9), time(17, 59)):
            story.time.set(DEC_1, hour)
            assert change(story, 22) == ("planned", "2026-11-01")
            assert change(story, 22, approve=True)[0] == "planned"
        assert story.bms.writes == []
        story.time.set(DEC_1, time(18, 0))
        assert change(story, 22) == ("synced", "2026-12-01")
        story.day(date(2027, 1, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 20, "100.00"), full(DEC_1, 22, "110.00")]

    def test_posting_done_ends_the_freeze_at_once(self, settle: Settle) -> None:
        story = told(settle)
        story.day(DEC_1, time(10))
        assert change(story, 22)[0] == "planned"
        story.bms.post(DEC_1)
        note_posted(story.integration, DEC_1, today=DEC_1, actor=ALICE)
        assert change(story, 22) == ("synced", "2026-12-01")
        assert story.invoiced("northwind") == [full(NOV_1, 20, "100.00")]

    def test_posting_done_a_day_late_still_leaves_november_as_it_was(self, settle: Settle) -> None:
        story = told(settle)
        story.day(date(2026, 12, 2))
        assert change(story, 22) == ("synced", "2026-12-01")
        assert story.invoiced("northwind") == [full(NOV_1, 20, "100.00")]


class TestStartOfCycle:
    """Posted on the 25th: December is billed on 25 November, before it has begun."""

    def test_a_change_is_dated_ahead_and_comes_true_on_its_day(self, settle: Settle) -> None:
        story = told(settle, contract=START)
        assert change(story, 22) == ("scheduled", "2026-12-01")
        assert story.units("northwind") == 20
        assert story.company.ahead == "kept"
        story.day(date(2026, 11, 26))
        assert story.invoiced("northwind") == [full(DEC_1, 22, "110.00")]
        again = story.sync()
        assert (again.status("northwind"), again.writes) == ("scheduled", [])
        story.day(date(2026, 12, 2))
        story.count("northwind", standard=22)
        come = story.sync()
        assert (come.status("northwind"), come.writes) == ("no-change", [])
        assert LedgerEntry.objects.filter(event="write.took-effect").count() == 1

    def test_while_it_is_pending_a_newer_count_is_written_at_the_same_day(self, settle: Settle) -> None:
        story = told(settle, contract=START)
        change(story, 22)
        assert change(story, 23) == ("scheduled", "2026-12-01")
        assert change(story, 20)[0] == "scheduled"
        assert change(story, 24) == ("scheduled", "2026-12-01")
        story.day(date(2026, 11, 26))
        assert story.invoiced("northwind") == [full(DEC_1, 24, "120.00")]

    def test_once_posted_a_newer_count_waits_for_january(self, settle: Settle) -> None:
        story = told(settle, contract=START)
        change(story, 22)
        story.day(date(2026, 11, 26))
        assert change(story, 24)[0] == "planned"
        story.day(date(2026, 12, 2))
        assert change(story, 24) == ("scheduled", "2027-01-01")
        story.day(date(2026, 12, 26))
        assert story.invoiced("northwind") == [full(DEC_1, 22, "110.00"), full(JAN_1, 24, "120.00")]

    def test_the_freeze_holds_on_the_25th(self, settle: Settle) -> None:
        story = told(settle, contract=START, ahead_seen="kept")
        story.day(date(2026, 11, 25), time(9))
        assert change(story, 22)[0] == "planned"
        story.time.set(date(2026, 11, 25), time(18))
        assert change(story, 22) == ("scheduled", "2027-01-01")
        story.day(date(2026, 12, 26))
        assert story.invoiced("northwind") == [full(DEC_1, 20, "100.00"), full(JAN_1, 22, "110.00")]

    def test_a_change_that_did_not_come_true_is_never_taken_as_done(self, settle: Settle) -> None:
        story = told(settle, contract=START)
        change(story, 22)
        story.bms.edit_line(11, units=20, effective_date="2026-12-01")
        story.day(date(2026, 12, 2))
        ran = story.sync()
        assert ran.status("northwind") == "error:verification"
        assert "did not take effect" in ran.line("northwind")["cause"]
        named = story.sync(approve_lines=[("northwind", "standard")])
        assert named.status("northwind") == "scheduled"
        assert named.line("northwind")["effective_date"] == "2027-01-01"

    def test_a_line_moved_to_a_day_until_which_all_is_posted_loses_nothing(self, settle: Settle) -> None:
        story = told(settle, contract=START, ahead="re-dates")
        assert change(story, 22) == ("scheduled", "2026-12-01")
        assert story.company.ahead == "re-dates"
        assert change(story, 23)[0] in {"planned", "blocked:write-method"}
        story.day(date(2026, 11, 26))
        assert story.invoiced("northwind") == [full(DEC_1, 22, "110.00")]
        story.day(date(2026, 12, 2))
        assert change(story, 22) == ("no-change", None)
        assert len(story.bms.writes) == 1

    def test_posted_on_the_5th_the_change_waits_for_its_first_day_and_is_in_time(
        self, settle: Settle
    ) -> None:
        calendar = {"default": "start", "start_posts_on": 5}
        story = told(settle, contract=START, calendar=calendar, posting={"start_day": 5})
        assert change(story, 22) == ("planned", "2026-12-01")
        story.day(DEC_1)
        assert change(story, 22) == ("synced", "2026-12-01")
        story.day(date(2026, 12, 6))
        assert story.invoiced("northwind") == [full(DEC_1, 22, "110.00")]


class TestLongCycles:
    QUARTERLY = {"billing_cycle": "Quarterly"}
    YEARLY = {"billing_cycle": "Yearly"}

    @pytest.mark.parametrize("per", ["period", "month"])
    def test_a_quarterly_rise_is_prorated_from_the_next_month_by_the_sum_announced(
        self, settle: Settle, per: str
    ) -> None:
        story = told(settle, contract=self.QUARTERLY, billing_price_per=per)
        story.count("northwind", standard=22)
        line = story.sync().line("northwind")
        assert (line["status"], line["effective_date"]) == ("scheduled", "2026-12-01")
        assert line["proration"] == "3.37"  # 2 units at 5.00, 31 of 92 days
        story.day(date(2026, 12, 2))
        story.count("northwind", standard=22)
        assert story.sync().status("northwind") == "no-change"
        story.day(date(2027, 1, 2))
        assert story.invoiced("northwind") == [
            full(date(2026, 10, 1), 20, "100.00"),
            (DEC_1, Decimal(2), Decimal("3.37"), "proration"),
        ]

    def test_a_quarterly_drop_counts_from_the_next_quarter(self, settle: Settle) -> None:
        story = told(settle, contract=self.QUARTERLY)
        assert change(story, 18) == ("scheduled", "2027-01-01")
        story.day(date(2027, 1, 2))
        story.count("northwind", standard=18)
        assert story.sync().status("northwind") == "no-change"
        story.day(date(2027, 4, 2))
        assert story.invoiced("northwind") == [
            full(date(2026, 10, 1), 20, "100.00"),
            full(JAN_1, 18, "90.00"),
        ]

    def test_a_bms_that_moves_todays_line_is_put_right_and_written_on_the_day_instead(
        self, settle: Settle
    ) -> None:
        story = told(settle, contract=self.QUARTERLY, ahead="re-dates")
        assert change(story, 22)[0] == "blocked:write-method"
        assert story.company.ahead == "re-dates"
        assert story.units("northwind") == 20
        assert change(story, 22) == ("planned", "2026-12-01")
        story.day(DEC_1, time(18))
        assert change(story, 22) == ("synced", "2026-12-01")
        story.day(date(2027, 1, 2))
        assert story.invoice_totals("northwind") == [Decimal("103.37")]

    def test_a_yearly_rise_and_a_yearly_drop(self, settle: Settle) -> None:
        story = told(settle, contract=self.YEARLY)
        story.count("northwind", standard=22)
        line = story.sync().line("northwind")
        assert (line["status"], line["effective_date"]) == ("scheduled", "2026-12-01")
        assert line["proration"] == "0.85"  # 2 units at 5.00 a year, 31 of 365 days
        story.day(date(2026, 12, 2))
        story.count("northwind", standard=22)
        story.sync()
        assert change(story, 19) == ("scheduled", "2027-01-01")
        story.day(date(2027, 1, 2))
        assert story.invoiced("northwind") == [
            full(date(2026, 1, 1), 20, "100.00"),
            (DEC_1, Decimal(2), Decimal("0.85"), "proration"),
        ]
        assert story.units("northwind") == 19

    def test_a_weekly_contract_is_written_from_its_own_monday(self, settle: Settle) -> None:
        contract = {"billing_cycle": "Weekly", "start": "2026-01-05"}
        story = told(settle, contract=contract)
        assert change(story, 22)[0] == "synced"
        story.day(date(2026, 12, 2))
        units = {first_day: qty for first_day, qty, _, kind in story.invoiced("northwind") if kind == "full"}
        assert {kind for *_, kind in story.invoiced("northwind")} == {"full"}
        assert units[date(2026, 11, 23)] == 22


class TestTheContractsOwnDays:
    def test_a_contract_that_began_inside_the_period_is_written_from_its_first_day(
        self, settle: Settle
    ) -> None:
        story = told(settle, contract={"start": "2026-11-10"})
        assert change(story, 22) == ("synced", "2026-11-10")
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(date(2026, 11, 10), 22, "77.00")]  # 21 of 30 days

    def test_a_contract_from_the_17th_is_written_from_the_17th(self, settle: Settle) -> None:
        story = told(settle, contract={"start": "2026-01-17", "fiscal": False})
        assert change(story, 22) == ("synced", "2026-10-17")
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(date(2026, 10, 17), 22, "110.00")]

    def test_the_last_period_of_a_contract_is_still_written(self, settle: Settle) -> None:
        story = told(settle, contract={"end": "2026-11-25"})
        assert change(story, 22) == ("synced", "2026-11-01")
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 22, "91.67")]  # 25 of 30 days

    def test_after_its_last_posting_nothing_is_left_to_write(self, settle: Settle) -> None:
        story = told(settle, contract={**START, "end": "2026-12-31"})
        story.day(date(2026, 11, 26))
        assert change(story, 22)[0] == "blocked:contract-ended"
        assert story.bms.writes == []

    def test_a_change_that_would_begin_after_the_end_is_not_written(self, settle: Settle) -> None:
        story = told(settle, contract={**START, "end": "2026-11-30"})
        assert change(story, 22)[0] == "blocked:contract-ended"
        assert story.bms.writes == []


@pytest.mark.parametrize("meaning", ["from-date", "immediate", "re-dates"])
class TestOtherMethods:
    """Right whatever the date of a bulk update means in this BMS."""

    def test_replace_bills_the_new_units_once(self, settle: Settle, meaning: str) -> None:
        story = told(settle, behaviour="appends", reading="appends", method="replace", bulk_date=meaning)
        story.count("northwind", standard=22)
        waits = story.sync()
        assert (waits.status("northwind"), waits.writes) == ("planned", [])
        assert change(story, 22, approve=True) == ("synced", "2026-11-01")
        assert story.bill("northwind")["total_now"] == "110.00"
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 22, "110.00")]
        assert story.invoice_totals("northwind") == [Decimal("110.00")]
        assert change(story, 23, approve=True) == ("synced", "2026-12-01")
        story.day(date(2027, 1, 2))
        assert story.invoice_totals("northwind") == [Decimal("110.00"), Decimal("115.00")]

    def test_replace_is_never_dated_ahead_so_a_start_of_cycle_line_is_by_hand(
        self, settle: Settle, meaning: str
    ) -> None:
        story = told(
            settle,
            contract=START,
            behaviour="appends",
            reading="appends",
            method="replace",
            bulk_date=meaning,
        )
        assert change(story, 22, approve=True)[0] == "blocked:write-method"
        assert story.bms.writes == []

    def test_a_test_write_leaves_the_right_invoice(self, settle: Settle, meaning: str) -> None:
        story = told(settle, reading="unknown", bulk_date=meaning)
        assert change(story, 22) == ("synced", "2026-11-01")
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 22, "110.00")]

    def test_a_carried_price_bills_its_users_once(self, begin: Settle, meaning: str) -> None:
        line = {"unit_price": "100", "unit_cost": "60"}
        cast = [Client("northwind", {"standard": 1}, users={"standard": 20}, line=line), CONTOSO]
        story = begin(cast, behaviour="rejects", reading="rejects", bulk_date=meaning)
        confirm_carried(story, cast[:1])
        confirm(story, cast[1:])
        story.method("price-carrying")
        story.sync(approve=True, companies=["northwind"])
        assert change(story, 22, approve=True) == ("synced", "2026-11-01")
        assert story.bill("northwind")["total_now"] == "110.00"
        story.day(date(2026, 12, 2))
        assert story.invoiced("northwind") == [full(NOV_1, 1, "110.00")]
        assert change(story, 21, approve=True) == ("synced", "2026-12-01")
        story.day(date(2027, 1, 2))
        assert story.invoiced("northwind")[1:] == [full(DEC_1, 1, "105.00")]
