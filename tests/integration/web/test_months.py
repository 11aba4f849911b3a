"""Twelve months of units: only those that are known."""

from datetime import UTC, date, datetime

from seatbridge.sync.shown.changes import Change
from seatbridge.web.company.months import chart_of, months_of

TODAY = date(2026, 11, 23)


def change(seq: int, before: int, after: int, on: date, at: date) -> Change:
    moment = datetime(at.year, at.month, at.day, 12, tzinfo=UTC)
    return Change(
        seq, 1, moment, "alice", 7001, (("fabrikam", "standard"),), before, after, on, scheduled=False
    )


def units(changes: list[Change], now: int | None = None) -> list[int | None]:
    return [month.units for month in months_of(changes, now, TODAY)]


def test_a_month_holds_what_stood_at_its_end() -> None:
    changes = [
        change(2, 12, 9, date(2026, 10, 1), date(2026, 10, 5)),
        change(1, 10, 12, date(2026, 8, 1), date(2026, 8, 3)),
    ]
    assert units(changes) == [None] * 8 + [12, 12, 9, 9]


def test_what_is_dated_ahead_is_not_there_yet() -> None:
    assert units([change(1, 46, 49, date(2026, 12, 1), date(2026, 11, 20))]) == [None] * 11 + [46]


def test_what_was_never_written_is_known_for_today_alone() -> None:
    assert units([], 14) == [None] * 11 + [14]
    assert chart_of(months_of([], 14, TODAY)) is None


def test_the_chart_fits_its_drawing() -> None:
    changes = [change(1, 10, 1000, date(2026, 3, 1), date(2026, 2, 27))]
    chart = chart_of(months_of(changes, None, TODAY))
    assert chart is not None
    assert all(0 <= bar.y <= 130 and bar.height <= 130 and bar.x + bar.width <= 600 for bar in chart.bars)
