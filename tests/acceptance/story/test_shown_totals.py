"""A contract's total may be for one billing cycle or for a month: every write must be told by either."""

from decimal import Decimal

import pytest

from tests.support.story import Settle, Story
from tests.support.story_world import Client

CONTOSO = Client("contoso", {"standard": 500})
WEEKLY = {"billing_cycle": "Weekly", "start": "2026-01-05"}
QUARTERLY = {"billing_cycle": "Quarterly", "start": "2026-11-10"}


def told(settle: Settle, contract: dict[str, str], units: int = 20, **knobs: object) -> Story:
    story = settle([Client("northwind", {"standard": units}, contract=contract), CONTOSO], **knobs)
    story.rewrites_are_clean()
    return story


@pytest.mark.parametrize("per", ["period", "month"])
def test_weekly_contracts_are_told_by_either(settle: Settle, per: str) -> None:
    story = told(settle, WEEKLY, billing_price_per=per)
    for units in (21, 24, 23):
        story.count("northwind", standard=units)
        assert story.sync().status("northwind") == "synced"
        assert story.units("northwind") == units
    assert story.company.price_basis == {"weekly": per}
    assert story.sync().writes == []


def test_a_month_of_52_weeks_a_year_is_learned_once_and_nothing_else_fits_then(settle: Settle) -> None:
    story = told(settle, WEEKLY, billing_price_per="month")
    story.count("northwind", standard=21)
    story.sync()
    story.bms.edit_line(11, units=25)  # by hand, and unseen: the next write moves the total by something else
    story.count("northwind", standard=22)
    ran = story.sync()
    assert ran.status("northwind") in {"error:verification", "held:edited-in-bms"}


@pytest.mark.parametrize("units", [20, 21, 22])
def test_a_third_of_a_quarter_is_rounded_and_still_told(settle: Settle, units: int) -> None:
    """33.33 to 35.00, 35.00 to 36.67, 36.67 to 38.33: a cent more or less than a third of 5.00."""
    story = told(settle, QUARTERLY, units, billing_price_per="month", method="replace", reading="appends")
    story.count("northwind", standard=units + 1)
    ran = story.sync(approve=True)
    assert ran.status("northwind") == "synced"
    assert story.units("northwind") == units + 1


@pytest.mark.parametrize("behaviour", ["adjusts", "appends", "rejects"])
def test_the_test_write_of_a_weekly_contract_leaves_it_right(settle: Settle, behaviour: str) -> None:
    story = settle(
        [Client("northwind", {"standard": 20}, contract=WEEKLY), CONTOSO],
        reading="unknown", behaviour=behaviour, billing_price_per="month",
    )  # fmt: skip
    story.count("northwind", standard=21)
    story.sync(approve=True)
    assert story.company.reading in {behaviour, "unknown"}
    assert story.units("northwind") == (20 if behaviour == "rejects" else 21)
    assert Decimal(story.bill("northwind")["total_now"]) > 0


def test_where_neither_units_nor_scale_are_known_nothing_is_guessed(begin: Settle) -> None:
    """The fall to 0 could not prove how many units stood there: no line for the test write."""
    story = begin([Client("northwind", {"standard": 20}, contract=WEEKLY)], reading="unknown")
    story.count("northwind", standard=21)
    ran = story.sync(approve=True)
    assert (ran.status("northwind"), ran.writes) == ("blocked:write-method", [])
