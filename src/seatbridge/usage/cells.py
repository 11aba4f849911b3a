"""One cell: from text to a value, or a sentence that says why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache

from seatbridge.usage.refusals import shown

MOST = 1_000_000  # users or licenses of one company: more is a wrong column
_FORMULA = ("=", "+", "-", "@")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
YEARS = range(2000, 2200)
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would turn what a person reads


class CellRefused(ValueError):
    """Carries the sentence."""


def text(longest: int, *, required: bool = False) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        value = cell.strip()
        if not value:
            if required:
                raise CellRefused("is empty.")
            return value
        if value.startswith(_FORMULA):
            raise CellRefused(f"{shown(value)} begins like a formula. Remove the {value[0]!r}.")
        if not (value.isascii() and value.isprintable()):
            value = _unusual(value)
        if len(value) > longest:
            raise CellRefused(f"has {len(value):,} characters; {longest} is the most.")
        return value

    return parse


def _unusual(value: str) -> str:
    if any(unicodedata.category(letter) == "Cc" or letter in _BIDI for letter in value):
        raise CellRefused(f"{shown(value)} holds control characters.")
    # One form for one letter: a Mac writes é as two characters, and the same ref would be another.
    return unicodedata.normalize("NFC", value)


def email(longest: int) -> Callable[[str], str]:
    plain = text(longest)

    def parse(cell: str) -> str:
        value = plain(cell)
        if value and not _EMAIL.fullmatch(value):
            raise CellRefused(f"{shown(value)} is not an e-mail address.")
        return value

    return parse


def word(allowed: Mapping[str, str], *, what: str, empty: str | None = None) -> Callable[[str], str]:
    """`allowed`: word -> meaning. `empty`: what an empty cell means; None: it must not be empty."""
    choices = ", ".join(dict.fromkeys(allowed.values()))

    def parse(cell: str) -> str:
        if cell in allowed:
            return allowed[cell]
        plain = "-".join(cell.casefold().replace("_", " ").replace("-", " ").split())
        if plain in allowed:
            return allowed[plain]
        if plain or empty is None:
            said = f"{shown(cell.strip())} is not a {what}." if plain else "is empty."
            raise CellRefused(f"{said} Allowed: {choices}.")
        return empty

    return parse


def whole_number(cell: str) -> int:
    """Raises CellRefused for anything but 0 to 1,000,000 in plain digits: a guess would be money."""
    value = cell.strip()
    if value.isascii() and value.isdigit():
        digits = value.lstrip("0")
        if len(digits) <= 7 and int(digits or "0") <= MOST:
            return int(digits or "0")
        raise CellRefused(f"{shown(value)} is more than {MOST:,}: is this the right column?")
    raise CellRefused(_why_no_number(value))


def whole_number_or_none(cell: str) -> int | None:
    return whole_number(cell) if cell.strip() else None


def _why_no_number(value: str) -> str:
    if not value:
        return "is empty."
    if re.fullmatch(r"-\d+([.,]\d+)?", value):
        return f"{shown(value)} is negative."
    if re.fullmatch(r"\d{1,3}([ ,.'\u00a0\u202f]\d{3})+", value):
        return f"{shown(value)} has a separator in it. Write digits only."
    if re.fullmatch(r"\d+[.,]\d*", value):
        return f"{shown(value)} is not a whole number. Users come in ones: write digits only."
    if value.startswith(_FORMULA):
        return f"{shown(value)} begins like a formula. Write digits only."
    return f"{shown(value)} is not a number. Write digits only."


def day(zone: tzinfo) -> Callable[[str], str | None]:
    """A day as ISO text, as databases take it; an instant is the day that it was in `zone`."""

    @lru_cache(maxsize=20_000)
    def parse(cell: str) -> str | None:
        value = cell.strip()
        if not value:
            return None
        moment = _iso(value)
        if isinstance(moment, datetime):
            moment = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
        return moment.isoformat()

    return parse


def instant(zone: tzinfo, now: datetime) -> Callable[[str], datetime | None]:
    """A moment in UTC; without a zone it is in `zone`, a day is its beginning. Empty: None."""

    @lru_cache(maxsize=20_000)
    def parse(cell: str) -> datetime | None:
        value = cell.strip()
        if not value:
            return None
        moment = _iso(value)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time.min, zone)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        if moment > now:
            raise CellRefused(f"{shown(value)} lies in the future.")
        return moment

    return parse


def _iso(value: str) -> date | datetime:
    try:
        moment = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise CellRefused(f"{shown(value)} is not a date. Write it as 2026-10-31.") from None
    if moment.year not in YEARS:
        raise CellRefused(f"{shown(value)} has a year outside {YEARS.start} to {YEARS.stop - 1}.")
    return moment
