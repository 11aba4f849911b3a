"""Whatever the contract and the calendar: every period is posted once, by BMS on the day foreseen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pytest

from bms_simulator import posting as bms
from bms_simulator.knobs import Knobs
from bms_simulator.periods import periods_from
from bms_simulator.records import Contract as BmsContract
from seatbridge.psa.records import Contract
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn
from seatbridge.reconcile.periods import ONE_DAY, Period
from seatbridge.reconcile.posting import Posting, posting_of, rhythm_of
from tests.unit.reconcile.worlds import STANDARD, one_line, row

CYCLES = ("Weekly", "Monthly", "Quarterly", "Yearly")
DAYS = (1, 2, 5, 14, 15, 17, 25, 28, 29, 30, 31)
CONTRACT = 7001


class Drawn:
    """One contract under one calendar, as we know it and as BMS does."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - a repeatable draw
        start = date(2023, 6, 1) + timedelta(days=self.dice.randint(0, 400))
        if self.dice.random() < 0.4:  # month ends and the leap day
            start = self.dice.choice([date(2023, 8, 31), date(2024, 1, 31), date(2024, 2, 29)])
        length = self.dice.choice([45, 200, 800, 1500])
        cycle, issue_on = self.dice.choice(CYCLES), self.dice.choice(list(IssueOn))
        fiscal = self.dice.random() < 0.5
        own = self.dice.choice([None, *DAYS])
        self.contract = Contract(
            CONTRACT,
            "Northwind",
            "Northwind",
            "Recurring Services",
            "Active",
            cycle,
            Decimal(0),
            start,
            start + timedelta(days=length),
        )
        self.calendar = BillingCalendar(
            start_posts_on=self.dice.choice(DAYS),
            end_posts_on=self.dice.choice(DAYS),
            default=self.dice.choice(list(IssueOn)),
            fiscal=self.dice.random() < 0.5,
            contracts={CONTRACT: ContractTerms(issue_on, fiscal, own)},
        )
        self.knobs = Knobs(start_day=self.calendar.start_posts_on, end_day=self.calendar.end_posts_on)
        self.in_bms = BmsContract(
            id=CONTRACT,
            account_id=1,
            name="Northwind",
            type="Recurring Services",
            status="Active",
            billing_cycle=cycle,
            start=start,
            end=start + timedelta(days=length),
            issue_on=issue_on,
            fiscal=fiscal,
            posted_until=start,
            posts_on=own,
        )

    def posting(self, on: date, at: time = time(12)) -> Posting:
        return posting_of(self.calendar, CONTRACT, datetime.combine(on, at, tzinfo=UTC))

    def periods(self) -> list[Period]:
        rhythm = rhythm_of(self.contract, self.calendar)
        assert rhythm is not None
        found, period = [], rhythm.containing(self.contract.start)
        while period is not None:
            found.append(period)
            period = rhythm.after(period)
        return found

    def days(self) -> Iterator[date]:
        """From when the contract was made, which is before it begins."""
        day, end = self.contract.start - timedelta(days=70), self.in_bms.end + timedelta(days=70)
        while day <= end:
            yield day
            day += ONE_DAY


@pytest.mark.parametrize("seed", range(60))
def test_every_period_is_posted_once_and_on_the_day_on_which_bms_posts_it(seed: int) -> None:
    drawn = Drawn(seed)
    periods, in_bms = drawn.periods(), drawn.in_bms
    posted: dict[date, date] = {}
    for day in drawn.days():
        if bms.is_posting_day(in_bms, drawn.knobs, day):
            made = list(bms.periods_posted_on(in_bms, drawn.knobs, day))
            assert not posted.keys() & {each.start for each in made}, "posted twice"
            posted |= dict.fromkeys((each.start for each in made), day)
            in_bms = replace(in_bms, posted_until=made[-1].end) if made else in_bms
        tomorrow = drawn.posting(day + ONE_DAY, time(0))
        assert [period.start for period in periods if tomorrow.has_posted(period)] == sorted(posted)
    assert sorted(posted) == [period.start for period in periods], "never posted"
    for period in periods:
        assert drawn.posting(period.start).posts_on(period) == posted[period.start]


def test_periods_are_cut_alike_on_both_sides() -> None:
    for seed in range(200):
        drawn = Drawn(seed)
        theirs = [
            (each.start, each.last_day, each.whole_days) for each in periods_from(drawn.in_bms, date.min)
        ]
        assert [(each.start, each.end, each.days) for each in drawn.periods()] == theirs


@pytest.mark.parametrize("seed", range(40))
def test_a_change_counts_from_the_first_day_of_the_earliest_unposted_period(seed: int) -> None:
    drawn = Drawn(seed)
    if drawn.contract.billing_cycle in ("Quarterly", "Yearly"):
        drawn.contract = drawn.contract._replace(billing_cycle="Monthly")
    for _ in range(25):
        today = drawn.contract.start + timedelta(days=drawn.dice.randint(0, 900))
        if today > drawn.in_bms.end:
            continue
        unposted = [period for period in drawn.periods() if not drawn.posting(today).has_posted(period)]
        world = one_line(count=drawn.dice.choice([8, 13]), units=10)
        world.contracts[1] = drawn.contract._replace(id=1)
        world.calendar = replace(drawn.calendar, contracts={1: drawn.calendar.contracts[CONTRACT]})
        world.lines[0] = world.lines[0]._replace(effective_date=drawn.contract.start)
        world.remember((1, STANDARD), written_from=None)
        line = row(world.plan(now=datetime.combine(today, time(12), tzinfo=UTC)))
        assert line.effective_date == (unposted[0].start if unposted else None)
        assert line.proration is None
