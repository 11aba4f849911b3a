from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.usage import cells
from seatbridge.usage.cells import CellRefused
from seatbridge.usage.words import FLAG_WORDS, LEVEL_WORDS, PRODUCT_WORDS, STATUS_WORDS

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-3", "negative"),
        ("12.5", "not a whole number"),
        ("12.0", "not a whole number"),
        ("1,200", "separator"),
        ("1.200", "separator"),
        ("1 200", "separator"),
        ("1e3", "not a number"),
        ("twelve", "not a number"),
        ("", "is empty"),
        ("=A1", "formula"),
        ("+5", "formula"),
        ("1000001", "more than 1,000,000"),
        ("9" * 5000, "more than 1,000,000"),
        ("\u0661\u0662", "not a number"),
        ("0x10", "not a number"),
        ("NaN", "not a number"),
    ],
)
def test_a_count_is_plain_digits_or_refused_with_the_reason(cell: str, said: str) -> None:
    with pytest.raises(CellRefused, match=said):
        cells.whole_number(cell)


@given(st.integers(0, 1_000_000))
def test_every_count_up_to_a_million_reads_back(number: int) -> None:
    assert cells.whole_number(f" {number:05} ") == number


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@SUM(A1)", " =HYPERLINK()"])
def test_text_that_a_spreadsheet_would_run_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused, match="begins like a formula"):
        cells.text(100)(cell)


@pytest.mark.parametrize("cell", ["a\x07b", "a\nb", "a\x1b[31mb", "a\u202eb"])
def test_control_characters_are_refused(cell: str) -> None:
    with pytest.raises(CellRefused, match="control characters"):
        cells.text(100)(cell)


def test_text_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(CellRefused, match="has 101 characters; 100 is the most"):
        cells.text(100)("x" * 101)


def test_one_letter_written_in_two_ways_is_one_letter() -> None:
    assert cells.text(100)("Cafe\u0301") == cells.text(100)("Café")


@pytest.mark.parametrize("cell", ["ann", "ann@", "@x.test", "a b@x.test", "a@b@c"])
def test_what_cannot_be_an_address_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused):
        cells.email(254)(cell)


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ("Active", "active"),
        ("PENDING_APPROVAL", "pending-approval"),
        ("pending  approval", "pending-approval"),
        ("Invitation sent", "invited"),
        ("Suspended", "disabled"),
        ("Removed", "deleted"),
    ],
)
def test_a_status_is_known_by_its_usual_words(cell: str, meaning: str) -> None:
    assert cells.word(STATUS_WORDS, what="status")(cell) == meaning


@pytest.mark.parametrize("cell", ["pending", "aktiv", "", "  "])
def test_a_doubtful_status_is_refused_with_the_list_of_those_allowed(cell: str) -> None:
    with pytest.raises(CellRefused, match="Allowed: active, invited, pending-approval, disabled, deleted"):
        cells.word(STATUS_WORDS, what="status")(cell)


def test_products_levels_and_flags_have_their_words() -> None:
    assert cells.word(PRODUCT_WORDS, what="product", empty="")("Password Boss Advanced") == "advanced"
    assert cells.word(PRODUCT_WORDS, what="product", empty="")("") == ""
    assert cells.word(LEVEL_WORDS, what="level")("TRIAL") == "trial"
    assert cells.word(FLAG_WORDS, what="yes or no", empty="no")("Y") == "yes"
    with pytest.raises(CellRefused, match="not a product"):
        cells.word(PRODUCT_WORDS, what="product", empty="")("trial")


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-10-31", datetime(2026, 10, 31, 4, 0, tzinfo=UTC)),
        ("2026-10-31T09:30", datetime(2026, 10, 31, 13, 30, tzinfo=UTC)),
        ("2026-10-31 09:30:00+02:00", datetime(2026, 10, 31, 7, 30, tzinfo=UTC)),
        ("2026-10-31T09:30:00Z", datetime(2026, 10, 31, 9, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_moment_without_a_zone_is_in_the_partner_s(cell: str, moment: datetime | None) -> None:
    assert cells.instant(NEW_YORK, NOW)(cell) == moment


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2026-11-24", "lies in the future"),
        ("31.10.2026", "Write it as 2026-10-31"),
        ("10/31/2026", "Write it as 2026-10-31"),
        ("2026-02-30", "not a date"),
        ("0001-01-01", "outside 2000 to 2199"),
        ("9999-12-31", "outside 2000 to 2199"),
        ("=TODAY()", "not a date"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(cell: str, said: str) -> None:
    with pytest.raises(CellRefused, match=said):
        cells.instant(NEW_YORK, NOW)(cell)


def test_since_is_a_day_in_the_partner_s_zone() -> None:
    assert cells.day(NEW_YORK)("2026-10-31T02:00:00Z") == "2026-10-30"
    assert cells.day(NEW_YORK)("2026-10-31") == "2026-10-31"
    assert cells.day(NEW_YORK)(" ") is None


@given(st.text(st.characters(max_codepoint=0x2100), max_size=20))
def test_no_cell_makes_anything_but_a_value_or_a_refusal(cell: str) -> None:
    parsers = [
        cells.text(20, required=True),
        cells.email(20),
        cells.word(STATUS_WORDS, what="status"),
        cells.whole_number_or_none,
        cells.day(NEW_YORK),
        cells.instant(NEW_YORK, NOW),
    ]
    for parse in parsers:
        with suppress(CellRefused):
            parse(cell)
