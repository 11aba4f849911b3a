"""Until when a company is excluded: on its review day a person is asked again."""

from datetime import date

from seatbridge.reconcile.words import day


def why_past(review_on: date | None, former: date | None, today: date) -> str:
    """Why nobody would be asked: a sentence's end. Empty: the day is fine, or stands so already."""
    if review_on is None or review_on >= today or review_on == former:
        return ""
    return f"is past: {day(review_on)}. Today is {day(today)}; choose a later day, or none."
