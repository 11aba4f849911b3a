from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from seatbridge.usage.deciding import Around, List, Source, decide

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILE = List(1, NOW, "file", complete=False)
AROUND = Around(NOW, ZoneInfo("America/New_York"), FILE, FILE, of_company_is_roster=True)


def source(value: int | None, origin: List = FILE, *, is_roster: bool = True) -> Source:
    return Source(value, origin.as_of, origin, f"{value} of some kind", is_roster=is_roster)


def at(age: timedelta, *, way: str = "file", complete: bool = False, number: int = 7) -> List:
    return List(number, NOW - age, way, complete)


def test_nothing_known_is_no_count_and_never_zero() -> None:
    count = decide("standard", None, None, AROUND)
    assert (count.value, count.as_of, count.stale) == (None, None, "")


@pytest.mark.parametrize(
    ("roster_age", "count_age", "value"), [(0 * HOUR, HOUR, 14), (HOUR, 0 * HOUR, 17), (HOUR, HOUR, 14)]
)
def test_the_newer_of_roster_and_count_counts_and_at_the_same_moment_the_roster(
    roster_age: timedelta, count_age: timedelta, value: int
) -> None:
    roster = source(14, at(roster_age, number=2))
    reading = source(17, at(count_age, number=3), is_roster=False)
    around = replace(AROUND, of_company=reading.origin if value == 17 else roster.origin)
    count = decide("standard", roster, reading, around)
    assert count.value == value
    assert "has 14" in count.warning
    assert "has 17" in count.warning
    assert count.stale == ""


def test_roster_and_count_that_agree_or_lie_far_apart_give_no_warning() -> None:
    roster = source(14)
    assert decide("standard", roster, source(14, at(HOUR), is_roster=False), AROUND).warning == ""
    assert decide("standard", roster, source(11, at(36 * 24 * HOUR), is_roster=False), AROUND).warning == ""


@pytest.mark.parametrize(
    ("way", "age", "stale"),
    [
        ("file", timedelta(days=35), ""),
        (
            "file",
            timedelta(days=35, seconds=1),
            "The last file is older than 35 days; last count 14 on 19 Oct 2026.",
        ),
        ("push", timedelta(hours=36), ""),
        (
            "push",
            timedelta(hours=36, seconds=1),
            "Nothing was pushed for more than 36 hours; last count 14 on 21 Nov 2026.",
        ),
    ],
)
def test_a_count_is_stale_from_the_second_on_that_its_way_in_is_too_old(
    way: str, age: timedelta, stale: str
) -> None:
    old = at(age, way=way)
    assert (
        decide("standard", source(14, old), None, replace(AROUND, newest=old, of_company=old)).stale == stale
    )


def test_a_company_missing_from_a_newer_list_that_is_not_complete_is_stale() -> None:
    mine = List(7, datetime(2026, 10, 20, 15, 0, tzinfo=UTC), "file", complete=True)
    around = replace(AROUND, of_company=mine)
    count = decide("standard", source(14, mine), None, around)
    assert count.value == 14
    assert count.stale == (
        "Not in the last file of 23 Nov 2026, which does not claim to be complete; "
        "last count 14 on 20 Oct 2026."
    )


def test_a_company_may_be_missing_from_newer_lists_for_36_hours() -> None:
    mine = at(36 * HOUR)
    assert decide("standard", source(14, mine), None, replace(AROUND, of_company=mine)).stale == ""


@pytest.mark.parametrize(
    ("complete", "age", "stale"), [(False, 36, False), (False, 37, True), (True, 1, True)]
)
def test_a_product_that_the_company_s_newest_counts_do_not_name_is_stale_and_not_billed_beside_the_other(
    complete: bool,  # noqa: FBT001 - a column of the table above
    age: int,
    stale: bool,  # noqa: FBT001 - the same
) -> None:
    newest = List(9, NOW, "file", complete)
    around = replace(AROUND, newest=newest, of_company=newest, of_company_is_roster=False)
    count = decide("standard", None, source(38, at(age * HOUR), is_roster=False), around)
    assert ("names no Standard for this company" in count.stale) is stale


def test_users_whose_product_is_not_known_make_the_count_unknown() -> None:
    lost = source(None)._replace(unknown="3 users name no product.")
    count = decide("standard", lost, None, AROUND)
    assert (count.value, count.stale) == (None, "3 users name no product.")
