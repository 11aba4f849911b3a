"""A place in a sorted list, as text that may stand in a URL."""

import base64
import binascii
import json
from datetime import date, datetime

Key = str | date  # a datetime is a date
Cursor = tuple[Key, int]  # the sorted value, and the row's id where values are equal
_LONGEST = 2000
_MOST = 2**63


class CursorRefused(ValueError):
    """The text is not a place in this list."""


def write_cursor(cursor: Cursor) -> str:
    key, number = cursor
    kind = "t" if isinstance(key, datetime) else "d" if isinstance(key, date) else "s"
    plain = json.dumps([kind, key if isinstance(key, str) else key.isoformat(), number])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str, kind_of_key: type[Key]) -> Cursor | None:
    """None where it is empty. Raises CursorRefused, also for a place in a list that is sorted otherwise."""
    if not text:
        return None
    refused = CursorRefused("The cursor is not one of this list: begin at its first page.")
    if len(text) > _LONGEST:
        raise refused
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        kind, key, number = json.loads(plain)
        read = _key(kind, key)
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        raise refused from error
    if type(read) is not kind_of_key or type(number) is not int or not 0 <= number < _MOST:
        raise refused
    return read, number


def _key(kind: str, key: str) -> Key:
    if not isinstance(key, str) or "\0" in key:
        raise ValueError(key)
    key.encode()  # a lone surrogate cannot be looked for
    match kind:
        case "t":
            at = datetime.fromisoformat(key)
            if at.tzinfo is None:
                raise ValueError(key)
            return at
        case "d":
            return date.fromisoformat(key)
        case "s":
            return key
        case _:
            raise ValueError(kind)
