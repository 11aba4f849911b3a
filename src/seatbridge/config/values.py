"""One reader per kind of value. Each raises ValueError with the rest of a sentence that the name begins."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from seatbridge.kit.hosts import HostList, HostRefused
from seatbridge.kit.sealed import Seal
from seatbridge.kit.timezones import is_time_zone


def as_days(text: str) -> int:
    return _whole(text, -36_500, 36_500, "days")


def as_seconds(text: str) -> int:
    return _whole(text, 0, 86_400, "seconds")


_PERIODS = {"hour": 3600, "minute": 60}


def as_call_budget(text: str) -> tuple[int, timedelta]:
    calls, _, period = text.partition("/")
    seconds = _PERIODS.get(period) or (int(period[:-1]) if re.fullmatch(r"[1-9][0-9]{0,4}s", period) else 0)
    if not seconds or not re.fullmatch(r"[1-9][0-9]{0,5}", calls):
        raise ValueError(
            f"is {text!r}, which is not CALLS/hour, CALLS/minute or CALLS/30s, such as 1200/hour"
        )
    return int(calls), timedelta(seconds=seconds)


def _whole(text: str, least: int, most: int, what: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"is {text!r}, which is not a whole number of {what}") from None
    if not least <= number <= most:
        raise ValueError(f"is {number}, which is not between {least} and {most} {what}")
    return number


def as_address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65_535:
        raise ValueError(f"is {text!r}, which is not HOST:PORT, such as 127.0.0.1:8000")
    return host.removeprefix("[").removesuffix("]"), int(port)


def as_web_url(text: str) -> str:
    url = urlsplit(text)
    if text and (url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment):
        raise ValueError("is not a web address, such as https://seats.example.com")
    return text.rstrip("/")


def as_zone(text: str) -> ZoneInfo | None:
    if text and not is_time_zone(text):
        raise ValueError(f"is {text!r}, which is not a time zone, such as America/New_York")
    return ZoneInfo(text) if text else None


def as_email_url(text: str) -> str:
    """The text may hold a password, so the sentence does not repeat it."""
    if text and urlsplit(text).scheme not in ("smtp", "smtps", "console"):
        raise ValueError("is not smtp://USER:PASSWORD@HOST:PORT, smtps://… or console:")
    return text


def as_log_format(text: str) -> str:
    if text not in ("plain", "json"):
        raise ValueError(f"is {text!r}, which is neither plain nor json")
    return text


def as_token(text: str) -> str:
    """The sentence does not repeat it. Empty: the door stays shut."""
    if text and (len(text) < 16 or not text.isascii() or not text.isprintable() or " " in text):
        raise ValueError("is not a token of at least 16 letters, digits and signs")
    return text


def as_seal_keys(text: str) -> str:
    """Empty is good here: an embedded Seatbridge makes a key of its own."""
    if text:
        Seal.parse(text)
    return text


def as_hosts(text: str) -> HostList:
    try:
        return HostList.parse(text)
    except HostRefused as refused:
        raise ValueError(f"cannot be used: {refused.what} {refused.fix}".rstrip(" .")) from None
