"""The pages of the rail, in their order. One appears as soon as its URL name exists."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Page:
    name: str  # URL name, and what a view or template calls `here`
    title: str
    icon: str  # in static/seatbridge/icons.svg
    short: str = ""  # in the bottom bar

    @property
    def brief(self) -> str:
        return self.short or self.title


PAGES = (
    Page("home", "Home", "home"),
    Page("changes", "Changes", "changes"),
    Page("companies", "Companies", "companies"),
    Page("month-end", "Month end", "month"),
    Page("uploads", "Upload counts", "upload"),
    Page("integrations", "Integrations", "integrations"),
    Page("history", "History", "history"),
    Page("team", "Team and tokens", "team", "Team"),
    Page("fleet", "Fleet", "fleet"),
)
BOTTOM = ("home", "changes", "companies", "integrations")  # at 390 px; the rest is under More


@dataclass(frozen=True, slots=True)
class Link:
    page: Page
    url: str


@cache
def links() -> tuple[Link, ...]:
    """Those that exist in this program."""
    return tuple(Link(page, url) for page in PAGES if (url := _url(page.name)))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
