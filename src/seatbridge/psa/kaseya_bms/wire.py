"""The one file that knows how BMS writes: envelope, key casing, paging names, dates and numbers.

Live servers answer camelCase although the published document says PascalCase, so keys are read in any casing
and written in PascalCase. Numbers become Decimal without passing through float.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, NoReturn

from msgspec.json import Decoder

from seatbridge.kit.plain_text import storable
from seatbridge.psa.errors import NotUnderstood

PAGE_SIZE = 100  # a server may cap the size; this one is known to be safe
UNAUTHORIZED_CODE = 978001

# A double holds 15 sure digits. A total with more is a sum of doubles, and its tail is noise.
_SURE_DIGITS = 15
_WITHOUT_NOISE = Context(prec=13)
# How JSON writes a null character, and one half of a character: alone it is none, and cannot be kept.
_NOT_STORABLE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_NO_DATE = date.min  # .NET's empty date

_decimal = lru_cache(maxsize=8192)(Decimal)
_day = lru_cache(maxsize=8192)(date.fromisoformat)


class _Spelling(dict[str, str | None]):
    """How one shape of object spells the fields that we ask for; None where it has no such field."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        self._keys = keys

    def __missing__(self, name: str) -> str | None:
        wanted = name.lower()
        self[name] = next((key for key in self._keys if key.lower() == wanted), None)
        return self[name]


# All rows of a page have the same shape, so each field is looked for once and not once per row.
_spelling = lru_cache(maxsize=256)(_Spelling)


