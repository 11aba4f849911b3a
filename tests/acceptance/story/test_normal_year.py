"""A normal year of 180 companies: what it costs in clicks, and whether every invoice is right.

`make test` lives its first three months, `make year` all twelve.
"""

import os
import sys
from statistics import median

import pytest

from tests.support.lived_year import LivedYear
from tests.support.normal_year import FIRST_DAY, ONE_DAY, QUIET, Year
from tests.support.story import Settle

MONTHS = int(os.environ.get("YEAR_MONTHS", "3"))
SEED = int(os.environ.get("YEAR_SEED", "7"))
MOST_CLICKS = 8
PRODUCTS = ("standard", "advanced")


@pytest.mark.timeout(1800)  # a whole year takes minutes
def test_it_costs_few_clicks_none_where_nothing_happens_and_bills_every_count_to_the_cent(
    settle: Settle,
) -> None:
    year = Year(SEED)
    cast = [firm.client() for firm in year.firms]
    story = settle(cast, today=FIRST_DAY + ONE_DAY, products=PRODUCTS, ahead_seen="kept")
    story.rewrites_are_clean()
    lived = LivedYear(year, story)
    lived.live(MONTHS)
    sys.stdout.write(f"\n{lived.told()}\n")
    assert lived.wrong == []
    clicks = lived.clicks_of_months()
    happened = {month: year.events_of(month) for month in clicks}
    assert {month for month in happened if not happened[month]} == {each for each in QUIET if each <= MONTHS}
    assert [clicks[month] for month in clicks if not happened[month]] == [0] * len(QUIET[: MONTHS // 2])
    assert median(clicks.values()) <= MOST_CLICKS
    assert median(clicks[month] for month in clicks if happened[month]) <= MOST_CLICKS
    assert lived.invoiced > MONTHS * len(cast)
