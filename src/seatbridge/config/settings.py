"""The environment, read once into typed settings. No secret and no host has a silent default."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from seatbridge.config.database_url import Database, parse_database_url
from seatbridge.config.values import (
    as_address,
    as_call_budget,
    as_days,
    as_email_url,
    as_hosts,
    as_log_format,
    as_seal_keys,
    as_seconds,
    as_token,
    as_web_url,
    as_zone,
)
from seatbridge.kit.hosts import HostList
from seatbridge.kit.sealed import Seal

PREFIX = "SEATBRIDGE_"
NAMES = (
    "HOME",
    "DATABASE_URL",
    "SECRET_KEY",
    "SEAL_KEYS",
    "PSA_HOSTS",
    "DATE_OFFSET_DAYS",
    "SETTLE_SECONDS",
    "CALL_BUDGET",
    "PUBLIC_URL",
    "BIND",
    "EMAIL_URL",
    "LOG_FORMAT",
    "METRICS_TOKEN",
    "VENDOR_TIMEZONE",
)
_Value = TypeVar("_Value")


class SettingsRefused(Exception):
    """`lines`: one sentence for each thing that is wrong, ready to print."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Settings:
    """`secret_key` and `seal_keys` may be empty until `keys.with_keys` has found or made them."""

    home: Path
    database: Database
    secret_key: str = field(repr=False)
    seal_keys: str = field(repr=False)
    psa_hosts: HostList
    date_offset_days: int
    settle_seconds: int
    call_budget: tuple[int, timedelta]  # calls of one endpoint of one BMS company, per period
    public_url: str
    bind: tuple[str, int]
    email_url: str = field(repr=False)
    log_format: str
    metrics_token: str = field(repr=False)
    vendor_zone: ZoneInfo | None  # in which Password Boss counts; None: each partner's own

    @property
    def seal(self) -> Seal:
        return Seal.parse(self.seal_keys)

    @property
    def date_offset(self) -> timedelta:
        """For `Clock.billing_offset`."""
        return timedelta(days=self.date_offset_days)


@dataclass(slots=True)
class _Reader:
    given: Mapping[str, str]
    faults: list[str]

    def take(self, name: str, parse: Callable[[str], _Value], preset: str) -> _Value:
        """A bad value is noted and its preset goes on, so that one start names every fault."""
        try:
            return parse(self.given.get(name) or preset)
        except ValueError as error:
            self.faults.append(f"{PREFIX}{name} {error}.")
            return parse(preset)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Touches nothing but its argument. Raises SettingsRefused with every fault at once."""
    given = {
        name.removeprefix(PREFIX): text.strip() for name, text in environ.items() if name.startswith(PREFIX)
    }
    reader = _Reader(given, [_unknown(name) for name in sorted(given) if name not in NAMES])
    home = Path(given.get("HOME") or ".seatbridge").expanduser().absolute()
    settings = Settings(
        home=home,
        database=reader.take("DATABASE_URL", lambda text: parse_database_url(text, home), ""),
        secret_key=given.get("SECRET_KEY", ""),
        seal_keys=reader.take("SEAL_KEYS", as_seal_keys, ""),
        psa_hosts=reader.take("PSA_HOSTS", as_hosts, ""),
        date_offset_days=reader.take("DATE_OFFSET_DAYS", as_days, "0"),
        settle_seconds=reader.take("SETTLE_SECONDS", as_seconds, "60"),
        call_budget=reader.take("CALL_BUDGET", as_call_budget, "1200/hour"),
        public_url=reader.take("PUBLIC_URL", as_web_url, ""),
        bind=reader.take("BIND", as_address, "127.0.0.1:8000"),
        email_url=reader.take("EMAIL_URL", as_email_url, ""),
        log_format=reader.take("LOG_FORMAT", as_log_format, "plain"),
        metrics_token=reader.take("METRICS_TOKEN", as_token, ""),
        vendor_zone=reader.take("VENDOR_TIMEZONE", as_zone, ""),
    )
    if settings.database.is_postgresql:
        # Several processes on several machines share the data, so no machine may make up keys of its own.
        reader.faults.extend(
            f"{PREFIX}{name} is not set, and with PostgreSQL it has no default: {how}."
            for name, how, text in (
                ("SECRET_KEY", "give every process the same 50 random characters", settings.secret_key),
                (
                    "SEAL_KEYS",
                    "give every process the same `id:base64 of 32 random bytes`",
                    settings.seal_keys,
                ),
            )
            if not text
        )
    if reader.faults:
        raise SettingsRefused(reader.faults)
    return settings


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, NAMES, n=1)
    advice = f"did you mean {PREFIX}{near[0]}?" if near else "take it out of the environment."
    return f"{PREFIX}{name} is not a setting of Seatbridge: {advice}"
