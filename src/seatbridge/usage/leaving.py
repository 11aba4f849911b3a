"""Companies that are gone from a complete list, and companies that come back."""

from django.db.models import QuerySet

from seatbridge.usage.models import Company, Feed
from seatbridge.usage.reports import NAMED, some


def mark_left(absent: QuerySet[Company], feed: Feed) -> tuple[int, tuple[str, ...]]:
    """How many, and what to tell a person."""
    names = list(absent.order_by("name").values_list("name", flat=True)[:NAMED])
    left = absent.update(state="left", left_at=feed.as_of)
    said = f"Not in this complete list, so taken to have left: {some(names, left)}."
    return left, (said,) if left else ()


def bring_back(named: QuerySet[Company]) -> tuple[str, ...]:
    """Newer data of a company that had left shows that it is there."""
    gone = named.filter(state="left")
    names = list(gone.order_by("name").values_list("name", flat=True)[:NAMED])
    back = gone.update(state="active", left_at=None)
    return (f"Had left, and is named again: {some(names, back)}.",) if back else ()
