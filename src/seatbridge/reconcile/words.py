"""How numbers, money and dates are spelled in sentences for people."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

MINUS = "\N{MINUS SIGN}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "AUD": "A$", "CAD": "C$", "NZD": "NZ$"}


@lru_cache(maxsize=4096)
def day(on: date) -> str:
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def amount(value: Decimal, currency: str) -> str:
    """`$22.50`; a currency without a sign of its own keeps its code: `CHF 22.50`."""
    symbol = _SYMBOLS.get(currency, f"{currency} " if currency else "")
    return f"{MINUS if value < 0 else ''}{symbol}{abs(value):,.2f}"


def signed(value: Decimal, currency: str) -> str:
    return amount(value, currency) if value < 0 else f"+{amount(value, currency)}"


def price_words(price: Decimal) -> str:
    """What one unit costs, in cents; finer where BMS has it finer, as two prices may differ by that alone."""
    exponent = price.normalize().as_tuple().exponent
    parts = -exponent if isinstance(exponent, int) else 0
    return f"{price:,.{max(parts, 2)}f}"


def a_month(value: Decimal | None, currency: str) -> str:
    """`, +$22.50 a month`, or nothing where the money is not known."""
    return "" if value is None else f", {signed(value, currency)} a month"


def users(number: int) -> str:
    return f"{number} user" if number == 1 else f"{number} users"


def units(number: int) -> str:
    return f"{number} unit" if number == 1 else f"{number} units"


def days(number: int) -> str:
    return "one day" if number == 1 else f"{number} days"


def percent(share: Decimal) -> str:
    return f"{whole(Decimal(f'{share * 100:.0f}'))} %"


def whole(number: Decimal | int) -> str:
    return f"{MINUS if number < 0 else ''}{abs(number)}"


def product_name(product: str) -> str:
    return product.capitalize()


def either_unknown(number: int | None) -> str:
    return "?" if number is None else str(number)