def _in_any_casing(values: Mapping[str, Any], name: str) -> Any:
    """None where it is missing or null."""
    key = _spelling(tuple(values))[name]
    return None if key is None else values[key]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every answer is wrapped in. `total` is the server's count of all rows, where it gives one.

    Result and message are never shown whole: one may hold tokens, the other may repeat what was sent.
    """

    success: bool
    result: Any = field(repr=False)
    total: int | None
    code: int | None
    message: str = field(repr=False)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(text)


_fast = Decoder(float_hook=_decimal)


def _loads(content: bytes) -> Any:
    """The standard library also reads a byte order mark, and texts that were cut within a sign."""
    try:
        return _fast.decode(content)
    except ValueError:
        return json.loads(content, parse_float=_decimal, parse_constant=_no_constant)


def read_envelope(content: bytes) -> Envelope | None:
    """None for HTML, cut-off JSON, or JSON of another shape."""
    try:
        body = _loads(content)
    except (ValueError, RecursionError):
        return None
    if _NOT_STORABLE.search(content):
        body = _storable(body)
    if not isinstance(body, dict):
        return None
    success = _in_any_casing(body, "Success")
    if not isinstance(success, bool):
        return None
    error = _in_any_casing(body, "Error")
    code, message = _error_of(error) if isinstance(error, dict) else (None, "")
    return Envelope(success, _in_any_casing(body, "Result"), _total_of(body), code, message)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(name): _storable(each) for name, each in value.items()}
    return value


def _total_of(body: dict[str, Any]) -> int | None:
    total = _in_any_casing(body, "TotalRecords")
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


def _error_of(error: dict[str, Any]) -> tuple[int | None, str]:
    code = _in_any_casing(error, "Code")
    said = [_in_any_casing(error, name) for name in ("Message", "Details")]
    subs = _in_any_casing(error, "SubErrors")
    said += subs if isinstance(subs, list) else []
    parts = dict.fromkeys(" ".join(part.split()) for part in said if isinstance(part, str) and part.strip())
    message = "".join(sign for sign in "; ".join(parts) if sign.isprintable())[:300]
    return (code if isinstance(code, int) else None), message


class Row:
    """One object of a result. A field that is missing or of another type raises NotUnderstood naming it."""

    __slots__ = ("_spelling", "_values", "_where")

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, dict):
            raise NotUnderstood(
                f"Kaseya BMS answered {where} as something other than an object.", fix=_TELL_US
            )
        self._values: dict[str | None, Any] = values
        self._spelling = _spelling(tuple(values))
        self._where = where

    def get(self, name: str) -> Any:
        """None where it is missing or null."""
        return self._values.get(self._spelling[name])

    def has(self, name: str) -> bool:
        return self._spelling[name] is not None

    def wrong(self, name: str, what: str) -> NotUnderstood:
        found = self.get("Id")
        which = f"{self._where} (Id {found})" if isinstance(found, int) else self._where
        return NotUnderstood(
            f"Kaseya BMS answered {which} with the field {name} {what}.",
            why="The answer is not of the shape that Kaseya publishes.",
            fix=_TELL_US,
        )

    def whole(self, name: str) -> int:
        value = self._values.get(self._spelling[name])
        if type(value) is int:
            return value
        if value is None:
            raise self.wrong(name, "missing")
        if isinstance(value, Decimal) and value == value.to_integral_value():
            return int(value)
        raise self.wrong(name, f"holding {_short(value)} where a whole number belongs")

    def optional_whole(self, name: str) -> int | None:
        return None if self.get(name) is None else self.whole(name)

    def number(self, name: str) -> Decimal:
        """Exactly as written there, so that a price can be written back as it was read."""
        value = self._values.get(self._spelling[name])
        if type(value) is Decimal:
            return value
        if type(value) is int:
            return Decimal(value)
        if value is None:
            raise self.wrong(name, "missing")
        raise self.wrong(name, f"holding {_short(value)} where a number belongs")

    def optional_number(self, name: str) -> Decimal | None:
        return None if self.get(name) is None else self.number(name)

    def total(self, name: str) -> Decimal:
        """A sum that the server made of doubles, without the noise of summing."""
        value = self.number(name)
        return (
            value if len(value.as_tuple().digits) <= _SURE_DIGITS else _WITHOUT_NOISE.plus(value).normalize()
        )

    def text(self, name: str) -> str:
        value = self._values.get(self._spelling[name])
        if isinstance(value, str):
            return value
        if value is None:
            return ""
        raise self.wrong(name, f"holding {_short(value)} where text belongs")

    def flag(self, name: str) -> bool:
        value = self._values.get(self._spelling[name])
        if isinstance(value, bool):
            return value
        raise self.wrong(
            name, "missing" if value is None else f"holding {_short(value)} where true or false belongs"
        )

    def day(self, name: str) -> date:
        found = self.optional_day(name)
        if found is None:
            raise self.wrong(name, "missing")
        return found

    def optional_day(self, name: str) -> date | None:
        """The calendar day as written. It is never moved between zones: a contract's dates have none."""
        value = self._values.get(self._spelling[name])
        if value is None or value == "":
            return None
        try:
            found = _day(value[:10])
        except (TypeError, ValueError):
            raise self.wrong(name, f"holding {_short(value)} where a date belongs") from None
        return None if found == _NO_DATE else found

    def stamp(self, name: str) -> datetime | None:
        """A point in time; without a zone it is UTC. None where it is missing or unreadable."""
        try:
            found = datetime.fromisoformat(self.text(name))
        except (ValueError, NotUnderstood):
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)


_TELL_US = "Nothing was written. Report it with this text; the software must learn this shape first."


def _short(value: object) -> str:
    text = repr(str(value) if isinstance(value, Decimal) else value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def page_query(number: int) -> dict[str, str]:
    """Pages count from 1."""
    return {"PageSize": str(PAGE_SIZE), "PageNumber": str(number)}


def page_body(number: int, filters: Mapping[str, str | None]) -> dict[str, Any]:
    chosen = {name: value for name, value in filters.items() if value is not None}
    return {"PageSize": PAGE_SIZE, "PageNumber": number, "Filter": chosen}


def day_start(day: date) -> str:
    """Midnight without a zone, as BMS takes effective dates."""
    return f"{day.isoformat()}T00:00:00"


def day_end(day: date) -> str:
    return f"{day.isoformat()}T23:59:59"


def dumps(value: object) -> str:
    """JSON with every Decimal as the exact number: the json module would go through float."""
    match value:
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"{value} cannot be written to Kaseya BMS.")
            return format(value, "f")
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{dumps(part)}" for name, part in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(dumps, value)) + "]"
        case None | bool() | int() | str():
            return json.dumps(value)
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written to Kaseya BMS.")
