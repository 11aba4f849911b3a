"""How values look on the wire: money as decimal strings, texts that a database takes."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from seatbridge.reconcile.money import CENT

MONEY_PATTERN = r"^-?[0-9]+\.[0-9]{2,6}$"


def money(amount: Decimal | str) -> str:
    """5.000000 as 5.00; more digits only where they say something."""
    exact = Decimal(amount)
    cents = exact.quantize(CENT)
    return f"{cents if cents == exact else exact.normalize():f}"


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("A NUL character is no text.")
    return text


def _money(value: object) -> object:
    return money(value) if isinstance(value, (Decimal, str)) else value


Money = Annotated[str, BeforeValidator(_money), Field(pattern=MONEY_PATTERN, examples=["22.50"])]
# Times go out in UTC, whatever zone they were worked out in.
Instant = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]
Search = Annotated[str, Field(max_length=200), AfterValidator(_no_nul)]
# In a query, where everything is text.
AskedId = Annotated[int, Field(ge=1, lt=10**18)]
Id = Annotated[int, Field(strict=True, ge=1, lt=10**18)]
Flag = Annotated[bool, Field(strict=True)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["06:00"])]
