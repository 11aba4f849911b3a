"""One text for one meaning: what is hashed must read the same on every machine and database."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum

_SECRET_WORDS = frozenset({"password", "passwd", "passphrase", "secret", "totp", "credentials", "seal"})
_WORD = re.compile(r"[a-z]+")


class NotForTheLedger(ValueError):
    """The data holds something that a ledger may not keep: a secret, a float, an unknown type."""


def canonical(data: Mapping[str, object]) -> str:
    """Compact JSON, keys sorted; money and dates as strings. Raises NotForTheLedger."""
    return _dump(_plain(data, "data"))


def entry_hash(parts: Mapping[str, object]) -> str:
    """SHA-256 in hex over every column of an entry but its own hash."""
    return hashlib.sha256(_dump(_plain(parts, "entry")).encode()).hexdigest()


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _dump(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: object, where: str) -> object:  # noqa: PLR0911 - one return for each kind of value
    if isinstance(value, Enum):
        return _plain(value.value, where)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_named(key, where): _plain(each, f"{where}.{key}") for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each, where) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(each, where) for each in value), key=_dump)
    raise NotForTheLedger(f"{where} is a {type(value).__name__}, which the ledger does not keep.")


def _named(key: object, where: str) -> str:
    if isinstance(key, Enum):
        key = key.value
    if isinstance(key, int):
        return str(key)
    if not isinstance(key, str):
        raise NotForTheLedger(f"{where} has a key of type {type(key).__name__}.")
    words = _WORD.findall(key.lower())
    # `password_set_on` tells a day; `bms_password`, `secret_key`, `access_token` tell a secret.
    if words and (
        words[-1] in _SECRET_WORDS or "secret" in words or words[-2:] in _TOKENS or words == ["token"]
    ):
        raise NotForTheLedger(f"{where}.{key} is named like a secret, which the ledger never keeps.")
    return key


_TOKENS = [["access", "token"], ["refresh", "token"], ["api", "token"], ["bearer", "token"], ["api", "key"]]
