"""Numbers and times in words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$"}
_MINUS = "\N{MINUS SIGN}"


def money_words(amount: Decimal, currency: str, *, signed: bool = False) -> str:
    """$22.50, +$22.50 and with a minus sign; 22.50 CHF where a currency has no sign that everybody knows."""
    figure = f"{abs(amount):,.2f}"
    shown = f"{_SIGNS[currency]}{figure}" if currency in _SIGNS else f"{figure} {currency}"
    if amount < 0:
        return _MINUS + shown
    return f"+{shown}" if signed and amount > 0 else shown


def moment_words(local: datetime, now: datetime) -> str:
    """`local` in the zone that it is shown in."""
    today = now.astimezone(local.tzinfo).date()
    if local.date() == today:
        return f"today {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"yesterday {local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"tomorrow {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def past_words(past: timedelta) -> str:
    seconds = int(past.total_seconds())
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now" if seconds >= 0 else "in the future"


def day_words(on: date, *, weekday: bool = True, year: int | None = None) -> str:
    """Wed 25 Nov; with the year where that is not the one meant: `year`, else this one."""
    shown = f"{on:%a} {on.day} {on:%b}" if weekday else f"{on.day} {on:%b}"
    this = datetime.now(UTC).year if year is None else year
    return shown if on.year == this else f"{shown} {on.year}"
