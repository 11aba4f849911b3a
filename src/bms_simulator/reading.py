"""Read a world, an edit or a fault from JSON, so that every error names the place it was found."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


class BadInputError(ValueError):
    """Something said to the control plane that cannot be; its sentence goes back with status 422."""


class Fields:
    """One JSON object. Each read marks its field as known; `done` refuses what nobody read."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise BadInputError(f"{where} must be an object.")
        self.where = where
        self._values: dict[str, Any] = value
        self._known: set[str] = set()

    def has(self, name: str) -> bool:
        self._known.add(name)
        return self._values.get(name) is not None

    def take(self, name: str) -> Any:
        """The raw value; an absent or null field is an error."""
        if not self.has(name):
            raise self.wrong(name, "is missing")
        return self._values[name]

    def wrong(self, name: str, what: str) -> BadInputError:
        return BadInputError(f"{self.where}: {name} {what}.")

    def text(self, name: str, default: str | None = None) -> str:
        value = default if default is not None and not self.has(name) else self.take(name)
        if not isinstance(value, str):
            raise self.wrong(name, "must be text")
        return value

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One of `allowed`, the first of which is the default."""
        value = self.text(name, allowed[0])
        if value not in allowed:
            raise self.wrong(name, f"must be one of {', '.join(allowed)}")
        return value

    def whole(self, name: str, default: int | None = None, least: int = 0) -> int:
        value = default if default is not None and not self.has(name) else self.take(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.wrong(name, f"must be a whole number of at least {least}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.take(name) if self.has(name) else default
        if not isinstance(value, bool):
            raise self.wrong(name, "must be true or false")
        return value

    def decimal(self, name: str, default: Decimal | None = None) -> Decimal:
        """A number or a decimal string; the shortest reading of a float is taken."""
        if default is not None and not self.has(name):
            return default
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
            raise self.wrong(name, "must be a number")
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise self.wrong(name, "must be a number") from error
        if not number.is_finite():
            raise self.wrong(name, "must be a finite number")
        return number

    def day(self, name: str, default: date | None = None) -> date:
        if default is not None and not self.has(name):
            return default
        value = self.text(name)
        try:
            return date.fromisoformat(value[:10])
        except ValueError as error:
            raise self.wrong(name, "must be a date like 2026-11-23") from error

    def optional_day(self, name: str) -> date | None:
        return self.day(name) if self.has(name) else None

    def items(self, name: str) -> list[Any]:
        """The raw elements of a list; an absent list is empty."""
        value = self.take(name) if self.has(name) else []
        if not isinstance(value, list):
            raise self.wrong(name, "must be a list")
        return value

    def objects(self, name: str) -> Iterator["Fields"]:
        for number, value in enumerate(self.items(name)):
            yield Fields(value, f"{self.where}.{name}[{number}]")

    def object(self, name: str) -> "Fields":
        return Fields(self.take(name) if self.has(name) else {}, f"{self.where}.{name}")

    def done(self) -> None:
        unknown = sorted(set(self._values) - self._known)
        if unknown:
            raise BadInputError(f"{self.where} has unknown fields: {', '.join(unknown)}.")
