import base64
from datetime import timedelta
from pathlib import Path

import pytest

from seatbridge.config.settings import SettingsRefused, read_settings
from seatbridge.kit.hosts import HostRefused

SEAL_KEYS = "k1:" + base64.b64encode(b"k" * 32).decode()
POSTGRESQL = "postgresql://seat:s%40cret@db.example.com:5433/billing?sslmode=require"


def _refused(**given: str) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read_settings({f"SEATBRIDGE_{name}": text for name, text in given.items()})
    return refused.value.lines


def test_without_any_variable_it_runs_by_itself() -> None:
    settings = read_settings({"PATH": "/bin"})
    assert settings.home == Path.cwd() / ".seatbridge"
    assert settings.database.name == str(settings.home / "seatbridge.sqlite3")
    assert (settings.settle_seconds, settings.bind) == (60, ("127.0.0.1", 8000))
    assert settings.date_offset == timedelta(0)
    assert settings.call_budget == (1200, timedelta(hours=1))


def test_every_fault_is_named_at_once_each_in_one_line() -> None:
    lines = _refused(
        SETTLE_SECONDS="soon",
        DATE_OFFSET_DAYS="1.5",
        BIND="8000",
        LOG_FORMAT="xml",
        PUBLIC_URL="seats.example.com",
        EMAIL_URL="ftp://x",
        SEAL_KEYS="k1",
        PSA_HOSTS="127.0.0.1",
        DATABASE_URL="mysql://x/y",
        VENDOR_TIMEZONE="Tampa",
        COLOR="red",
        DATABASE="x",
    )
    assert len(lines) == 12
    assert all("\n" not in line and line.startswith("SEATBRIDGE_") for line in lines)


@pytest.mark.parametrize(
    ("text", "budget"),
    [("60/minute", (60, timedelta(minutes=1))), ("50/15s", (50, timedelta(seconds=15)))],
)
def test_a_call_budget_is_so_many_calls_in_such_a_time(text: str, budget: tuple[int, timedelta]) -> None:
    assert read_settings({"SEATBRIDGE_CALL_BUDGET": text}).call_budget == budget


@pytest.mark.parametrize("text", ["1200", "0/hour", "1200/day", "/hour", "many/hour", "1200/0s", "-1/minute"])
def test_a_call_budget_that_makes_no_sense_is_refused(text: str) -> None:
    (line,) = _refused(CALL_BUDGET=text)
    assert "CALLS/hour" in line


def test_an_unknown_variable_is_answered_with_the_nearest_one() -> None:
    (line,) = _refused(DATABASE_URI="sqlite:///x")
    assert line == (
        "SEATBRIDGE_DATABASE_URI is not a setting of Seatbridge: did you mean SEATBRIDGE_DATABASE_URL?"
    )


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:///seats.db", "/data/seats.db"),
        ("sqlite:////var/lib/seats.db", "/var/lib/seats.db"),
        ("sqlite:///my%20seats.db", "/data/my seats.db"),
    ],
)
def test_a_relative_sqlite_file_lies_in_the_data_folder(url: str, name: str) -> None:
    settings = read_settings({"SEATBRIDGE_HOME": "/data", "SEATBRIDGE_DATABASE_URL": url})
    assert settings.database.name == name


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite://x/y", "sqlite:///x?mode=ro", "sqlite:///:memory:"])
def test_an_sqlite_address_that_names_no_file_is_refused(url: str) -> None:
    assert len(_refused(DATABASE_URL=url)) == 1


def test_postgresql_needs_both_keys_and_says_how_they_look() -> None:
    lines = _refused(DATABASE_URL=POSTGRESQL)
    assert [line.partition(" ")[0] for line in lines] == ["SEATBRIDGE_SECRET_KEY", "SEATBRIDGE_SEAL_KEYS"]


def test_a_postgresql_address_is_taken_apart() -> None:
    settings = read_settings(
        {
            "SEATBRIDGE_DATABASE_URL": POSTGRESQL,
            "SEATBRIDGE_SECRET_KEY": "x" * 50,
            "SEATBRIDGE_SEAL_KEYS": SEAL_KEYS,
        }
    )
    database = settings.database
    assert (database.host, database.port, database.name) == ("db.example.com", "5433", "billing")
    assert (database.user, database.password) == ("seat", "s@cret")
    assert dict(database.options) == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url", [POSTGRESQL + "&x", "postgresql://host:port/name", "postgresql://seat:s%40cret@db"]
)
def test_a_bad_postgresql_address_is_refused_without_its_password(url: str) -> None:
    lines = _refused(DATABASE_URL=url, SECRET_KEY="x", SEAL_KEYS=SEAL_KEYS)
    assert len(lines) == 1
    assert "cret" not in lines[0]


def test_settings_show_no_secret() -> None:
    settings = read_settings(
        {
            "SEATBRIDGE_DATABASE_URL": POSTGRESQL,
            "SEATBRIDGE_SECRET_KEY": "hidden-1",
            "SEATBRIDGE_SEAL_KEYS": SEAL_KEYS,
            "SEATBRIDGE_EMAIL_URL": "smtp://u:hidden-2@mail.example.com:25",
        }
    )
    assert not any(secret in repr(settings) for secret in ("hidden", "s@cret", SEAL_KEYS[3:]))


def test_the_operators_hosts_are_read() -> None:
    settings = read_settings({"SEATBRIDGE_PSA_HOSTS": "bms.fabrikam.test=http://127.0.0.1:9100"})
    assert settings.psa_hosts.base_url("bms.fabrikam.test") == "http://127.0.0.1:9100"
    with pytest.raises(HostRefused):
        settings.psa_hosts.base_url("bms.contoso.test")
