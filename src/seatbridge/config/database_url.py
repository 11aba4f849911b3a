"""SEATBRIDGE_DATABASE_URL, read into what Django wants to know."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_FORMS = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"


@dataclass(frozen=True, slots=True)
class Database:
    """`name` is a file's path on SQLite, a database's name on PostgreSQL."""

    is_postgresql: bool
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()


def parse_database_url(text: str, home: Path) -> Database:
    """A relative SQLite path lies in the data folder: the current folder never decides which data is used.

    ValueError carries the sentence for the operator; it never repeats the URL, which may hold a password.
    """
    if not text:
        return Database(is_postgresql=False, name=str(home / "seatbridge.sqlite3"))
    url = urlsplit(text)
    if url.scheme == "sqlite":
        return _sqlite(url.netloc, url.path, url.query, home)
    if url.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"is neither SQLite nor PostgreSQL: {_FORMS}")
    try:
        return _postgresql(url)
    except ValueError:
        raise ValueError(f"cannot be read: {_FORMS}") from None


def _postgresql(url: SplitResult) -> Database:
    name = unquote(url.path.lstrip("/"))
    if not name:
        raise ValueError("no database is named")
    options = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    return Database(
        is_postgresql=True,
        name=name,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        host=options.pop("host", url.hostname or ""),
        port=str(url.port or options.pop("port", "")),
        options=tuple(sorted(options.items())),
    )


def _sqlite(netloc: str, path: str, query: str, home: Path) -> Database:
    file = unquote(path.removeprefix("/"))
    if netloc:
        raise ValueError("needs three slashes before a relative file and four before an absolute one")
    if query:
        raise ValueError("takes nothing after a question mark on SQLite")
    if file in ("", ":memory:"):
        raise ValueError("names no file: write sqlite:///FILE")
    return Database(is_postgresql=False, name=str(home / file))
